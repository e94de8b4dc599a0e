import { Button, Checkbox, Group, NativeSelect, SegmentedControl, Slider, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { conventions } from '../../../src/display/planes.ts';
import { useViewer } from './context.ts';
import { redo, undo } from './drawing.ts';
import { drawTools, type Tool, tools } from './state.ts';
import { useStore } from './store.ts';

/** Tools and switches that hold for all panels. */
export function Toolbar({
  two,
  onCompare,
  onHelp,
  onFull,
  onKeyImage,
}: {
  two: boolean;
  onCompare: (() => void) | undefined;
  onHelp(): void;
  onFull(): void;
  onKeyImage: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const { store, drawing, mayAnnotate } = useViewer();
  const state = useStore(store, ({ tool, convention, linked, crosshair, brushMm, brushIn3d, offset }) => ({
    ...{ tool, convention, linked, crosshair, brushMm, brushIn3d, offset },
  }));
  const { undone, done } = useStore(drawing, (one) => ({ undone: one.redo.length, done: one.undo.length }));
  const offered = tools.filter((tool) => mayAnnotate || ['cursor', 'window', 'pan', 'zoom'].includes(tool));
  return (
    <div className="viewer-toolbar" role="toolbar" aria-label={t('images.toolbar')}>
      <NativeSelect
        hiddenFrom="sm"
        size="sm"
        aria-label={t('images.toolbar')}
        value={state.tool}
        onChange={({ currentTarget }) => store.set({ tool: currentTarget.value as Tool })}
        data={offered.map((tool) => ({ value: tool, label: t(`images.tool.${tool}`) }))}
      />
      <Button.Group visibleFrom="sm" style={{ flexWrap: 'wrap' }}>
        {offered.map((tool) => (
          <Button
            key={tool}
            size="compact-sm"
            variant={state.tool === tool ? 'filled' : 'default'}
            aria-pressed={state.tool === tool}
            onClick={() => store.set({ tool })}
          >
            {t(`images.tool.${tool}`)}
          </Button>
        ))}
      </Button.Group>
      {drawTools.includes(state.tool) ? (
        <Group gap="xs" wrap="nowrap">
          <Text size="xs">{t('images.brushSize', { mm: state.brushMm })}</Text>
          <Slider
            w={90}
            size="sm"
            min={1}
            max={40}
            value={state.brushMm}
            onChange={(brushMm) => store.set({ brushMm })}
            label={(mm) => `${mm} mm`}
            thumbLabel={t('images.brushSize', { mm: state.brushMm })}
          />
          <Checkbox
            size="xs"
            checked={state.brushIn3d}
            onChange={({ currentTarget }) => store.set({ brushIn3d: currentTarget.checked })}
            label={t('images.ball')}
          />
          <Button size="compact-xs" variant="default" disabled={done === 0} onClick={() => undo(drawing)}>
            {t('app.undo')}
          </Button>
          <Button size="compact-xs" variant="default" disabled={undone === 0} onClick={() => redo(drawing)}>
            {t('images.redo')}
          </Button>
        </Group>
      ) : null}
      <SegmentedControl
        size="xs"
        value={state.convention}
        onChange={(convention) => store.set({ convention: convention as (typeof conventions)[number] })}
        data={conventions.map((one) => ({ value: one, label: t(`images.convention.${one}`) }))}
        aria-label={t('images.conventionLabel')}
      />
      <Checkbox
        size="xs"
        checked={state.crosshair}
        onChange={({ currentTarget }) => store.set({ crosshair: currentTarget.checked })}
        label={t('images.crosshair')}
      />
      {two ? (
        <Group gap="xs">
          <Checkbox
            size="xs"
            checked={state.linked}
            onChange={({ currentTarget }) => store.set({ linked: currentTarget.checked })}
            label={t('images.linked')}
          />
          <Button size="compact-xs" variant="default" onClick={() => linkHere(store)}>
            {t('images.linkHere')}
          </Button>
        </Group>
      ) : null}
      <Group gap={4}>
        {onCompare ? (
          <Button size="compact-sm" variant="default" onClick={onCompare}>
            {t('images.compare')}
          </Button>
        ) : null}
        {onKeyImage ? (
          <Button size="compact-sm" variant="default" onClick={onKeyImage}>
            {t('images.keyImage')}
          </Button>
        ) : null}
        <Button size="compact-sm" variant="default" onClick={onFull}>
          {t('images.full')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onHelp} aria-label={t('images.shortcuts')}>
          ?
        </Button>
      </Group>
    </div>
  );
}

/** The places that the two cursors are at now are the same place from now on. */
function linkHere(store: ReturnType<typeof useViewer>['store']): void {
  const { a, b } = store.get().panels;
  const offset = [0, 1, 2].map((axis) => b.cursor[axis]! - a.cursor[axis]!) as unknown as typeof a.cursor;
  store.set({ offset, linked: true });
}
