import { Alert, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EscalationView } from '../../../../src/server/api/questionnaires.ts';

/** What safety answers ask for. It is said at once, and by screen readers too. */
export function Escalations({ all, children }: { all: readonly EscalationView[]; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Alert
      color={all.some(({ urgency }) => urgency === 'now') ? 'red' : 'orange'}
      variant="outline"
      role="alert"
      title={t('questionnaires.actNow')}
    >
      <Stack gap="sm">
        {all.map(({ check, display, statement, action }) => (
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
        {children}
      </Stack>
    </Alert>
  );
}
