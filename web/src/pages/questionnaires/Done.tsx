import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { EscalationView } from '../../../../src/server/api/questionnaires.ts';
import { Trouble } from '../../parts/states.tsx';

/** First what must be acted on, alone on the page; then that the form is kept. */
export function Done({
  subject,
  escalations,
  kept,
  error,
  onBack,
}: {
  subject: string;
  escalations: EscalationView[];
  kept: boolean;
  error?: Error;
  onBack(): void;
}) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(escalations.length === 0);
  return (
    <Stack gap="md" maw={760}>
      {escalations.length > 0 ? (
        <Alert
          color={escalations.some(({ urgency }) => urgency === 'now') ? 'red' : 'orange'}
          variant="outline"
          role="alert"
          title={t('questionnaires.actNow')}
        >
          <Stack gap="sm">
            {escalations.map(({ check, display, statement, action }) => (
              <div key={check}>
                <Title order={3}>{display}</Title>
                <Text>{statement}</Text>
                {action ? (
                  <Text fw={700} mt={4}>
                    {action}
                  </Text>
                ) : null}
              </div>
            ))}
            {seen ? null : (
              <Group>
                <Button onClick={() => setSeen(true)} data-autofocus autoFocus>
                  {t('questionnaires.seen')}
                </Button>
              </Group>
            )}
          </Stack>
        </Alert>
      ) : null}
      {seen && kept ? (
        <>
          <Title order={2}>{t('questionnaires.done')}</Title>
          <Text>{t('questionnaires.doneHint')}</Text>
          <Group>
            <Button component={Link} href={`/patients/${subject}/plan`}>
              {t('questionnaires.toPlan')}
            </Button>
            <Button component={Link} href={`/patients/${subject}/questionnaires`} variant="default">
              {t('questionnaires.toList')}
            </Button>
          </Group>
        </>
      ) : null}
      {seen && !kept ? (
        <>
          <Trouble error={error} />
          <Group>
            <Button onClick={onBack}>{t('questionnaires.back')}</Button>
          </Group>
        </>
      ) : null}
    </Stack>
  );
}
