import { Button, Checkbox, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { regionColor } from '../../../src/display/colormaps.ts';
import type {
  AgreementView,
  AnnotationView,
  KeyImageView,
  MeasurementView,
} from '../../../src/server/api/annotations.ts';
import type { LengthBasis } from '../../../src/server/api/images.ts';
import { call, urlOf } from '../api/client.ts';
import { useMay } from '../app/session.tsx';
import { Trouble } from '../parts/states.tsx';
import { useInstant } from '../parts/time.ts';
import { WhyLink } from '../patient/Why.tsx';
import { useViewer } from './context.ts';
import { paste } from './drawing.ts';
import { show } from './jump.ts';
import { loadRegion } from './loadVolume.ts';
import { annotationOverlay } from './overlays.ts';
import { moveCursor, type PanelName, setPanel } from './state.ts';
import { useStore } from './store.ts';
import { lengthUnit, shortNumber, unitWords } from './words.ts';

export interface Readings {
  annotations: AnnotationView[];
  measurements: MeasurementView[];
  keyImages: KeyImageView[];
  agreement: AgreementView[];
  notCompared: number;
}

/** What readers measured and drew on the image, whose of it is shown, and how far they agree. */
export function ReadingsPart({
  panel,
  readings,
  label,
  onLabel,
  onChosen,
  onChanged,
}: {
  panel: PanelName;
  readings: Readings;
  /** Name for the next measurement. */
  label: string;
  onLabel(label: string): void;
  onChosen(entry: string | undefined): void;
  onChanged(): void;
}) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const { store, subject, mayAnnotate } = viewer;
  const view = useStore(store, ({ panels }) => panels[panel].view);
  const shown = useStore(store, (state) => state.shown);
  const [error, setError] = useState<unknown>();
  if (view === undefined) return null;
  const drawn = readings.annotations.filter(({ image }) => image === view.id);
  const measured = readings.measurements.filter(({ image }) => image === view.id);
  const readers = [...new Set([...readings.annotations, ...readings.measurements].map(({ reader }) => reader))].sort();
  const attempt = (work: Promise<unknown>) => {
    setError(undefined);
    work.then(onChanged, setError);
  };
  const withdraw = (entry: string) => attempt(call('annotations.withdraw', { params: { subject }, body: { entry } }));
  const toggleReader = (reader: string) => {
    const next = shown.readers.includes(reader)
      ? shown.readers.filter((one) => one !== reader)
      : [...shown.readers, reader];
    store.set({ shown: { ...shown, readers: next } });
    if (next.includes(reader)) return;
    const hidden = new Set(drawn.filter((one) => one.reader === reader).map(({ entry }) => `entry:${entry}`));
    const { overlays } = store.get().panels[panel];
    setPanel(store, panel, { overlays: overlays.filter(({ key }) => !hidden.has(key)) });
  };
  return (
    <Stack gap="sm">
      {mayAnnotate ? (
        <TextInput
          size="xs"
          label={t('images.nextName')}
          value={label}
          maxLength={80}
          onChange={({ currentTarget }) => onLabel(currentTarget.value)}
        />
      ) : null}
      {error ? <Trouble error={error} /> : null}
      {readers.length > 0 ? (
        <Group gap="xs" role="group" aria-label={t('images.readers')}>
          {readers.map((reader) => (
            <Checkbox
              key={reader}
              size="xs"
              checked={shown.readers.includes(reader)}
              onChange={() => toggleReader(reader)}
              label={reader}
            />
          ))}
        </Group>
      ) : null}
      {measured.length === 0 && drawn.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('images.noReadings')}
        </Text>
      ) : null}
      {measured
        .filter(({ reader }) => shown.readers.includes(reader))
        .map((one) => (
          <MeasurementLine
            lengths={view.lengths}
            key={one.entry}
            one={one}
            onGo={() => {
              onChosen(one.entry);
              setPanel(store, panel, { frame: one.frame });
              moveCursor(store, panel, one.points[0]!);
            }}
            onDelete={one.mine && mayAnnotate ? () => withdraw(one.entry) : undefined}
          />
        ))}
      {drawn
        .filter(({ reader }) => shown.readers.includes(reader))
        .map((one, at) => (
          <Group key={one.entry} gap={6} justify="space-between" wrap="nowrap">
            <button
              type="button"
              className="why-link"
              onClick={() =>
                attempt(
                  annotationOverlay(subject, one, regionColor(at + 5)).then(async (overlay) => {
                    show(store, panel, overlay);
                    if (one.voxels === 0) return;
                    const input = { params: { subject, record: one.image }, query: { region: one.entry } };
                    moveCursor(store, panel, (await call('images.centre', input)).place.ras);
                  }),
                )
              }
            >
              {one.region}: {one.voxels === 0 ? t('images.nothingThere') : `${shortNumber(one.volumeMm3 / 1000)} mL`},{' '}
              {one.reader}
            </button>
            {mayAnnotate ? (
              <Group gap={4} wrap="nowrap">
                <Button size="compact-xs" variant="subtle" onClick={() => attempt(startFrom(one))}>
                  {t(one.mine ? 'images.correct' : 'images.startFrom')}
                </Button>
                {one.mine ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => {
                      const { overlays } = store.get().panels[panel];
                      setPanel(store, panel, { overlays: overlays.filter(({ key }) => key !== `entry:${one.entry}`) });
                      withdraw(one.entry);
                    }}
                    aria-label={`${t('images.withdraw')}: ${one.region}`}
                  >
                    ×
                  </Button>
                ) : null}
              </Group>
            ) : null}
          </Group>
        ))}
      <Agreement readings={readings} image={view.id} onError={setError} />
      <KeyImages keyImages={readings.keyImages} onWithdraw={mayAnnotate ? withdraw : undefined} />
    </Stack>
  );

  /** An own region is corrected in its place; one of others is where an own one begins. */
  async function startFrom(one: AnnotationView): Promise<void> {
    if (!viewer.drawOn(panel)) return;
    const { drawing } = viewer;
    const mask =
      one.voxels > 0 ? await loadRegion(subject, one.image, one.entry, new AbortController().signal) : undefined;
    const { labels } = drawing.get();
    const free = labels.find(({ region }) => region === '')?.value ?? Math.max(...labels.map(({ value }) => value)) + 1;
    const label = { value: free, region: one.region, ...(one.mine && { supersedes: one.entry }) };
    drawing.set({
      labels: [...labels.filter(({ value }) => value !== free), label],
      current: free,
      ...(!one.mine && { startedFrom: one.entry }),
    });
    if (mask) paste(drawing, mask, free);
    store.set({ tool: 'brush' });
  }
}

