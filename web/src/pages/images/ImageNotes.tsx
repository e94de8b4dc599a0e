import { Alert, Checkbox, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { obliquenessDeg } from '../../../../src/voxels/affine.ts';
import { useViewer } from '../../viewer/context.ts';
import { type PanelName, setView } from '../../viewer/state.ts';
import { useStore } from '../../viewer/store.ts';
import { shortNumber } from '../../viewer/words.ts';

/** What has to be known of the image before anything is read off it. */
export function ImageNotes({ panel }: { panel: PanelName }) {
  const { t } = useTranslation();
  const { store } = useViewer();
  const { view, volume, straight } = useStore(store, ({ panels }) => panels[panel]);
  const { convention, linked, others } = useStore(store, (state) => ({
    convention: state.convention,
    linked: state.linked,
    others:
      state.panels.a.view && state.panels.b.view ? state.panels.a.view.space !== state.panels.b.view.space : false,
  }));
  if (view === undefined) return null;
  const tilt = volume ? obliquenessDeg(volume.affineRas) : 0;
  return (
    <div>
      <Text size="xs" c="var(--quiet)">
        {view.shape.slice(0, 3).join(' × ')}
        {view.lengths === 'pixels' ? '' : ` · ${view.voxelMm.map(shortNumber).join(' × ')} mm`}
        {tilt > 1 ? ` · ${t('images.oblique', { degrees: Math.round(tilt) })}` : ''}
      </Text>
      <Text size="xs" c="var(--quiet)">
        {view.placed ? t(`images.stated.${convention}`) : t('images.notPlaced')}
      </Text>
      {tilt > 1 ? (
        <Checkbox
          size="xs"
          checked={straight}
          onChange={({ currentTarget }) => setView(store, panel, { straight: currentTarget.checked })}
          label={t('images.straight')}
        />
      ) : null}
      {linked && others ? (
        <Text size="xs" c="var(--open)">
          {t('images.linkedByMm')}
        </Text>
      ) : null}
      {view.issues.map(({ code, message }) => (
        <Alert key={code + message} color="orange" variant="light" p={6} mt={4}>
          <Text size="xs">{message}</Text>
        </Alert>
      ))}
    </div>
  );
}
