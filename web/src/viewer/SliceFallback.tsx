import { Alert, Group, NativeSelect, Slider, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Plane, planes } from '../../../src/display/planes.ts';
import type { ImageView } from '../../../src/server/api/images.ts';
import { urlOf } from '../api/client.ts';
import { useViewer } from './context.ts';
import type { PanelName } from './state.ts';
import { useStore } from './store.ts';

/** Slice by slice, drawn by the server: for images that do not fit into a page. */
export function SliceFallback({
  panel,
  view,
  reason,
}: {
  panel: PanelName;
  view: ImageView;
  reason: string | undefined;
}) {
  const { t } = useTranslation();
  const { store, subject } = useViewer();
  const { window, overlays, colormap, frame } = useStore(store, ({ panels }) => panels[panel]);
  const convention = useStore(store, (state) => state.convention);
  const known = useStore(store, ({ panels }) => panels[panel].volume !== undefined);
  const [plane, setPlane] = useState<Plane>('axial');
  const [slice, setSlice] = useState<number>();
  const overlay = overlays.find(({ visible, key }) => visible && key.startsWith('image:'));
  const region = overlays.find(({ visible, key }) => visible && !key.startsWith('image:'));
  const wanted = known || view.window ? (known ? window : view.window) : undefined;
  const query = {
    plane,
    convention,
    frame,
    colormap,
    width: 640,
    height: 640,
    ...(slice !== undefined && { slice }),
    ...(wanted && { window: wanted.map((one) => Number(one.toPrecision(8))).join(',') }),
    ...(overlay && { overlay: overlay.id, opacity: overlay.opacity, outline: overlay.outline ? '1' : '0' }),
    ...(region && { region: region.id }),
  };
  // Slices are counted on the server, which knows the axes; here only how many there can be.
  const count = Math.max(...view.shape.slice(0, 3));
  return (
    <Stack gap="xs">
      {reason ? (
        <Alert color="yellow" title={reason}>
          {t('images.slicesRemedy')}
        </Alert>
      ) : null}
      <Group gap="xs">
        <NativeSelect
          size="xs"
          aria-label={t('images.layout')}
          value={plane}
          onChange={({ currentTarget }) => setPlane(currentTarget.value as Plane)}
          data={planes.map((one) => ({ value: one, label: t(`images.plane.${one}`) }))}
        />
        <Text size="sm">{slice === undefined ? t('images.middle') : slice + 1}</Text>
      </Group>
      <img
        className="slice"
        src={urlOf('images.slice', { params: { subject, record: view.id }, query: query as never })}
        alt={`${view.title}, ${t(`images.plane.${plane}`)}`}
        style={{ width: '100%', maxWidth: 640, background: '#000' }}
        onWheel={({ deltaY }) =>
          setSlice((one) => Math.min(count - 1, Math.max(0, (one ?? Math.floor(count / 2)) + (deltaY > 0 ? -1 : 1))))
        }
      />
      <Slider
        min={0}
        max={count - 1}
        value={slice ?? Math.floor(count / 2)}
        onChange={setSlice}
        label={(at) => at + 1}
        thumbLabel={t('images.slice')}
      />
      {known ? null : (
        <Text size="xs" c="var(--quiet)">
          {t('images.windowBySlice')}
        </Text>
      )}
    </Stack>
  );
}
