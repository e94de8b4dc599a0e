import { Checkbox, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FindingLine, ImageView, RegionView } from '../../../src/server/api/images.ts';
import { call } from '../api/client.ts';
import { Trouble } from '../parts/states.tsx';
import { WhyLink } from '../patient/Why.tsx';
import { useViewer } from './context.ts';
import { jumpToLabel, jumpToRegion, toggleRegion } from './jump.ts';
import { colorOf } from './layers.ts';
import { labelAt, type Overlay, type PanelName, setPanel } from './state.ts';
import { useStore } from './store.ts';
import { regionWords, shortNumber } from './words.ts';

/** Regions of what is shown: a click leads there, and the cursor says which one it is in. */
export function RegionsPart({
  panel,
  images,
  regions,
}: {
  panel: PanelName;
  images: readonly ImageView[];
  regions: readonly RegionView[];
}) {
  const { t } = useTranslation();
  const { store, subject } = useViewer();
  const { view, overlays, cursor } = useStore(store, ({ panels }) => panels[panel]);
  const [filter, setFilter] = useState('');
  const [error, setError] = useState<unknown>();
  if (view === undefined) return null;
  const maps = images.filter(
    ({ type, space, labels }) => type === 'labelmap' && space === view.space && labels.length > 0,
  );
  const drawable = regions.filter((one) => one.images.includes(view.id));
  const here = labelAt(overlays, cursor);
  const matches = (name: string) => name.toLowerCase().includes(filter.toLowerCase());
  const attempt = (work: Promise<unknown>) => {
    setError(undefined);
    work.catch(setError);
  };
  if (maps.length === 0 && drawable.length === 0)
    return (
      <Text size="sm" c="var(--quiet)">
        {t('images.noRegions')}
      </Text>
    );
  return (
    <Stack gap="sm">
      <TextInput
        size="xs"
        label={t('images.filter')}
        value={filter}
        onChange={({ currentTarget }) => setFilter(currentTarget.value)}
      />
      {error ? <Trouble error={error} /> : null}
      {drawable.length > 0 ? (
        <table className="regions">
          <caption className="visually-hidden">{t('images.regions')}</caption>
          <tbody>
            {drawable
              .filter(({ label }) => matches(label))
              .map((region) => {
                const overlay = overlays.find(({ key }) => key === `region:${region.id}`);
                return (
                  <Row
                    key={region.id}
                    name={region.label}
                    color={region.color}
                    shown={overlay?.visible ?? false}
                    isHere={here?.overlay.key === `region:${region.id}`}
                    findings={region.findings}
                    onShow={() => attempt(toggleRegion(store, subject, panel, region))}
                    onGo={() => attempt(jumpToRegion(store, subject, panel, region))}
                  />
                );
              })}
          </tbody>
        </table>
      ) : null}
      {maps.map((map) => (
        <LabelTable
          key={map.id}
          map={map}
          panel={panel}
          overlay={overlays.find(({ key }) => key === `image:${map.id}`)}
          matches={matches}
          here={here?.overlay.id === map.id ? here.value : undefined}
          attempt={attempt}
        />
      ))}
    </Stack>
  );
}

function LabelTable({
  map,
  panel,
  overlay,
  matches,
  here,
  attempt,
}: {
  map: ImageView;
  panel: PanelName;
  overlay: Overlay | undefined;
  matches(name: string): boolean;
  here: number | undefined;
  attempt(work: Promise<unknown>): void;
}) {
  const { t } = useTranslation();
  const { store, subject } = useViewer();
  const { data } = useQuery({
    queryKey: ['patient', subject, 'labels', map.id],
    queryFn: ({ signal }) => call('images.labels', { params: { subject, record: map.id } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const labels = map.labels.filter(({ name }) => matches(regionWords(name)));
  const show = (value: number) => {
    if (overlay === undefined) return attempt(jumpToLabel(store, subject, panel, map, value));
    const hidden = overlay.hidden.includes(value)
      ? overlay.hidden.filter((one) => one !== value)
      : [...overlay.hidden, value];
    const { overlays } = store.get().panels[panel];
    setPanel(store, panel, { overlays: overlays.map((one) => (one.key === overlay.key ? { ...one, hidden } : one)) });
  };
  return (
    <section aria-label={`${map.title}, ${map.time?.slice(0, 10) ?? t('images.noDay')}`}>
      <Text size="xs" fw={600}>
        {map.title} · {map.time?.slice(0, 10) ?? t('images.noDay')}
      </Text>
      <div className="scroll">
        <table className="regions">
          <thead className="visually-hidden">
            <tr>
              <th>{t('images.shown')}</th>
              <th>{t('images.region')}</th>
              <th>{t('images.volume')}</th>
            </tr>
          </thead>
          <tbody>
            {labels.map(({ value, name, color, findings }) => {
              const place = data?.places.find((one) => one.value === value);
              return (
                <Row
                  key={value}
                  name={regionWords(name)}
                  color={`rgb(${colorOf(value, color).join(' ')})`}
                  volume={place && `${shortNumber(place.volumeMm3 / 1000)} mL`}
                  absent={data !== undefined && place === undefined}
                  shown={overlay?.visible === true && !overlay.hidden.includes(value)}
                  isHere={here === value}
                  findings={findings}
                  onShow={() => show(value)}
                  onGo={() => attempt(jumpToLabel(store, subject, panel, map, value))}
                />
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({
  name,
  color,
  volume,
  absent = false,
  shown,
  isHere,
  findings,
  onShow,
  onGo,
}: {
  name: string;
  color: string;
  volume?: string | undefined;
  absent?: boolean;
  shown: boolean;
  isHere: boolean;
  findings: readonly FindingLine[];
  onShow(): void;
  onGo(): void;
}) {
  const { t } = useTranslation();
  return (
    <tr className={isHere ? 'here' : undefined} aria-current={isHere ? 'location' : undefined}>
      <td>
        <Checkbox
          size="xs"
          checked={shown}
          onChange={onShow}
          aria-label={`${t('images.shown')}: ${name}`}
          disabled={absent}
        />
      </td>
      <td>
        <UnstyledButton onClick={onGo} disabled={absent} className="region-go">
          <Group gap={6} wrap="nowrap">
            <span className="swatch" style={{ background: color }} />
            <Text size="sm" c={absent ? 'var(--quiet)' : undefined}>
              {name}
              {absent ? ` (${t('images.notThere')})` : ''}
            </Text>
          </Group>
        </UnstyledButton>
        {isHere
          ? findings.map(({ finding, title, value }) => (
              <div key={finding}>
                <WhyLink record={finding}>
                  {title}: {value}
                </WhyLink>
              </div>
            ))
          : null}
      </td>
      <td style={{ textAlign: 'end', whiteSpace: 'nowrap' }}>{volume}</td>
    </tr>
  );
}
