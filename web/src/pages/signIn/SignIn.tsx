import { Alert, Button, Card, Center, Divider, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../../src/server/api/session.ts';
import { ApiError, call, urlOf } from '../../api/client.ts';

/** How an attempt at the identity provider ended stands behind the #, too. */
function endOfAddress(): 'refused' | 'unavailable' | undefined {
  const end = /^#sign-in=(refused|unavailable)$/.exec(location.hash)?.[1];
  if (end) history.replaceState(null, '', location.pathname);
  return end as 'refused' | 'unavailable' | undefined;
}

/** A code of one use stands behind the # of the address that the first start prints: it never reaches a log. */
function codeOfAddress(): string | undefined {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
  if (code) history.replaceState(null, '', location.pathname);
  return code;
}

/** Name and password, the identity provider, or a password of one's own. `ended`: a session that was open is over. */
export function SignIn({
  session,
  ended,
  onDone,
}: {
  session: SessionView | undefined;
  ended: boolean;
  onDone(session: SessionView): void;
}) {
  const { t } = useTranslation();
  return (
    <Center mih="100vh" p="md" component="main">
      <Card withBorder shadow="sm" padding="xl" w="100%" maw={420}>
        <Stack>
          <div>
            <Title order={1}>{t('app.name')}</Title>
            <Text size="sm" c="var(--quiet)">
              {t('app.research')}
            </Text>
          </div>
          {session?.mustChangePassword ? (
            <NewPassword onDone={onDone} />
          ) : (
            <Credentials ended={ended} onDone={onDone} />
          )}
        </Stack>
      </Card>
    </Center>
  );
}

function Credentials({ ended, onDone }: { ended: boolean; onDone(session: SessionView): void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [end] = useState(endOfAddress);
  const options = useQuery({ queryKey: ['session', 'options'], queryFn: () => call('session.options', {}) });
  const signIn = useMutation({
    mutationFn: (body: { name: string; password: string } | { code: string }) => call('session.signIn', { body }),
    onSuccess: onDone,
  });
  const { mutate } = signIn;
  useEffect(() => {
    const code = codeOfAddress();
    if (code) mutate({ code });
  }, [mutate]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ name, password });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Title order={2}>{t('signIn.title')}</Title>
        {signIn.error ? (
          <Alert color="red" role="alert">
            {signIn.error instanceof ApiError && signIn.error.status === 401 ? t('signIn.wrong') : signIn.error.message}
          </Alert>
        ) : null}
        {ended && !signIn.error ? (
          <Alert color="orange" role="status">
            {t('signIn.ended')}
          </Alert>
        ) : null}
        {end && !signIn.error ? (
          <Alert color="red" role="alert">
            {t(`signIn.provider.${end}`)}
          </Alert>
        ) : null}
        <TextInput
          label={t('signIn.name')}
          autoComplete="username"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
        />
        <PasswordInput
          label={t('signIn.password')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        {options.data?.oidc ? (
          <>
            <Divider label={t('signIn.or')} />
            <Button
              component="a"
              variant="default"
              href={urlOf('session.oidcBegin', { query: { returnTo: location.pathname } })}
            >
              {t('signIn.with', { label: options.data.oidc.label })}
            </Button>
          </>
        ) : null}
        <Text size="xs" c="var(--quiet)">
          {t('signIn.hint')}
        </Text>
      </Stack>
    </form>
  );
}

function NewPassword({ onDone }: { onDone(session: SessionView): void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => call('session.changePassword', { body: { password } }),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Title order={2}>{t('signIn.changeTitle')}</Title>
        {change.error ? (
          <Alert color="red" role="alert">
            {change.error.message}
          </Alert>
        ) : null}
        <PasswordInput
          label={t('signIn.newPassword')}
          description={t('signIn.changeHint')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          required
          minLength={12}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={change.isPending}>
          {t('signIn.change')}
        </Button>
      </Stack>
    </form>
  );
}
