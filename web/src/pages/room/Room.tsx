import { Code, Image, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'wouter';
import type { RoomPage } from '../../../../src/report/roomPage.ts';
import { call, urlOf } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { IssueList } from '../../parts/IssueList.tsx';
import { roomTitle } from '../../parts/roomTitle.ts';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { TableView } from '../../parts/tables/TableView.tsx';
import { Curves } from './Curves.tsx';
import { ownParts } from './ownParts.ts';

/** Notes in sight; the number of a later one, in a table, opens the others. */
const notesShown = 12;
/** Sources in sight: of a long examination the first ones. */
const sourcesShown = 4;

/** The page of any room: what it found, drew and doubts, how, and within which limits. */
export default function Room() {
  const { t } = useTranslation();
  const subject = useSubject();
  const { room } = useParams<{ room: string }>();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['patient', subject, 'room', room],
    queryFn: ({ signal }) => call('patient.room', { params: { subject, room: room! } }, { signal }),
  });
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const Own = ownParts[data.room];
  return (
    <Stack gap="md">
      <Title order={2}>{roomTitle(t, data)}</Title>
      {data.quality.length > 0 ? <IssueList issues={data.quality} /> : null}
      {Own ? <Own page={data} /> : null}
      {data.findings === 0 ? <Empty title={t('room.nothing')} /> : null}
      {data.tables.map((table) => (
        <TableView key={table.id} table={table} />
      ))}
      {data.rest ? <TableView table={data.rest} /> : null}
      <Curves curves={data.curves} />
      <Pictures page={data} subject={subject} />
      {data.notes.length > 0 ? (
        <section aria-labelledby="room-notes">
          <Title order={3} id="room-notes">
            {t('room.notes')}
          </Title>
          <IssueList issues={data.notes.slice(0, notesShown)} numbered />
          {data.notes.length > notesShown ? (
            <details className="fold-rest">
              <summary>{t('app.andMore', { count: data.notes.length - notesShown })}</summary>
              <IssueList issues={data.notes.slice(notesShown)} numbered from={notesShown + 1} />
            </details>
          ) : null}
        </section>
      ) : null}
      <Methods page={data} />
    </Stack>
  );
}

/** What a room shows besides: it gets the whole page. */
export type OwnPart = ComponentType<{ page: RoomPage }>;

function Pictures({ page, subject }: { page: RoomPage; subject: string }) {
  const { t } = useTranslation();
  if (page.pictures.length === 0) return null;
  return (
    <section aria-labelledby="room-pictures">
      <Title order={3} id="room-pictures">
        {t('room.pictures')}
      </Title>
      <div className="pictures">
        {page.pictures.map(({ artifact, title, caption, legend }) => (
          <figure key={artifact}>
            <Image
              src={urlOf('patient.picture', { params: { subject, record: artifact } })}
              alt={title}
              radius="sm"
              loading="lazy"
            />
            <figcaption>
              {caption}
              <span className="legend">
                {legend.map(({ name, color }) => (
                  <span key={name}>
                    <svg width="10" height="10" aria-hidden="true">
                      <rect width="10" height="10" fill={color} />
                    </svg>{' '}
                    {name.replaceAll(/(?<=[a-z])-(?=[A-Z])/g, ' ')}
                  </span>
                ))}
              </span>
            </figcaption>
          </figure>
        ))}
      </div>
    </section>
  );
}

/** Runs of one analysis are one line, however often it ran. */
function runsByAnalysis(runs: RoomPage['runs']): RoomPage['runs'][] {
  return [...Map.groupBy(runs, (run) => `${run.analysis} ${run.version}`).values()];
}

const titlesShown = 3;

function Analysis({ runs }: { runs: RoomPage['runs'] }) {
  const { t } = useTranslation();
  const { analysis, version, methodPage } = runs[0]!;
  const titles = [...new Set(runs.map((run) => run.title))];
  const limits = [...new Set(runs.flatMap((run) => run.limits ?? []))];
  return (
    <div>
      <Text size="sm" component="div">
        <Code>
          {analysis} {version}
        </Code>{' '}
        {titles.slice(0, titlesShown).join('; ')}
        {methodPage ? (
          <Text
            component="span"
            size="xs"
            c="var(--quiet)"
          >{` · ${t('room.methodPage', { page: `docs/methods/${methodPage}` })}`}</Text>
        ) : null}
        {titles.length > titlesShown ? (
          <details className="more-notes">
            <summary>{t('app.andMore', { count: titles.length - titlesShown })}</summary>
            <Text size="xs">{titles.slice(titlesShown).join('; ')}</Text>
          </details>
        ) : null}
      </Text>
      {limits.map((limit) => (
        <Text key={limit} size="xs" c="var(--quiet)">
          {limit}
        </Text>
      ))}
    </div>
  );
}

function Methods({ page }: { page: RoomPage }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="room-methods">
      <Title order={3} id="room-methods">
        {t('room.methods')}
      </Title>
      {runsByAnalysis(page.runs).map((runs) => (
        <Analysis key={`${runs[0]!.analysis} ${runs[0]!.version}`} runs={runs} />
      ))}
      <Text size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
        {t('room.sources')}: {page.sources.slice(0, sourcesShown).map(sourceWords).join('; ')}
      </Text>
      {page.sources.length > sourcesShown ? (
        <details className="more-notes">
          <summary>{t('app.andMore', { count: page.sources.length - sourcesShown })}</summary>
          <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
            {page.sources.slice(sourcesShown).map(sourceWords).join('; ')}
          </Text>
        </details>
      ) : null}
      {page.packs.map((pack) => (
        <Text key={pack.id} size="xs" c="var(--quiet)">
          {pack.id} {pack.version}, {pack.licence}
        </Text>
      ))}
    </section>
  );
}

function sourceWords({ number, what, day, description, path }: RoomPage['sources'][number]): string {
  return `S${number} ${what} ${day}${description ? `, ${description}` : ''} (${path})`;
}
