import { Alert, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../../src/server/api/house.ts';
import type { Role } from '../../../../src/server/permissions.ts';
import { call } from '../../api/client.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { Confirm } from './Confirm.tsx';
import { RolePicker } from './RolePicker.tsx';
import { Sessions } from './Sessions.tsx';

interface About {
  account: AccountView;
  own: boolean;
  onDone(): void;
  onClose(): void;
}
export interface Told {
  name: string;
  password: string;
}

export function AddDialog({ onDone, onClose }: { onDone(told: Told): void; onClose(): void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<Role[]>([]);
  const add = useMutation({
    mutationFn: () => call('house.accounts.add', { body: { name, roles } }),
    onSuccess: ({ account, password }) => onDone({ name: account.name, password }),
  });
  return (
    <Confirm
      title={t('accounts.add')}
      act={t('accounts.add')}
      busy={add.isPending}
      error={add.error}
      disabled={name.trim() === '' || roles.length === 0}
      onAct={() => add.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('accounts.name')}
        description={t('accounts.nameHint')}
        required
        maxLength={64}
        autoComplete="off"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RolePicker value={roles} onChange={setRoles} />
    </Confirm>
  );
}

export function RolesDialog({ account, own, onDone, onClose }: About) {
  const { t } = useTranslation();
  const [roles, setRoles] = useState<Role[]>(account.roles);
  const change = useMutation({
    mutationFn: () => call('house.accounts.roles', { params: { account: account.id }, body: { roles } }),
    onSuccess: onDone,
  });
  const losesOwn = own && !roles.includes('administrator');
  return (
    <Confirm
      title={t('accounts.rolesOf', { name: account.name })}
      act={t('app.save')}
      danger={losesOwn}
      busy={change.isPending}
      error={change.error}
      disabled={roles.length === 0}
      onAct={() => change.mutate()}
      onClose={onClose}
    >
      <RolePicker value={roles} onChange={setRoles} />
      {account.provider ? <Text size="sm">{t('accounts.rolesFollow')}</Text> : null}
      {losesOwn ? (
        <Alert color="orange" variant="light">
          {t('accounts.losesOwn')}
        </Alert>
      ) : null}
    </Confirm>
  );
}

export function ResetDialog({
  account,
  onDone,
  onClose,
}: Omit<About, 'onDone' | 'own'> & { onDone(told: Told): void }) {
  const { t } = useTranslation();
  const reset = useMutation({
    mutationFn: () => call('house.accounts.reset', { params: { account: account.id } }),
    onSuccess: ({ password }) => onDone({ name: account.name, password }),
  });
  return (
    <Confirm
      title={t('accounts.resetOf', { name: account.name })}
      act={t('accounts.wish.reset')}
      danger
      busy={reset.isPending}
      error={reset.error}
      onAct={() => reset.mutate()}
      onClose={onClose}
    >
      <Text>{t('accounts.resetHint')}</Text>
    </Confirm>
  );
}

export function SwitchDialog({ account, own, onDone, onClose }: About) {
  const { t } = useTranslation();
  const wish = account.disabled ? 'enable' : 'disable';
  const change = useMutation({
    mutationFn: () =>
      call('house.accounts.disable', { params: { account: account.id }, body: { disabled: !account.disabled } }),
    onSuccess: onDone,
  });
  return (
    <Confirm
      title={t(`accounts.${wish}Of`, { name: account.name })}
      act={t(`accounts.wish.${wish}`)}
      danger={wish === 'disable'}
      busy={change.isPending}
      error={change.error}
      onAct={() => change.mutate()}
      onClose={onClose}
    >
      <Text>{t(`accounts.${wish}Hint`)}</Text>
      {own ? (
        <Alert color="orange" variant="light">
          {t('accounts.ownAccount')}
        </Alert>
      ) : null}
    </Confirm>
  );
}

export function SessionsDialog({ account, onDone, onClose }: About) {
  const { t } = useTranslation();
  const params = { account: account.id };
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['house', 'sessions', account.id],
    queryFn: ({ signal }) => call('house.accounts.sessions', { params }, { signal }),
    staleTime: 0,
  });
  const end = useMutation({ mutationFn: () => call('house.accounts.signOut', { params }), onSuccess: onDone });
  return (
    <Confirm
      title={t('accounts.sessionsOf', { name: account.name })}
      act={t('accounts.signOutEverywhere')}
      danger
      busy={end.isPending}
      error={end.error}
      disabled={!data || data.sessions.length === 0}
      onAct={() => end.mutate()}
      onClose={onClose}
    >
      {isPending ? <Loading /> : error ? <Trouble error={error} retry={() => void refetch()} /> : null}
      {data ? <Sessions sessions={data.sessions} /> : null}
    </Confirm>
  );
}
