import { Badge, Button, Group, Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../../src/server/api/house.ts';
import { useInstant } from '../../parts/time.ts';
import { useAccountWords } from './words.ts';

export type Wish = 'roles' | 'reset' | 'sessions' | 'disable' | 'enable';

/** One account with all that can be done to it. */
export function AccountRow({ account, own, onWish }: { account: AccountView; own: boolean; onWish(wish: Wish): void }) {
  const { t } = useTranslation();
  const words = useAccountWords();
  const instant = useInstant();
  const { id, name, roles, disabled, mustChangePassword, provider, lastSignIn, created } = account;
  const wishes: Wish[] = [
    'roles',
    ...(provider ? [] : (['reset'] as const)),
    'sessions',
    disabled ? 'enable' : 'disable',
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={`account-${id}`}>
      <Group justify="space-between" gap="xs">
        <div style={{ flex: '1 1 260px', minWidth: 0 }}>
          <Group gap="xs">
            <Title order={2} size="h4" id={`account-${id}`} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            {own ? <Badge variant="light">{t('accounts.you')}</Badge> : null}
            {disabled ? (
              <Badge color="red.9" variant="filled">
                {t('accounts.disabled')}
              </Badge>
            ) : null}
            {mustChangePassword && !disabled ? (
              <Badge color="gray" variant="outline">
                {t('accounts.changeDue')}
              </Badge>
            ) : null}
          </Group>
          <Text size="sm">{words.roles(roles)}</Text>
          <Text size="sm" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
            {lastSignIn
              ? t('accounts.lastSignIn', { at: instant(lastSignIn) })
              : t('accounts.never', { at: instant(created) })}
            {provider ? ` · ${t('accounts.through', { provider })}` : ''}
          </Text>
        </div>
        <Group gap={6}>
          {wishes.map((wish) => (
            <Button
              key={wish}
              size="compact-sm"
              variant="default"
              aria-label={`${t(`accounts.wish.${wish}`)}: ${name}`}
              onClick={() => onWish(wish)}
            >
              {t(`accounts.wish.${wish}`)}
            </Button>
          ))}
        </Group>
      </Group>
    </Paper>
  );
}
