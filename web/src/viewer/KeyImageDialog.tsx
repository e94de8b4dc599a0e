import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Plane, planes } from '../../../src/display/planes.ts';
import { call, urlOf } from '../api/client.ts';
import { Trouble } from '../parts/states.tsx';
import { useViewer } from './context.ts';
import { extentMm, frameOf } from './geometry.ts';
import { linesOf } from './measuring.ts';
import { useStore } from './store.ts';

/** A picture of what is seen, with a caption, for the report. The server draws it from the image itself. */
export function KeyImageDialog({ opened, onClose, onSaved }: { opened: boolean; onClose(): void; onSaved(): void }) {
  const { t } = useTranslation();
  const { store, subject, measurements } = useViewer();
  const { active, convention } = useStore(store, (state) => ({ active: state.active, convention: state.convention }));
  const panel = useStore(store, ({ panels }) => panels[active]);
  const [plane, setPlane] = useState<Plane>('axial');
  const [caption, setCaption] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  if (panel.view === undefined || panel.volume === undefined) return null;
  const { view, overlays, window, colormap, cursor, frame, highlighted } = panel;
  const over = overlays.find(({ visible, key }) => visible && key.startsWith('image:'));
  const region = overlays.find(({ visible, key }) => visible && !key.startsWith('image:'));
  const number = (one: number) => String(Number(one.toFixed(4)));
  const query = {
    plane,
    convention,
    frame,
    at: cursor.map(number).join(','),
    // As large as it is seen.
    heightMm: Number(
      (extentMm(panel.volume, frameOf(panel.volume, plane, convention, false).down) / panel.zoom).toFixed(2),
    ),
    window: window.map((one) => Number(one.toPrecision(6))).join(','),
    colormap,
    width: 512,
    height: 512,
    ...(over && {
      overlay: over.id,
      opacity: over.opacity,
      outline: over.outline ? ('1' as const) : ('0' as const),
      overlayColormap: over.colormap,
      ...(over.type === 'scalar' && { overlayWindow: over.window.map((one) => Number(one.toPrecision(6))).join(',') }),
      ...(highlighted?.key === over.key && { label: highlighted.value }),
    }),
    ...(region && { region: region.id }),
  };
  const lines = measurements
    .filter(({ image, plane: of }) => image === view.id && of === plane)
    .filter(({ points }) =>
      points.every((point) => Math.abs(point[axisOf[plane]] - cursor[axisOf[plane]]) < Math.max(...view.voxelMm)),
    )
    .flatMap(({ measure, points }) => linesOf(measure, points)) as [number, number, number][][];
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call('annotations.keyImage', {
        params: { subject, record: view.id },
        body: { caption: caption.trim(), view: query, lines },
      });
      setCaption('');
      onSaved();
      onClose();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('images.keyImage')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <Stack gap="sm">
        <img
          src={urlOf('images.slice', { params: { subject, record: view.id }, query: query as never })}
          alt={t('images.preview')}
          style={{ width: '100%', maxWidth: 420, alignSelf: 'center', background: '#000' }}
        />
        <NativeSelect
          size="sm"
          label={t('images.planeLabel')}
          value={plane}
          onChange={({ currentTarget }) => setPlane(currentTarget.value as Plane)}
          data={planes.map((one) => ({ value: one, label: t(`images.plane.${one}`) }))}
        />
        <TextInput
          label={t('images.caption')}
          value={caption}
          maxLength={300}
          required
          onChange={({ currentTarget }) => setCaption(currentTarget.value)}
        />
        {error ? <Trouble error={error} /> : null}
        <Group justify="end">
          <Button loading={busy} disabled={caption.trim() === ''} onClick={() => void save()}>
            {t('images.keepKeyImage')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const axisOf = { axial: 2, coronal: 1, sagittal: 0 } as const;
