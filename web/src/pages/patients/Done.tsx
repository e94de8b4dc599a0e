import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { TransferView } from '../../../../src/server/api/patients.ts';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import { useForget } from './usePatients.ts';

/** What a merge or split did, what to look at, and how to take it back at once. */
export function Done({
  done,
  onUndone,
  onClose,
}: {
  done: TransferView;
  onUndone(undone: TransferView): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const forget = useForget();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, []);
  const { act, type, from, into, sources, review, issues } = done;
  const undo = useMutation({
    mutationFn: () =>
      call('patients.undo', { params: { subject: into }, body: { act, reason: t('patients.undoneInList') } }),
    onSuccess: async (undone) => {
      await forget();
      onUndone(undone);
    },
  });
  const said = {
    merge: () => t('patients.merge.done', { from, into }),
    split: () => t('patients.split.done', { count: sources.length, from, into }),
    undo: () => t('patients.undone', { from, into }),
  };
  return (
    <Alert ref={box} tabIndex={-1} role="status" color="teal" variant="light">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text size="sm" fw={600}>
            {said[type]()}
          </Text>
          <Group gap="xs" wrap="nowrap">
            {type === 'undo' ? null : (
              <Button size="compact-sm" variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
                {t('patients.undo')}
              </Button>
            )}
            <Button size="compact-sm" variant="subtle" onClick={onClose}>
              {t('app.close')}
            </Button>
          </Group>
        </Group>
        {review.length > 0 ? <Text size="sm">{t('patients.split.review', { count: review.length })}</Text> : null}
        {issues
          .filter(({ severity }) => severity !== 'info')
          .map(({ message, remedy }) => (
            <Text key={message} size="sm" c="var(--open)">
              {message} {remedy}
            </Text>
          ))}
        {undo.error ? <Trouble error={undo.error} /> : null}
      </Stack>
    </Alert>
  );
}
