import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { useMay } from '../../app/session.tsx';
import { useSubject } from '../../app/subject.ts';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { DesignForm } from './DesignForm.tsx';
import { TrialCard } from './TrialCard.tsx';

/** Single-patient trials: what runs, what it says so far, and a new one. */
export default function Trials() {
  const { t } = useTranslation();
  const subject = useSubject();
  const mayDecide = useMay('plan:decide');
  const [designing, setDesigning] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patient', subject, 'trials'],
    queryFn: ({ signal }) => call('trials.list', { params: { subject } }, { signal }),
  });
  if (isPending) return <Loading what={t('trials.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  return (
    <Stack gap="md" maw={860}>
      <div>
        <Title order={2}>{t('trials.title')}</Title>
        <Text size="sm" c="var(--quiet)">
          {t('trials.intro')}
        </Text>
      </div>
      {designing ? (
        <DesignForm subject={subject} today={data.today} onDone={() => setDesigning(false)} />
      ) : mayDecide ? (
        <Group>
          <Button onClick={() => setDesigning(true)}>{t('trials.new')}</Button>
        </Group>
      ) : null}
      {data.trials.length === 0 && !designing ? <Empty title={t('trials.none')} /> : null}
      {data.trials.map((trial) => (
        <TrialCard key={trial.id} trial={trial} subject={subject} today={data.today} />
      ))}
    </Stack>
  );
}
