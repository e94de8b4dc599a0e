import { ActionIcon, Anchor, Group, Indicator, Popover, Progress, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { JobView } from '../../../../src/server/api/jobs.ts';
import { useMay } from '../../app/session.tsx';
import { isRunning, useJobs } from './jobsQuery.ts';
import { bytesText, stepText } from './jobText.ts';
import { type SendState, useSending } from './sending.ts';

/** What the server and this page are busy with, in the header: how many, and on demand what. */
export function JobsIndicator() {
  const { t } = useTranslation();
  const may = useMay('workup:run');
  const all = useJobs();
  const jobs = all?.filter(isRunning) ?? [];
  const sending = useSending();
  const isSending = sending.status === 'sending' || sending.status === 'waiting';
  const count = jobs.length + (isSending ? 1 : 0);
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Popover opened={open} onChange={setOpen} position="bottom-end" width={320} shadow="md" trapFocus returnFocus>
        <Indicator disabled={count === 0} label={count} size={16} offset={6} processing={count > 0} color="teal">
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              size="lg"
              onClick={() => setOpen((was) => !was)}
              aria-label={count === 0 ? t('jobs.none') : t('jobs.running', { count })}
            >
              <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" aria-hidden="true">
                <path d="M3 5h14M3 10h14M3 15h9" strokeWidth="1.8" strokeLinecap="round" />
              </svg>
            </ActionIcon>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown>
          <Stack gap="sm">
            {count === 0 ? <Text size="sm">{t('jobs.none')}</Text> : null}
            {isSending ? <Sending state={sending} /> : null}
            {jobs.map((job) => (
              <OneJob key={job.id} job={job} onFollow={() => setOpen(false)} />
            ))}
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <Announcer jobs={all ?? []} />
    </>
  );
}

function OneJob({ job, onFollow }: { job: JobView; onFollow(): void }) {
  const { t } = useTranslation();
  const mayImport = useMay('imports:write');
  const href = job.type === 'import' && mayImport ? `/import?job=${job.id}` : `/patients/${job.subject}`;
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        {job.type === 'import' && !mayImport ? (
          <Text size="sm">{t('jobs.type.import')}</Text>
        ) : (
          <Anchor component={Link} href={href} size="sm" onClick={onFollow}>
            {t(`jobs.type.${job.type}`)}
          </Anchor>
        )}
        <Text size="xs" c="var(--quiet)">
          {job.mine ? '' : job.by}
        </Text>
      </Group>
      <Text size="xs">{stepText(job, t)}</Text>
      <Progress
        size="sm"
        value={job.state === 'queued' ? 0 : (job.progress?.fraction ?? 1) * 100}
        aria-label={t(`jobs.type.${job.type}`)}
        animated={job.state === 'running'}
      />
    </Stack>
  );
}

function Sending({ state }: { state: SendState }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Anchor component={Link} href="/import" size="sm">
        {t('jobs.type.upload')}
      </Anchor>
      <Text size="xs">{t('jobs.ofTotal', { done: bytesText(state.sentBytes), total: bytesText(state.bytes) })}</Text>
      <Progress
        size="sm"
        value={state.bytes === 0 ? 0 : (100 * state.sentBytes) / state.bytes}
        aria-label={t('jobs.type.upload')}
      />
    </Stack>
  );
}

/** Says once what has begun or ended: progress itself would be noise. */
function Announcer({ jobs }: { jobs: readonly JobView[] }) {
  const { t } = useTranslation();
  const known = useRef(new Map<string, string>());
  const [said, setSaid] = useState('');
  useEffect(() => {
    const news = jobs.filter(({ id, state }) => known.current.has(id) && known.current.get(id) !== state);
    const first = known.current.size === 0;
    for (const { id, state } of jobs) known.current.set(id, state);
    if (first || news.length === 0) return;
    setSaid(news.map((job) => `${t(`jobs.type.${job.type}`)}: ${t(`jobs.state.${job.state}`)}`).join('. '));
  }, [jobs, t]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said}
    </VisuallyHidden>
  );
}
