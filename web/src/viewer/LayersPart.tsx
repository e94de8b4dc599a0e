import { ActionIcon, Button, Checkbox, Group, NativeSelect, NumberInput, Slider, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ColormapName, colormapNames } from '../../../src/display/colormaps.ts';
import { robustWindow, type Window } from '../../../src/display/windows.ts';
import type { ImageView } from '../../../src/server/api/images.ts';
import { send } from '../api/client.ts';
import { useMay } from '../app/session.tsx';
import { saveAs } from '../parts/saveAs.ts';
import { Trouble } from '../parts/states.tsx';
import { useViewer } from './context.ts';
import { imageOverlay } from './overlays.ts';
import { type Overlay, type PanelName, setPanel, setView } from './state.ts';
import { useStore } from './store.ts';
import { shortNumber, unitWords } from './words.ts';

/** How the image is drawn and what lies over it. */
export function LayersPart({ panel, images }: { panel: PanelName; images: readonly ImageView[] }) {
  const { t } = useTranslation();
  const { store, subject } = useViewer();
  const state = useStore(store, ({ panels }) => panels[panel]);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const mayExport = useMay('report:export');
  const { view, volume, overlays } = state;
  if (view === undefined || volume === undefined) return null;
  const candidates = images.filter(
    ({ id, shape }) => id !== view.id && shape[3] === 1 && !overlays.some((one) => one.id === id),
  );
  const same = candidates.filter(({ space }) => space === view.space);
  const others = candidates.filter(({ space }) => space !== view.space);
  const add = async (id: string) => {
    const image = images.find((one) => one.id === id);
    if (image === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      const overlay = await imageOverlay(subject, image);
      const now = store.get().panels[panel];
      if (now.view?.id === view.id) setPanel(store, panel, { overlays: [...now.overlays, overlay] });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const handOut = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const query = { frame: view.shape[3] > 1 ? state.frame : 0 };
      await saveAs(await send('images.dicom', { params: { subject, record: view.id }, query }, {}));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const change = (key: string, to: Partial<Overlay>) =>
    setPanel(store, panel, { overlays: overlays.map((one) => (one.key === key ? { ...one, ...to } : one)) });
  return (
    <Stack gap="sm">
      {view.type === 'labelmap' ? null : (
        <WindowControls
          window={state.window}
          unit={state.suv ? 'SUV' : unitWords(view.unit)}
          scale={state.suv && view.suvFactor ? view.suvFactor : 1}
          presets={view.presets}
          colormap={state.colormap}
          onWindow={(window) => setView(store, panel, { window })}
          onColormap={(colormap) => setPanel(store, panel, { colormap })}
          onWhole={() => setView(store, panel, { window: robustWindow(volume.values, volume.slope, volume.intercept) })}
        />
      )}
      {view.suvFactor !== undefined && view.suvFactor !== 1 ? (
        <Checkbox
          size="xs"
          checked={state.suv}
          onChange={({ currentTarget }) => setPanel(store, panel, { suv: currentTarget.checked })}
          label={t('images.showSuv')}
        />
      ) : null}
      <NativeSelect
        size="xs"
        label={t('images.overlay')}
        value=""
        disabled={busy || candidates.length === 0}
        onChange={({ currentTarget }) => void add(currentTarget.value)}
        data={[
          { value: '', label: candidates.length > 0 ? t('images.addOverlay') : t('images.noOverlay') },
          ...(same.length > 0 ? [{ group: t('images.sameSpace'), items: same.map(optionOf) }] : []),
          ...(others.length > 0 ? [{ group: t('images.otherSpace'), items: others.map(optionOf) }] : []),
        ]}
      />
      {mayExport && view.kind === 'artifact' ? (
        <Button size="compact-xs" variant="default" disabled={busy} onClick={() => void handOut()}>
          {t('images.asDicom')}
        </Button>
      ) : null}
      {error ? <Trouble error={error} /> : null}
      {overlays.map((one) => (
        <fieldset key={one.key} className="overlay">
          <legend>
            <Group gap={6} wrap="nowrap">
              <Checkbox
                size="xs"
                checked={one.visible}
                onChange={({ currentTarget }) => change(one.key, { visible: currentTarget.checked })}
                label={one.title}
              />
              <ActionIcon
                size="xs"
                variant="subtle"
                aria-label={`${t('images.removeOverlay')}: ${one.title}`}
                onClick={() => setPanel(store, panel, { overlays: overlays.filter(({ key }) => key !== one.key) })}
              >
                ×
              </ActionIcon>
            </Group>
          </legend>
          {others.length > 0 && !isOfSpace(one, images, view) ? (
            <Text size="xs" c="var(--open)">
              {t('images.notRegistered')}
            </Text>
          ) : null}
          <Text size="xs">{t('images.opacity')}</Text>
          <Slider
            size="sm"
            min={0}
            max={1}
            step={0.05}
            value={one.opacity}
            onChange={(opacity) => change(one.key, { opacity })}
            label={(value) => `${Math.round(value * 100)} %`}
            thumbLabel={`${t('images.opacity')}: ${one.title}`}
          />
          {one.type === 'labels' ? (
            <Checkbox
              size="xs"
              mt={6}
              checked={one.outline}
              onChange={({ currentTarget }) => change(one.key, { outline: currentTarget.checked })}
              label={t('images.outline')}
            />
          ) : (
            <>
              <WindowControls
                window={one.window}
                unit={one.unit}
                scale={one.scale}
                presets={[]}
                colormap={one.colormap}
                onWindow={(window) => change(one.key, { window })}
                onColormap={(colormap) => change(one.key, { colormap })}
              />
              <NumberInput
                size="xs"
                label={`${t('images.threshold')} ${one.unit}`.trim()}
                value={one.threshold ? Number(shortNumber(one.threshold[0] * one.scale)) : ''}
                onChange={(value) =>
                  change(one.key, {
                    threshold: value === '' ? undefined : [Number(value) / one.scale, Number.POSITIVE_INFINITY],
                  })
                }
              />
            </>
          )}
        </fieldset>
      ))}
    </Stack>
  );
}

function isOfSpace(overlay: Overlay, images: readonly ImageView[], view: ImageView): boolean {
  if (!overlay.key.startsWith('image:')) return true;
  return images.find(({ id }) => id === overlay.id)?.space === view.space;
}

function optionOf({ id, title, modality, time }: ImageView) {
  const words = [title.startsWith(modality) ? title : `${modality} ${title}`, time?.slice(0, 10)]
    .filter(Boolean)
    .join(', ');
  return { value: id, label: words };
}

function WindowControls({
  window: [low, high],
  unit,
  scale,
  presets,
  colormap,
  onWindow,
  onColormap,
  onWhole,
}: {
  window: Window;
  unit: string;
  scale: number;
  presets: ImageView['presets'];
  colormap: ColormapName;
  onWindow(window: Window): void;
  onColormap(name: ColormapName): void;
  onWhole?: () => void;
}) {
  const { t } = useTranslation();
  const chosen = presets.findIndex(({ window }) => window[0] === low && window[1] === high);
  const rounded = (value: number) => Number(shortNumber(value * scale));
  return (
    <Stack gap={6}>
      <Group gap="xs" grow align="end">
        {presets.length > 0 ? (
          <NativeSelect
            size="xs"
            label={t('images.window')}
            value={chosen < 0 ? '' : String(chosen)}
            onChange={({ currentTarget }) => {
              const preset = presets[Number(currentTarget.value)];
              if (currentTarget.value !== '' && preset) onWindow(preset.window);
            }}
            data={[
              { value: '', label: t('images.ownWindow') },
              ...presets.map(({ name }, at) => ({ value: String(at), label: t(`images.presets.${name}`) })),
            ]}
          />
        ) : null}
        <NativeSelect
          size="xs"
          label={t('images.colormap')}
          value={colormap}
          onChange={({ currentTarget }) => onColormap(currentTarget.value as ColormapName)}
          data={colormapNames.map((one) => ({ value: one, label: t(`images.colormaps.${one}`) }))}
        />
      </Group>
      <Group gap="xs" grow align="end">
        <NumberInput
          size="xs"
          label={`${t('images.low')} ${unit}`}
          value={rounded(low)}
          onChange={(value) => value !== '' && onWindow([Number(value) / scale, high])}
        />
        <NumberInput
          size="xs"
          label={`${t('images.high')} ${unit}`}
          value={rounded(high)}
          onChange={(value) => value !== '' && onWindow([low, Number(value) / scale])}
        />
        {onWhole ? (
          <Button size="xs" variant="default" onClick={onWhole}>
            {t('images.autoWindow')}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
