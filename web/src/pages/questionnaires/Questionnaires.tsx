import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { call } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { recallWords } from './recall.ts';

/** Questionnaires that can be filled in, with what was answered before and what is being filled in. */
export default function Questionnaires() {
  const { t } = useTranslation();
  const subject = useSubject();
  const instant = useInstant();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patient', subject, 'questionnaires'],
    queryFn: ({ signal }) => call('questionnaires.list', { params: { subject } }, { signal }),
  });
  if (isPending) return <Loading what={t('questionnaires.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  return (
    <Stack gap="md" maw={860}>
      <div>
        <Title order={2}>{t('questionnaires.title')}</Title>
        <Text size="sm" c="var(--quiet)">
          {t('questionnaires.intro')}
        </Text>
      </div>
      {data.questionnaires.map(({ instrument, display, recall, items, wording, draft, latest }) => (
        <Paper key={instrument} withBorder p="md" component="section" aria-labelledby={`form-${instrument}`}>
          <Group justify="space-between" align="start">
            <Stack gap={4} style={{ flex: 1, minWidth: 220 }}>
              <Title order={3} id={`form-${instrument}`}>
                {display}
              </Title>
              <Group gap="xs">
                <Text size="sm" c="var(--quiet)">
                  {[t('questionnaires.items', { count: items }), recallWords(t, recall)].filter(Boolean).join(', ')}
                </Text>
                <Badge variant="outline" tt="none">
                  {t(`questionnaires.${wording}`)}
                </Badge>
              </Group>
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
              <Text size="sm">
                {t('questionnaires.latest')}:{' '}
                {latest.length === 0
                  ? t('questionnaires.none')
                  : latest
                      .map(({ name, value, time }) => `${name} ${value}${time ? `, ${instant(time)}` : ''}`)
                      .join('; ')}
              </Text>
            </Stack>
            <Button
              component={Link}
              href={`/patients/${subject}/questionnaires/${instrument}`}
              variant={draft ? 'filled' : 'default'}
              aria-label={`${t(draft ? 'questionnaires.goOn' : 'questionnaires.start')}: ${display}`}
            >
              {t(draft ? 'questionnaires.goOn' : 'questionnaires.start')}
            </Button>
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
