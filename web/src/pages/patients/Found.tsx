import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientRow } from '../../../../src/server/api/patients.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useFound } from './usePatients.ts';
import { useWords } from './words.ts';

/** Choice of one other patient: first those who look alike, then whom a text finds. */
export function Found({
  not,
  alike,
  onChoose,
}: {
  not: string;
  alike: readonly PatientRow[];
  onChoose(row: PatientRow): void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useFound(asked, asked !== '');
  const rows = (found.data?.rows ?? []).filter(({ subject }) => subject !== not);
  return (
    <Stack gap="sm">
      {alike.length > 0 ? <Choices title={t('patients.merge.alike')} rows={alike} onChoose={onChoose} /> : null}
      <TextInput
        type="search"
        label={t('patients.merge.find')}
        value={text}
        maxLength={200}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div aria-live="polite">
        {asked !== '' && found.isPending ? <Loading /> : null}
        {found.error ? <Trouble error={found.error} retry={() => void found.refetch()} /> : null}
        {asked !== '' && found.data ? (
          rows.length === 0 ? (
            <Text size="sm">{t('patients.none')}</Text>
          ) : (
            <Choices title={t('patients.merge.results')} rows={rows} onChoose={onChoose} />
          )
        ) : null}
      </div>
    </Stack>
  );
}

function Choices({
  title,
  rows,
  onChoose,
}: {
  title: string;
  rows: readonly PatientRow[];
  onChoose(row: PatientRow): void;
}) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Stack gap={4} mt={4}>
        {rows.map((row) => (
          <Group key={row.subject} justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              <strong>{row.label}</strong>{' '}
              {[row.subject, ...words.numbers(row), ...words.births(row)]
                .filter((one) => one !== row.label)
                .join(' · ')}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('patients.merge.choose', { label: row.label })}
              onClick={() => onChoose(row)}
            >
              ✓
            </Button>
          </Group>
        ))}
      </Stack>
    </div>
  );
}
