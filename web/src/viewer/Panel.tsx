import { Alert, Button, Group, NativeSelect, Progress, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Plane, planes } from '../../../src/display/planes.ts';
import type { ImageView } from '../../../src/server/api/images.ts';
import { Loading, Trouble } from '../parts/states.tsx';
import { useViewer } from './context.ts';
import { ImageSelect, type Visit } from './ImageSelect.tsx';
import { PlanePane } from './PlanePane.tsx';
import { Readout } from './Readout.tsx';
import { SliceFallback } from './SliceFallback.tsx';
import { type Layout, type PanelName, setView } from './state.ts';
import { useStore } from './store.ts';
import { useVolume } from './useVolume.ts';
import { hasWebGl } from './webgl.ts';

const RenderPane = lazy(() => import('./RenderPane.tsx'));

const layouts: readonly Layout[] = ['three', 'axial', 'coronal', 'sagittal', 'mosaic', 'four', 'render'];
const tiles = Array.from({ length: 12 }, (_, at) => at);

/** One image with its planes. */
export function Panel({
  name,
  of,
  images,
  visits,
  image,
  onChoose,
  onClose,
}: {
  name: PanelName;
  /** How many panels there are. */
  of: number;
  images: readonly ImageView[];
  visits: readonly Visit[];
  image: string | undefined;
  onChoose(image: string): void;
  onClose?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const { store } = useViewer();
  const { volume, layout, view } = useStore(store, ({ panels }) => panels[name]);
  const active = useStore(store, (state) => state.active === name);
  const { loading, error, tooLarge, retry } = useVolume(
    name,
    images.find(({ id }) => id === image),
  );
  const [bySlices, setBySlices] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image begins with its own volume
  useEffect(() => setBySlices(false), [image]);
  const title = view?.title ?? '';
  // A projection has one plane, whatever was looked at before.
  const isFlat = view !== undefined && view.shape[2] === 1 && !view.placed;
  return (
    <section
      className={`panel ${active ? 'active' : ''}`}
      data-of={of}
      aria-label={`${t('images.panel')} ${name.toUpperCase()} ${title}`}
    >
      <Group gap="xs" wrap="nowrap" align="end">
        <ImageSelect images={images} visits={visits} value={image} onChange={onChoose} label={t('images.image')} />
        {isFlat ? null : (
          <NativeSelect
            size="xs"
            aria-label={t('images.layout')}
            value={layout}
            onChange={({ currentTarget }) => setView(store, name, { layout: currentTarget.value as Layout })}
            data={layouts.map((one) => ({ value: one, label: t(`images.layouts.${one}`) }))}
          />
        )}
        {onClose ? (
          <Button size="xs" variant="default" onClick={onClose} aria-label={t('images.closePanel')}>
            ×
          </Button>
        ) : null}
      </Group>
      {error ? <Trouble error={error} retry={retry} /> : null}
      {loading ? (
        <Stack gap={4} role="status">
          <Text size="sm">{t(`images.stage.${loading.stage}`)}</Text>
          <Progress
            value={loading.total > 0 ? (100 * loading.done) / loading.total : 0}
            aria-label={t(`images.stage.${loading.stage}`)}
          />
        </Stack>
      ) : null}
      {view && (tooLarge || bySlices || error) ? (
        <SliceFallback panel={name} view={view} reason={tooLarge ? t('images.tooLarge') : undefined} />
      ) : (
        <Panes name={name} layout={isFlat ? 'axial' : layout} ready={volume !== undefined} />
      )}
      {volume && !bySlices ? <Readout panel={name} /> : null}
      {volume && !tooLarge ? (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => setBySlices(!bySlices)}
          style={{ alignSelf: 'start' }}
        >
          {t(bySlices ? 'images.byVolume' : 'images.bySlices')}
        </Button>
      ) : null}
    </section>
  );
}

function Panes({ name, layout, ready }: { name: PanelName; layout: Layout; ready: boolean }) {
  const { t } = useTranslation();
  const gl = hasWebGl();
  const render = gl ? (
    <Suspense fallback={<Loading />}>{ready ? <RenderPane panel={name} /> : <div className="pane" />}</Suspense>
  ) : (
    <div className="pane">
      <Alert color="yellow" m="xs" title={t('images.noWebGl')}>
        {t('images.noWebGlRemedy')}
      </Alert>
    </div>
  );
  const kind = layout === 'three' || layout === 'four' || layout === 'mosaic' ? layout : 'single';
  return (
    <div className={`panes ${kind}`} data-ready={ready}>
      {layout === 'three' || layout === 'four'
        ? planes.map((plane) => <PlanePane key={plane} panel={name} plane={plane} />)
        : null}
      {layout === 'mosaic'
        ? tiles.map((tile) => (
            <PlanePane key={tile} panel={name} plane="axial" tile={{ number: tile, of: tiles.length }} />
          ))
        : null}
      {layout === 'render' || layout === 'four' ? render : null}
      {planes.includes(layout as Plane) ? <PlanePane key={layout} panel={name} plane={layout as Plane} /> : null}
    </div>
  );
}
