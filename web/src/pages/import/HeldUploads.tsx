import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { UploadView } from '../../../../src/server/api/imports.ts';
import { call } from '../../api/client.ts';
import { isRunning, useJobs } from '../../parts/jobs/jobsQuery.ts';
import { bytesText, numberText } from '../../parts/jobs/jobText.ts';
import { useSending } from '../../parts/jobs/sending.ts';
import { Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { Picker } from './Choose.tsx';
import { useImporting } from './useImporting.ts';

/** Uploads that were begun and not imported: after a reload, a cut, or another day. */
export function HeldUploads() {
  const { t } = useTranslation();
  const sending = useSending();
  const running = useJobs()?.filter(isRunning) ?? [];
  const { data, error, refetch } = useQuery({
    queryKey: ['uploads'],
    queryFn: async ({ signal }) => (await call('imports.list', {}, { signal })).uploads,
  });
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const waiting = (data ?? []).filter(
    ({ id }) => id !== sending.upload && !running.some(({ upload }) => upload === id),
  );
  if (waiting.length === 0) return null;
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>{t('import.heldTitle')}</Title>
      {waiting.map((upload) => (
        <Held key={upload.id} upload={upload} mayGoOn={sending.status === 'idle'} />
      ))}
    </Stack>
  );
}

function Held({ upload, mayGoOn }: { upload: UploadView; mayGoOn: boolean }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const { begin, start, remove } = useImporting();
  const { expected, id, asOnePatient } = upload;
  const whole = upload.files - upload.partial;
  const isOpen = upload.state === 'open';
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Text>
          {t('import.heldSince', { time: instant(upload.createdAt) })}:{' '}
          {expected
            ? t('import.heldOf', {
                files: numberText(whole),
                total: numberText(expected.files),
                size: bytesText(upload.bytes),
                totalSize: bytesText(expected.bytes),
              })
            : t('import.heldSome', { files: numberText(whole), size: bytesText(upload.bytes) })}
        </Text>
        {upload.question ? <Text size="sm">{t('import.questionIs', { question: upload.question })}</Text> : null}
        <Text size="sm" c="var(--quiet)">
          {t(isOpen ? 'import.goOnHint' : 'import.stoppedHint', { time: instant(upload.expiresAt) })}
        </Text>
        {start.error ? <Trouble error={start.error} /> : null}
        {remove.error ? <Trouble error={remove.error} /> : null}
        <Group>
          {mayGoOn && isOpen ? (
            <>
              <Picker
                label={t('import.sameFolder')}
                folder
                size="sm"
                onChosen={({ files }) => begin(files, { upload: id, asOnePatient })}
              />
              <Picker
                label={t('import.sameFiles')}
                size="sm"
                onChosen={({ files }) => begin(files, { upload: id, asOnePatient })}
              />
            </>
          ) : null}
          {whole > 0 ? (
            <Button
              size="sm"
              variant="default"
              loading={start.isPending}
              onClick={() => start.mutate({ upload: id, withoutPartial: true })}
            >
              {t('import.startHeld')}
            </Button>
          ) : null}
          <Button size="sm" variant="subtle" color="red" loading={remove.isPending} onClick={() => remove.mutate(id)}>
            {t('import.remove')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