function MeasurementLine({
  one,
  lengths,
  onGo,
  onDelete,
}: {
  one: MeasurementView;
  lengths: LengthBasis | undefined;
  onGo(): void;
  onDelete: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const instant = useInstant();
  const unit = lengthUnit(unitWords(one.unit), lengths);
  return (
    <Group gap={6} justify="space-between" wrap="nowrap" align="start">
      <div>
        <button type="button" className="why-link" onClick={onGo}>
          {one.label ? `${one.label}: ` : ''}
          {t(`images.measure.${one.measure}`)} {shortNumber(one.value)} {unit}
          {one.longAxisMm
            ? ` (${t('images.longAxis')} ${shortNumber(one.longAxisMm)} ${lengthUnit('mm', lengths)})`
            : ''}
        </button>
        <Text size="xs" c="var(--quiet)">
          {one.stats
            ? t('images.statsWords', {
                sd: shortNumber(one.stats.standardDeviation),
                low: shortNumber(one.stats.minimum),
                high: shortNumber(one.stats.maximum),
                voxels: one.stats.voxels,
              })
            : null}{' '}
          {one.reader}, {instant(one.at)}
        </Text>
      </div>
      {onDelete ? (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={onDelete}
          aria-label={`${t('images.withdraw')}: ${one.label ?? t(`images.measure.${one.measure}`)}`}
        >
          ×
        </Button>
      ) : null}
    </Group>
  );
}

function Agreement({ readings, image, onError }: { readings: Readings; image: string; onError(error: unknown): void }) {
  const { t } = useTranslation();
  const { subject } = useViewer();
  const mayRun = useMay('workup:run');
  const [asked, setAsked] = useState(false);
  const rows = readings.agreement.filter((one) => one.image === undefined || one.image === image);
  const several = new Set([...readings.annotations, ...readings.measurements].map(({ reader }) => reader)).size > 1;
  if (rows.length === 0 && !several) return null;
  return (
    <section aria-label={t('images.agreement')}>
      <Text size="sm" fw={600}>
        {t('images.agreement')}
      </Text>
      {readings.notCompared > 0 && mayRun ? (
        <Button
          size="compact-xs"
          variant="default"
          disabled={asked}
          onClick={() => {
            setAsked(true);
            call('jobs.workup', { params: { subject } }).catch(onError);
          }}
        >
          {t(asked ? 'images.comparing' : 'images.compareReaders')}
        </Button>
      ) : null}
      {rows.length > 0 ? (
        <div className="scroll">
          <Table verticalSpacing={2} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('images.region')}</Table.Th>
                <Table.Th>{t('images.measureName')}</Table.Th>
                <Table.Th>{t('images.readers')}</Table.Th>
                <Table.Th>{t('images.value')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ finding, region, measure, reader, value }) => (
                <Table.Tr key={finding}>
                  <Table.Td>{region}</Table.Td>
                  <Table.Td>{measure}</Table.Td>
                  <Table.Td>{reader ?? ''}</Table.Td>
                  <Table.Td>
                    <WhyLink record={finding} label={measure}>
                      {value}
                    </WhyLink>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : null}
    </section>
  );
}

function KeyImages({
  keyImages,
  onWithdraw,
}: {
  keyImages: readonly KeyImageView[];
  onWithdraw: ((entry: string) => void) | undefined;
}) {
  const { t } = useTranslation();
  const { subject } = useViewer();
  if (keyImages.length === 0) return null;
  return (
    <section aria-label={t('images.keyImages')}>
      <Text size="sm" fw={600}>
        {t('images.keyImages')}
      </Text>
      <Group gap="xs" align="start">
        {keyImages.map(({ entry, text, mine, reader }) => (
          <figure key={entry} style={{ margin: 0, width: 140 }}>
            <img
              src={urlOf('annotations.picture', { params: { subject, record: entry } })}
              alt={text ?? t('images.keyImage')}
              width={140}
              style={{ background: '#000', borderRadius: 4 }}
            />
            <figcaption>
              <Text size="xs">
                {text} ({reader})
              </Text>
              {mine && onWithdraw ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() => onWithdraw(entry)}
                  aria-label={`${t('images.withdraw')}: ${text}`}
                >
                  ×
                </Button>
              ) : null}
            </figcaption>
          </figure>
        ))}
      </Group>
    </section>
  );
}
