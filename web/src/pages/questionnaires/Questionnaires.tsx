import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Api } from '../../../../src/server/api/index.ts';
import type { OutputOf } from '../../../../src/server/api/spec.ts';
import { call } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { recallWords } from './recall.ts';

/** Scores of the last time that a form names; the room has all. */
const latestShown = 3;

/** Questionnaires that can be filled in, with what was answered before and what is being filled in. */
export default function Questionnaires() {
  const { t } = useTranslation();
  const subject = useSubject();
  const [text, setText] = useState('');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patient', subject, 'questionnaires'],
    queryFn: ({ signal }) => call('questionnaires.list', { params: { subject } }, { signal }),
  });
  if (isPending) return <Loading what={t('questionnaires.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const wanted = text.trim().toLowerCase();
  const found = data.questionnaires.filter(({ display, instrument }) =>
    `${display} ${instrument}`.toLowerCase().includes(wanted),
  );
  const isKnown = ({ draft, latest }: Listed) => draft !== undefined || latest.length > 0;
  return (
    <Stack gap="md">
      <div>
        <Title order={2}>{t('questionnaires.title')}</Title>
        <Text size="sm" c="var(--quiet)">
          {t('questionnaires.intro')}
        </Text>
      </div>
      <TextInput
        maw={420}
        type="search"
        label={t('questionnaires.find')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {found.length === 0 ? <Text>{t('questionnaires.noneFound')}</Text> : null}
      <Forms title={t('questionnaires.known')} forms={found.filter(isKnown)} subject={subject} />
      <Forms title={t('questionnaires.others')} forms={found.filter((one) => !isKnown(one))} subject={subject} />
    </Stack>
  );
}

type Listed = OutputOf<Api['questionnaires.list']>['questionnaires'][number];

function Forms({ title, forms, subject }: { title: string; forms: readonly Listed[]; subject: string }) {
  const { t } = useTranslation();
  if (forms.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={3}>{title}</Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xs" verticalSpacing="xs">
        {forms.map((form) => (
          <Form key={form.instrument} form={form} subject={subject} />
        ))}
      </SimpleGrid>
      {forms.some(({ wording }) => wording === 'topics') ? (
        <Text size="xs" c="var(--quiet)">
          {t('questionnaires.topicsHint')}
        </Text>
      ) : null}
    </Stack>
  );
}

function Form({ form, subject }: { form: Listed; subject: string }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const { instrument, display, recall, items, adaptive, wording, draft, latest } = form;
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={`form-${instrument}`}>
      <Group justify="space-between" align="start" wrap="nowrap">
        <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
          <Title order={4} id={`form-${instrument}`} fz="md">
            {display}
          </Title>
          <Text size="sm" c="var(--quiet)">
            {[
              t('questionnaires.items', { count: items }),
              adaptive ? t('questionnaires.adaptive', { most: adaptive.most }) : '',
              recallWords(t, recall),
              t(wording === 'topics' ? 'questionnaires.topicsOnly' : `questionnaires.${wording}`),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
          {draft ? (
            <Text size="sm" fw={600}>
              {t('questionnaires.draft', { answered: draft.answered, items, at: instant(draft.savedAt) })}
            </Text>
          ) : null}
          {draft && draft.positive.length > 0 ? (
            <Text size="sm" fw={700} c="var(--urgent)">
              {t('questionnaires.draftPositive', { what: draft.positive.join('; ') })}
            </Text>
          ) : null}
          {latest.length === 0 ? null : (
            <Text size="sm">
              {t('questionnaires.latest')}:{' '}
              {latest
                .slice(0, latestShown)
                .map(({ name, value, time }) => `${name} ${value}${time ? `, ${instant(time)}` : ''}`)
                .join('; ')}
              {latest.length > latestShown ? ` · ${t('app.andMore', { count: latest.length - latestShown })}` : ''}
            </Text>
          )}
        </Stack>
        <Button
          component={Link}
          href={`/patients/${subject}/questionnaires/${instrument}`}
          variant={draft ? 'filled' : 'default'}
          size="xs"
          style={{ flexShrink: 0 }}
          aria-label={`${t(draft ? 'questionnaires.goOn' : 'questionnaires.start')}: ${display}`}
        >
          {t(draft ? 'questionnaires.goOn' : 'questionnaires.start')}
        </Button>
      </Group>
    </Paper>
  );
}
