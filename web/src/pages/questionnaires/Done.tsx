import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { EscalationView } from '../../../../src/server/api/questionnaires.ts';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import { Escalations } from './Escalations.tsx';

/** What became of a form. */
export interface Outcome {
  escalations: EscalationView[];
  kept: boolean;
  /** The form was thrown away on purpose; its positive safety answers stand. */
  thrownAway?: boolean;
  /** The work-up that follows. */
  job?: string | undefined;
  error?: Error;
}

/** First what must be acted on, alone on the page; then that the form is kept. */
export function Done({
  subject,
  escalations,
  kept,
  thrownAway = false,
  job,
  error,
  onBack,
}: Outcome & { subject: string; onBack(): void }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(escalations.length === 0);
  return (
    <Stack gap="md" maw={760}>
      {escalations.length > 0 ? (
        <Escalations all={escalations}>
          {thrownAway ? <Text fw={600}>{t('questionnaires.staysOpen')}</Text> : null}
          {seen ? null : (
            <Group>
              <Button onClick={() => setSeen(true)} data-autofocus autoFocus>
                {t('questionnaires.seen')}
              </Button>
            </Group>
          )}
        </Escalations>
      ) : null}
      {seen && kept ? (
        <>
          <Title order={2}>{t('questionnaires.done')}</Title>
          <Text>{t('questionnaires.doneHint')}</Text>
          {job ? <WorkUp subject={subject} job={job} /> : null}
          <Group>
            <Button component={Link} href={`/patients/${subject}/plan`}>
              {t('questionnaires.toPlan')}
            </Button>
            <Button component={Link} href={`/patients/${subject}/questionnaires`} variant="default">
              {t('questionnaires.toList')}
            </Button>
          </Group>
        </>
      ) : null}
      {seen && thrownAway ? (
        <>
          <Title order={2}>{t('questionnaires.thrownAway')}</Title>
          <Group>
            <Button component={Link} href={`/patients/${subject}/plan`}>
              {t('questionnaires.toAction')}
            </Button>
            <Button component={Link} href={`/patients/${subject}/questionnaires`} variant="default">
              {t('questionnaires.toList')}
            </Button>
          </Group>
        </>
      ) : null}
      {seen && !kept && !thrownAway ? (
        <>
          <Trouble error={error} />
          <Group>
            <Button onClick={onBack}>{t('questionnaires.back')}</Button>
          </Group>
        </>
      ) : null}
    </Stack>
  );
}

/** How far the work-up is that brings scores and plan up to date. */
function WorkUp({ subject, job }: { subject: string; job: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['jobs', job],
    queryFn: ({ signal }) => call('jobs.get', { params: { job } }, { signal }),
    refetchInterval: (query) => (isOver(query.state.data?.state) ? false : 700),
  });
  const over = isOver(data?.state);
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: ['patient', subject] });
  }, [over, client, subject]);
  const failed = over && data?.state !== 'done';
  return (
    <Text role="status" c={failed ? 'var(--urgent)' : undefined}>
      {failed
        ? t('questionnaires.workFailed', { message: data?.problem?.message ?? data?.state })
        : t(over ? 'questionnaires.worked' : 'questionnaires.working')}
    </Text>
  );
}

function isOver(state: string | undefined): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
