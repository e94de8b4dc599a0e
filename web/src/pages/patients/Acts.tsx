import { Badge, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentitiesView, TransferView } from '../../../../src/server/api/patients.ts';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import { useForget } from './usePatients.ts';
import { useWords } from './words.ts';

/** What was merged and split so far, newest first; what still holds can be taken back, with a reason. */
export function Acts({ view, onDone }: { view: IdentitiesView; onDone(done: TransferView): void }) {
  const { t } = useTranslation();
  const words = useWords();
  const forget = useForget();
  const [open, setOpen] = useState<string>();
  const [reason, setReason] = useState('');
  const undo = useMutation({
    mutationFn: (act: string) => call('patients.undo', { params: { subject: view.subject }, body: { act, reason } }),
    onSuccess: async (done) => {
      await forget();
      onDone(done);
    },
  });
  return (
    <section aria-labelledby="split-acts">
      <Title order={3} id="split-acts">
        {t('patients.split.acts')}
      </Title>
      {view.acts.length === 0 ? <Text size="sm">{t('patients.split.noActs')}</Text> : null}
      <Stack gap="sm" mt={4}>
        {view.acts.map(({ act, type, direction, counterpart, actor, at, reason: why, undone }) => (
          <div key={act}>
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <div>
                <Text size="sm" fw={600}>
                  {t(`patients.split.act.${type}-${direction}`, { counterpart })}
                </Text>
                <Text size="sm" c="var(--quiet)">
                  {t('patients.split.by', { actor, at: words.day(at), reason: why })}
                </Text>
              </div>
              {undone ? (
                <Badge color="gray" variant="light" tt="none">
                  {t('patients.split.isUndone')}
                </Badge>
              ) : type === 'undo' ? null : (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-expanded={open === act}
                  onClick={() => setOpen(open === act ? undefined : act)}
                >
                  {t('patients.split.takeBack')}
                </Button>
              )}
            </Group>
            {open === act ? (
              <Group align="flex-end" mt={4}>
                <TextInput
                  label={t('patients.reason')}
                  required
                  style={{ flex: 1 }}
                  maxLength={2000}
                  value={reason}
                  onChange={(event) => setReason(event.currentTarget.value)}
                />
                <Button disabled={reason.trim() === ''} loading={undo.isPending} onClick={() => undo.mutate(act)}>
                  {t('patients.undo')}
                </Button>
              </Group>
            ) : null}
            {open === act && undo.error ? <Trouble error={undo.error} /> : null}
          </div>
        ))}
      </Stack>
    </section>
  );
}
