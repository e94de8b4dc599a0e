import { AppShell, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { JobsIndicator } from '../parts/jobs/JobsIndicator.tsx';
import { Empty } from '../parts/states.tsx';
import { PatientFrame } from '../patient/PatientFrame.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useServerEvents } from './events.ts';
import { Menu } from './Menu.tsx';
import { PageContent, useScriptsAhead } from './PageContent.tsx';
import { pages } from './pages.ts';
import { may, type useMay, useSession } from './session.tsx';

/** Header, menu and the page of the address. */
export function App() {
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure();
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useServerEvents();
  useScriptsAhead();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address is what this waits for
  useEffect(() => {
    close();
    // A reader of the screen is told of the new page; on the first one the browser does that itself.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [location]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {t('app.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('app.menu')}
              aria-expanded={open}
            />
            <Link href="/" style={{ textDecoration: 'none', color: 'inherit' }}>
              <Group gap={8} wrap="nowrap">
                <img src="/icon.svg" width={26} height={26} alt="" />
                <Text fw={700}>{t('app.name')}</Text>
              </Group>
            </Link>
            <Text size="xs" c="var(--quiet)" visibleFrom="md">
              {t('app.research')}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <JobsIndicator />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('app.menu')}>
        <AppShell.Section grow component={ScrollArea}>
          <Menu />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1}>
        <ErrorBoundary key={location}>
          <Switch>
            {pages.map((page) => (
              <Route key={page.path} path={page.path}>
                <Guard permission={page.permission}>
                  {page.path.startsWith('/patients/:subject') ? (
                    <PatientFrame>
                      <PageContent page={page} />
                    </PatientFrame>
                  ) : (
                    <PageContent page={page} />
                  )}
                </Guard>
              </Route>
            ))}
            <Route>
              <Empty title={t('app.notFound')} />
            </Route>
          </Switch>
        </ErrorBoundary>
      </AppShell.Main>
    </AppShell>
  );
}

function Guard({ permission, children }: { permission: Parameters<typeof useMay>[0]; children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const [location] = useLocation();
  if (may(session, permission)) return children;
  // Whoever sees no patient begins at the first page that is theirs.
  const first = location === '/' ? pages.find((one) => one.nav === 'house' && may(session, one.permission)) : undefined;
  return first === undefined ? <Empty title={t('app.notPermitted')} /> : <Redirect to={first.path} replace />;
}
