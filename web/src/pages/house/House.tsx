import './house.css';
import { Alert, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { HouseView } from '../../../../src/server/api/house.ts';
import { call } from '../../api/client.ts';
import { bytesText } from '../../parts/jobs/jobText.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { attentionOf } from './attention.ts';
import { Checkup } from './Checkup.tsx';
import { Facts, Section } from './Facts.tsx';

/** State of this installation, for whoever keeps it. */
export default function House() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['house', 'state'],
    queryFn: ({ signal }) => call('house.get', {}, { signal }),
    staleTime: 0,
    // The folder is counted beside: asked again until that is done, then now and then.
    refetchInterval: ({ state }) => (state.data?.data.parts === undefined ? 1_000 : 30_000),
  });
  if (isPending) return <Loading what={t('house.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const attention = attentionOf(data, Date.now());
  return (
    <Stack gap="md" maw={1080}>
      <Title order={1}>{t('house.title')}</Title>
      {attention.length === 0 ? (
        <Text role="status">{t('house.allWell')}</Text>
      ) : (
        <Alert color="orange" variant="light" title={t('house.seeTo')} styles={{ title: { color: 'var(--open)' } }}>
          <List size="sm" spacing={4}>
            {attention.map((one) => (
              <List.Item key={one}>{t(`house.attention.${one}`)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Section id="house-disk" title={t('house.disk')}>
          <Disk data={data.data} />
        </Section>
        <Section id="house-check" title={t('house.store')}>
          <Checkup checkup={data.checkup} onDone={() => void refetch()} />
        </Section>
        <Section id="house-safe" title={t('house.safe')}>
          <Safe house={data} />
        </Section>
        <Section id="house-program" title={t('house.program')}>
          <Program house={data} />
        </Section>
      </SimpleGrid>
      <Section id="house-packs" title={t('house.packs')}>
        <Packs packs={data.packs} />
      </Section>
      <Section id="house-knowledge" title={t('house.knowledge')}>
        <Knowledge files={data.knowledge} />
      </Section>
    </Stack>
  );
}

function Disk({ data: { folder, freeBytes, diskBytes, parts } }: Pick<HouseView, 'data'>) {
  const { t } = useTranslation();
  const total = parts?.reduce((sum, part) => sum + part.bytes, 0);
  return (
    <Facts
      facts={[
        [t('house.free'), t('house.freeOf', { free: bytesText(freeBytes), all: bytesText(diskBytes) })],
        [t('house.folder'), folder],
        [t('house.size'), total === undefined ? t('house.counting') : bytesText(total)],
        ...(parts ?? []).map(
          ({ part, bytes: size, files }) =>
            [t(`house.part.${part}`), `${bytesText(size)}, ${t('house.files', { count: files })}`] as const,
        ),
      ]}
    />
  );
}

function Safe({ house: { audit, backup, checkpoint, jobs } }: { house: HouseView }) {
  const { t } = useTranslation();
  const instant = useInstant();
  return (
    <>
      <Facts
        facts={[
          [
            t('house.backup'),
            backup
              ? `${instant(backup.at)}, ${bytesText(backup.bytes)}${backup.complete ? '' : ` (${t('house.incomplete')})`}`
              : t('house.noBackup'),
          ],
          [
            t('house.checkpoint'),
            checkpoint
              ? t('house.checkpointAt', { at: instant(checkpoint.at), line: checkpoint.line })
              : t('house.noCheckpoint'),
          ],
          [
            t('house.reserve'),
            t('house.reserveOf', { held: bytesText(audit.heldBytes), all: bytesText(audit.wantedBytes) }),
          ],
          [t('house.jobs'), t('house.jobsNow', { running: jobs.running, queued: jobs.queued })],
          [t('house.failedLately'), jobs.failedLately],
        ]}
      />
      <Text size="xs" c="var(--quiet)" mt="xs">
        {t('house.backupHint')}
      </Text>
    </>
  );
}

function Program({ house: { program, startedAt, limits, provider } }: { house: HouseView }) {
  const { t } = useTranslation();
  const instant = useInstant();
  return (
    <Facts
      facts={[
        [t('house.version'), `${program.name} ${program.version}`],
        [t('house.runtime'), `Node ${program.node}, ${program.platform}`],
        [t('house.startedAt'), instant(startedAt)],
        [t('house.sessions'), t('house.sessionLimits', { minutes: limits.idleMinutes, hours: limits.longestHours })],
        [t('house.provider'), provider ? `${provider.label}, ${provider.issuer}` : t('house.noProvider')],
      ]}
    />
  );
}

function Packs({ packs }: Pick<HouseView, 'packs'>) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" gap="xs" m={0} pl={0} style={{ listStyle: 'none' }}>
      {packs.map(({ id, title, version, licence, restrictions, state, problems }) => (
        <li key={id}>
          <Text size="sm">
            <Text component="span" fw={600}>
              {title}
            </Text>{' '}
            {version} ·{' '}
            <Text component="span" fw={600} c={state === 'broken' ? 'var(--urgent)' : undefined}>
              {t(`house.packState.${state}`)}
            </Text>
          </Text>
          <Text size="xs" c="var(--quiet)">
            {[t('house.licence', { licence }), restrictions].filter(Boolean).join('. ')}
          </Text>
          {problems.map((problem) => (
            <Text size="xs" c="var(--urgent)" key={problem}>
              {problem}
            </Text>
          ))}
        </li>
      ))}
    </Stack>
  );
}

function Knowledge({ files }: { files: HouseView['knowledge'] }) {
  const { t } = useTranslation();
  const rooms = [...new Set(files.map(({ path }) => path.split('/')[0]!))];
  return (
    <Stack gap="xs">
      <Text size="sm">{t('house.knowledgeIntro', { count: files.length })}</Text>
      <Facts
        facts={rooms.map((room) => {
          const some = files.filter(({ path }) => path.startsWith(`${room}/`));
          const oldest = some.map(({ date }) => date).sort()[0] ?? '';
          const old = some.filter((one) => one.old).length;
          return [
            `${room}, ${t('house.files', { count: some.length })}`,
            <>
              {t('house.oldest', { date: oldest })}
              {old > 0 ? (
                <Text component="span" size="sm" fw={600} c="var(--open)">
                  {` · ${t('house.lookAgain', { count: old })}`}
                </Text>
              ) : null}
            </>,
          ] as const;
        })}
      />
      <details>
        <summary>{t('house.allFiles', { count: files.length })}</summary>
        <Files caption={t('house.knowledge')} files={files} />
      </details>
    </Stack>
  );
}

function Files({ caption, files }: { caption: string; files: HouseView['knowledge'] }) {
  const { t } = useTranslation();
  return (
    <Table verticalSpacing={3} fz="sm">
      <caption>{caption}</caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('house.file')}</Table.Th>
          <Table.Th scope="col">{t('house.factsOf')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {files.map(({ path, title, version, date, licence, ofSite, old }) => (
          <Table.Tr key={path}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {title}
              <Text size="xs" c="var(--quiet)">
                {[path, version, licence, ofSite ? t('house.ofSite') : ''].filter(Boolean).join(' · ')}
              </Text>
            </Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>
              {date}
              {old ? (
                <Text size="xs" fw={600} c="var(--open)">
                  {t('house.old')}
                </Text>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
