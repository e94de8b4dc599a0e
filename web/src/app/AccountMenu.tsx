import { Button, Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { call } from '../api/client.ts';
import { type Language, languages, setLanguage } from './language.ts';
import { useSession } from './session.tsx';

/** Language, light or dark, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const { account } = useSession();
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async () => {
    await call('session.signOut', {}).catch(() => undefined);
    // The session itself stays in the cache: whoever watches it must see that it is over.
    client.setQueryData(['session'], null);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    client.getMutationCache().clear();
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          variant="subtle"
          size="compact-md"
          maw={{ base: 104, xs: 200, sm: 320 }}
          aria-label={`${t('app.account')}: ${account.name}`}
        >
          {account.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{account.roles.map((role) => t(`accounts.role.${role}`)).join(', ')}</Menu.Label>
        <Menu.Item component={Link} href="/account">
          {t('accounts.own')}
        </Menu.Item>
        <Menu.Divider />
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} aria-current={colorScheme === scheme}>
            {t(`app.scheme.${scheme}`)}
            {colorScheme === scheme ? ' ✓' : ''}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {(Object.entries(languages) as [Language, string][]).map(([language, name]) => (
          <Menu.Item key={language} lang={language} onClick={() => void setLanguage(language)}>
            {name}
            {i18next.language === language ? ' ✓' : ''}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{t('app.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
