import { Badge, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SessionOfAccount } from '../../../../src/server/api/house.ts';
import { useInstant } from '../../parts/time.ts';

/** Where an account is signed in. */
export function Sessions({ sessions }: { sessions: readonly SessionOfAccount[] }) {
  const { t } = useTranslation();
  const instant = useInstant();
  if (sessions.length === 0) return <Text c="var(--quiet)">{t('accounts.noSession')}</Text>;
  return (
    <Stack component="ul" gap="xs" m={0} pl={0} style={{ listStyle: 'none' }}>
      {sessions.map(({ id, begun, seen, until, remote, here }) => (
        <li key={id}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {remote ?? t('accounts.unknownAddress')}
            </Text>
            {here ? <Badge variant="light">{t('accounts.here')}</Badge> : null}
          </Group>
          <Text size="sm" c="var(--quiet)">
            {t('accounts.sessionTimes', { begun: instant(begun), seen: instant(seen), until: instant(until) })}
          </Text>
        </li>
      ))}
    </Stack>
  );
}
