import { Anchor, Badge, Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { JobView } from '../../../../src/server/api/jobs.ts';
import { call } from '../../api/client.ts';
import { isRunning, useJobs } from '../../parts/jobs/jobsQuery.ts';
import { stepText } from '../../parts/jobs/jobText.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import styles from './Choose.module.css';
import { ImportResult } from './ImportResult.tsx';

/** Imports that run or have run; one of them open: that of the address, else the newest. */
export function ImportJobs({ open }: { open: string | undefined }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const jobs = useJobs()?.filter(({ type }) => type === 'import');
  if (jobs === undefined) return <Loading />;
  const shown = open ?? jobs[0]?.id;
  const others = jobs.filter(({ id }) => id !== shown);
  return (
    <>
      {shown === undefined ? null : <OpenJob key={shown} id={shown} />}
      {others.length > 0 ? (
        <Stack gap="xs" component="section">
          <Title order={2}>{t('import.earlier')}</Title>
          {others.map((job) => (
            <Group key={job.id} gap="sm">
              <Anchor component={Link} href={`/import?job=${job.id}`}>
                {instant(job.createdAt)}
              </Anchor>
              <State job={job} />
              <Text size="sm" c="var(--quiet)">
                {job.by}
              </Text>
            </Group>
          ))}
        </Stack>
      ) : null}
    </>
  );
}

function OpenJob({ id }: { id: string }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const { data, error, refetch } = useQuery({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => call('jobs.get', { params: { job: id } }, { signal }),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? 2_000 : false),
  });
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('import.job')}>
      <Stack gap="md">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2}>{t('import.jobAt', { time: instant(data.createdAt) })}</Title>
            <State job={data} />
          </Group>
          <Stop job={data} />
        </Group>
        {isRunning(data) ? <Running job={data} /> : null}
        {data.interruptions > 0 ? (
          <Text size="sm">{t('import.interrupted', { count: data.interruptions })}</Text>
        ) : null}
        {data.state === 'cancelled' ? <Text size="sm">{t('import.cancelled')}</Text> : null}
        {data.problem ? (
          <div role="alert">
            <Text fw={600}>{data.problem.message}</Text>
            {data.problem.remedy ? <Text size="sm">{data.problem.remedy}</Text> : null}
          </div>
        ) : null}
        {data.imported ? <ImportResult job={data} imported={data.imported} /> : null}
      </Stack>
    </Paper>
  );
}

function Running({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const { progress } = job;
  return (
    <Stack gap={4}>
      <Progress
        size="lg"
        value={job.state === 'queued' ? 0 : (progress?.fraction ?? 1) * 100}
        animated={job.state === 'running'}
        aria-label={t('import.job')}
      />
      <Text size="sm">{stepText(job, t)}</Text>
      {progress?.doing ? (
        <Text size="xs" c="var(--quiet)" className={styles.path}>
          {progress.doing}
        </Text>
      ) : null}
      {job.state === 'queued' ? <Text size="sm">{t('import.queuedHint')}</Text> : null}
    </Stack>
  );
}

function Stop({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const stop = useMutation({ mutationFn: () => call('jobs.cancel', { params: { job: job.id } }) });
  if (!isRunning(job)) return null;
  return (
    <Button
      size="xs"
      variant="default"
      disabled={job.state === 'stopping'}
      loading={stop.isPending}
      onClick={() => stop.mutate()}
    >
      {t('import.stop')}
    </Button>
  );
}

const colours = {
  queued: 'gray',
  running: 'teal',
  stopping: 'yellow',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
} as const;

function State({ job }: { job: JobView }) {
  const { t } = useTranslation();
  return (
    <Badge variant="outline" color={colours[job.state]} tt="none" c="inherit">
      {t(`jobs.state.${job.state}`)}
    </Badge>
  );
}
