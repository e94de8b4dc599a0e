import { Divider, NavLink, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { roomTitle } from '../parts/roomTitle.ts';
import { usePatientHead } from '../patient/PatientFrame.tsx';
import { type Page, pages } from './pages.ts';
import { may, useSession } from './session.tsx';

/** The pages of the house and, when a patient is open, of the patient. */
export function Menu() {
  const session = useSession();
  const [location] = useLocation();
  const subject = /^\/patients\/([^/]+)/.exec(location)?.[1];
  const mine = pages.filter(({ permission }) => may(session, permission));
  return (
    <>
      {subject === undefined ? null : (
        <>
          {mine
            .filter(({ nav }) => nav === 'patient')
            .map((page) => (
              <Entry key={page.path} page={page} href={page.path.replace(':subject', subject)} />
            ))}
          <Rooms subject={subject} />
          <Divider my="xs" />
        </>
      )}
      {mine
        .filter(({ nav }) => nav === 'house')
        .map((page) => (
          <Entry key={page.path} page={page} href={page.path} />
        ))}
    </>
  );
}

/** One entry for each room that has something to say about the patient. */
function Rooms({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const { data } = usePatientHead(subject);
  const [location] = useLocation();
  if (!data || data.rooms.length === 0) return null;
  return (
    <>
      <Divider my="xs" label={t('nav.room')} labelPosition="left" />
      {data.rooms.map(({ room, title, findings }) => {
        const href = `/patients/${subject}/rooms/${room}`;
        const active = location === href;
        return (
          <NavLink
            key={room}
            component={Link}
            href={href}
            label={roomTitle(t, { room, title })}
            rightSection={<Text size="xs">{findings}</Text>}
            active={active}
            aria-current={active ? 'page' : undefined}
          />
        );
      })}
    </>
  );
}

function Entry({ page, href }: { page: Page; href: string }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const active = location === href;
  return (
    <NavLink
      component={Link}
      href={href}
      label={t(page.title)}
      active={active}
      aria-current={active ? 'page' : undefined}
    />
  );
}
