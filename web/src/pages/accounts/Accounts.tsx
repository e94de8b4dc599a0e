import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../../src/server/api/house.ts';
import { call } from '../../api/client.ts';
import { useSession } from '../../app/session.tsx';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { AccountRow, type Wish } from './AccountRow.tsx';
import { AddDialog, ResetDialog, RolesDialog, SessionsDialog, SwitchDialog, type Told } from './Dialogs.tsx';
import { SecretOnce } from './SecretOnce.tsx';

/** More than that are found by name. */
const manyAccounts = 8;

/** Who may come in, as what. */
export default function Accounts() {
  const { t } = useTranslation();
  const { account: me } = useSession();
  const client = useQueryClient();
  const [asked, setAsked] = useState<{ wish: Wish; account: AccountView } | 'add'>();
  const [told, setTold] = useState<Told>();
  const [text, setText] = useState('');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['house', 'accounts'],
    queryFn: ({ signal }) => call('house.accounts.list', {}, { signal }),
  });
  const close = () => setAsked(undefined);
  const done = (secret?: Told) => {
    close();
    setTold(secret);
    void refetch();
    // One's own roles may be others now, and so may what the menu shows.
    void client.invalidateQueries({ queryKey: ['session'], exact: true });
  };
  if (isPending) return <Loading what={t('accounts.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const wanted = text.trim().toLowerCase();
  const shown = data.accounts.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <Stack gap="sm" maw={980}>
      <Group justify="space-between">
        <Title order={1}>{t('accounts.title')}</Title>
        <Button onClick={() => setAsked('add')}>{t('accounts.add')}</Button>
      </Group>
      <Text size="sm" c="var(--quiet)">
        {t('accounts.intro')}
      </Text>
      {data.accounts.length > manyAccounts ? (
        <TextInput
          type="search"
          label={t('accounts.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      ) : null}
      {shown.map((account) => (
        <AccountRow
          key={account.id}
          account={account}
          own={account.id === me.id}
          onWish={(wish) => setAsked({ wish, account })}
        />
      ))}
      {shown.length === 0 ? <Empty title={t('accounts.noneFound')} /> : null}
      {asked === 'add' ? <AddDialog onDone={done} onClose={close} /> : null}
      {asked !== undefined && asked !== 'add' ? (
        <Dialog asked={asked} own={asked.account.id === me.id} onDone={done} onClose={close} />
      ) : null}
      {told ? <SecretOnce {...told} onClose={() => setTold(undefined)} /> : null}
    </Stack>
  );
}

function Dialog({
  asked: { wish, account },
  own,
  onDone,
  onClose,
}: {
  asked: { wish: Wish; account: AccountView };
  own: boolean;
  onDone(told?: Told): void;
  onClose(): void;
}) {
  const about = { account, own, onDone: () => onDone(), onClose };
  if (wish === 'roles') return <RolesDialog {...about} />;
  if (wish === 'reset') return <ResetDialog account={account} onDone={onDone} onClose={onClose} />;
  if (wish === 'sessions') return <SessionsDialog {...about} />;
  return <SwitchDialog {...about} />;
}
