import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { ImportedSubject } from '../../../../src/server/jobs/job.ts';
import { call } from '../../api/client.ts';
import { useMay } from '../../app/session.tsx';
import { Trouble } from '../../parts/states.tsx';
import { notice } from './notice.ts';

/** Several identities came in together. Joining them is a choice that people make, with a reason and what follows from it. */
export function JoinPeople({ subjects, over }: { subjects: readonly ImportedSubject[]; over: boolean }) {
  const { t } = useTranslation();
  const may = useMay('identity:change');
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const [, go] = useLocation();
  const [into, ...others] = subjects.map(({ subject }) => subject);
  const join = useMutation({
    mutationFn: async (): Promise<string> => {
      for (const subject of others) {
        const { mergedInto } = await call('patients.identities', { params: { subject } });
        // Joined by an earlier try that was cut off.
        if (mergedInto === into) continue;
        await call('patients.merge', { params: { subject }, body: { into: into!, reason } });
      }
      await call('jobs.workup', { params: { subject: into! } });
      return into!;
    },
    onSuccess: (subject) => go(`/patients/${subject}`),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' }),
  });
  return (
    <Alert color="yellow" variant="light" styles={notice} title={t('import.severalTitle', { count: subjects.length })}>
      <Stack gap="xs">
        <Text size="sm">{t('import.severalText')}</Text>
        {may && over && !open ? (
          <Group>
            <Button size="xs" variant="default" onClick={() => setOpen(true)}>
              {t('import.declareOne')}
            </Button>
          </Group>
        ) : null}
        {open ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              join.mutate();
            }}
          >
            <Stack gap="xs">
              <Text size="sm" fw={600}>
                {t('import.compositeWarning')}
              </Text>
              <Text size="sm">{t('import.joinInto', { label: subjects[0]?.label, subject: into })}</Text>
              <TextInput
                label={t('import.reason')}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                required
                maxLength={2000}
                data-autofocus
              />
              {join.error ? <Trouble error={join.error} /> : null}
              <Group>
                <Button size="xs" type="submit" loading={join.isPending} disabled={reason.trim() === ''}>
                  {t('import.join')}
                </Button>
                <Button size="xs" variant="default" onClick={() => setOpen(false)}>
                  {t('app.cancel')}
                </Button>
              </Group>
            </Stack>
          </form>
        ) : null}
      </Stack>
    </Alert>
  );
}
