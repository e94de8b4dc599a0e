import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';

/** The clinical question of a patient as it stands, and a way to state another one. */
export function StateQuestion({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState<string>();
  const head = useQuery({
    queryKey: ['patient', subject, 'head'],
    queryFn: ({ signal }) => call('patient.head', { params: { subject } }, { signal }),
  });
  const seen = head.data?.subject.question ?? '';
  const keep = useMutation({
    mutationFn: (question: string) =>
      call('patient.question', { params: { subject }, body: { question, ...(seen && { seen }) } }),
    onSuccess: () => setText(undefined),
    onSettled: () => client.invalidateQueries({ queryKey: ['patient', subject] }),
  });
  if (head.error) return <Trouble error={head.error} retry={() => void head.refetch()} />;
  if (head.data === undefined) return null;
  if (text === undefined)
    return (
      <Group gap="sm">
        <Text size="sm">{seen === '' ? t('import.noQuestion') : t('import.questionIs', { question: seen })}</Text>
        <Button size="compact-sm" variant="default" onClick={() => setText(seen)}>
          {t(seen === '' ? 'import.stateQuestion' : 'import.changeQuestion')}
        </Button>
      </Group>
    );
  return (
    <Stack gap="xs">
      <Textarea
        label={t('import.question')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={1}
        maxRows={4}
        data-autofocus
      />
      {keep.error ? <Trouble error={keep.error} /> : null}
      <Group gap="xs">
        <Button
          size="compact-sm"
          disabled={text.trim() === ''}
          loading={keep.isPending}
          onClick={() => keep.mutate(text.trim())}
        >
          {t('import.keepQuestion')}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setText(undefined)}>
          {t('import.leaveQuestion')}
        </Button>
      </Group>
    </Stack>
  );
}
