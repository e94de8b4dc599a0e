import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { Sessions } from './Sessions.tsx';
import { useAccountWords } from './words.ts';

/** One's own account: password, and where it is signed in. */
export default function OwnAccount() {
  const { t } = useTranslation();
  const words = useAccountWords();
  const instant = useInstant();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => call('account.get', {}, { signal }),
    staleTime: 0,
  });
  const end = useMutation({ mutationFn: () => call('account.signOutElsewhere', {}), onSuccess: () => void refetch() });
  if (isPending) return <Loading what={t('accounts.own')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const { account, sessions } = data;
  const elsewhere = sessions.filter(({ here }) => !here).length;
  return (
    <Stack gap="md" maw={640}>
      <div>
        <Title order={1}>{t('accounts.own')}</Title>
        <Text fw={600}>{account.name}</Text>
        <Text size="sm">{words.roles(account.roles)}</Text>
        {account.lastSignIn ? (
          <Text size="sm" c="var(--quiet)">
            {t('accounts.lastSignIn', { at: instant(account.lastSignIn) })}
          </Text>
        ) : null}
      </div>
      <Paper withBorder p="md" component="section" aria-labelledby="own-password">
        <Title order={2} size="h3" id="own-password" mb="sm">
          {t('accounts.password')}
        </Title>
        {account.hasPassword ? (
          <ChangePassword onDone={() => void refetch()} />
        ) : (
          <Text>{t('accounts.passwordElsewhere', { provider: account.provider })}</Text>
        )}
      </Paper>
      <Paper withBorder p="md" component="section" aria-labelledby="own-sessions">
        <Title order={2} size="h3" id="own-sessions" mb="sm">
          {t('accounts.sessions')}
        </Title>
        <Stack>
          <Sessions sessions={sessions} />
          {end.error ? <Trouble error={end.error} /> : null}
          <Group>
            <Button variant="default" disabled={elsewhere === 0} loading={end.isPending} onClick={() => end.mutate()}>
              {t('accounts.signOutElsewhere')}
            </Button>
            <Text size="sm" c="var(--quiet)" role="status">
              {t(elsewhere === 0 ? 'accounts.onlyHere' : 'accounts.elsewhere', { count: elsewhere })}
            </Text>
          </Group>
        </Stack>
      </Paper>
    </Stack>
  );
}

function ChangePassword({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const words = useAccountWords();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => call('session.changePassword', { body: { current, password } }),
    onSuccess: (session) => {
      client.setQueryData(['session'], session);
      setCurrent('');
      setPassword('');
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {change.error ? <Trouble error={words.problem(change.error)} /> : null}
        {change.isSuccess ? (
          <Alert color="teal" variant="light" role="status">
            {t('accounts.passwordChanged')}
          </Alert>
        ) : null}
        <PasswordInput
          label={t('accounts.currentPassword')}
          autoComplete="current-password"
          required
          value={current}
          visibilityToggleButtonProps={{ 'aria-label': t('accounts.show') }}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('accounts.newPassword')}
          description={t('accounts.newPasswordHint')}
          autoComplete="new-password"
          required
          minLength={12}
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': t('accounts.show') }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" loading={change.isPending}>
            {t('accounts.changePassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
