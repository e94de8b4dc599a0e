import { Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { useSending } from '../../parts/jobs/sending.ts';
import styles from './Choose.module.css';
import { Choose } from './Choose.tsx';
import { HeldUploads } from './HeldUploads.tsx';
import { ImportJobs } from './ImportJobs.tsx';
import { Sending } from './Sending.tsx';

/** Files and folders in; what is being sent, what is held, and what the imports made of it. */
export default function Import() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const job = search.get('job') ?? undefined;
  const sending = useSending();
  const busy = sending.status !== 'idle';
  const unsent = sending.status === 'sending' || sending.status === 'waiting';
  useEffect(() => {
    if (!unsent) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsent]);
  return (
    <Stack gap="lg" maw={1100} className={styles.buttons}>
      <div>
        <Title order={1}>{t('import.title')}</Title>
        <Text c="var(--quiet)" size="sm">
          {t('import.intro')}
        </Text>
      </div>
      {busy ? <Sending state={sending} /> : <Choose />}
      <HeldUploads />
      <ImportJobs open={job} />
    </Stack>
  );
}
