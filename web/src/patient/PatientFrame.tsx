import { Alert, Anchor, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { call } from '../api/client.ts';
import { useSubject } from '../app/subject.ts';
import { Loading, Trouble } from '../parts/states.tsx';
import { WhyLink, WhyProvider } from './Why.tsx';

/** Who the page is about and what is urgent: it stands above every page of a patient. */
export function usePatientHead(subject: string) {
  return useQuery({
    queryKey: ['patient', subject, 'head'],
    queryFn: ({ signal }) => call('patient.head', { params: { subject } }, { signal }),
  });
}

/** Identity, marks and what cannot wait; below it the page. Nothing that is found later can push it away. */
export function PatientFrame({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const subject = useSubject();
  const { data, error, refetch, isPending } = usePatientHead(subject);
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  return (
    <WhyProvider subject={subject}>
      <Stack gap="sm">
        <Identity head={data} />
        <Urgent head={data} subject={subject} />
        <ActedToday head={data} />
        {i18n.language === 'en' ? null : (
          <Text size="xs" c="var(--quiet)">
            {t('patient.inEnglish')}
          </Text>
        )}
        {children}
      </Stack>
    </WhyProvider>
  );
}

type Head = NonNullable<ReturnType<typeof usePatientHead>['data']>;

function Identity({ head }: { head: Head }) {
  const { t } = useTranslation();
  const { label, id, identifiers, birthDate, sex, stamps, notes } = head.subject;
  const numbers = identifiers.map(({ value }) => value).filter((value) => value !== label && value !== id);
  return (
    <div className="identity">
      <Group gap="xs" wrap="wrap" align="baseline">
        <Title order={1}>{label}</Title>
        <Text c="var(--quiet)" size="sm">
          {[
            id === label ? '' : id,
            ...numbers,
            birthDate ? t('patient.born', { day: birthDate }) : t('patient.bornUnknown'),
            sex ? t(`patient.sex.${sex}`, { defaultValue: sex }) : t('patient.sexUnknown'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        {stamps.map((stamp) => (
          <Badge key={stamp} color="orange" variant="outline" c="var(--open)">
            {t(`patient.stamp.${stamp}`, { defaultValue: stamp })}
          </Badge>
        ))}
        <Badge
          color={head.signed.status === 'draft' || head.signed.status === 'withheld' ? 'gray' : 'teal'}
          variant="light"
          tt="none"
        >
          {t(`patient.signed.${head.signed.status}`)}
        </Badge>
      </Group>
      {notes.map((note) => (
        <Text key={note} size="sm" c="var(--open)">
          {note}
        </Text>
      ))}
    </div>
  );
}

/** So many are named on the other pages of the patient; the link counts the others. */
const named = 6;

/** So many are written out; of the others the name is always seen, and the words open. */
const writtenOut = 3;

function UrgentWords({ urgent: { id, title, statement, action } }: { urgent: Head['urgent'][number] }) {
  return (
    <div>
      <WhyLink record={id}>
        <Text component="span" fw={700}>
          {title}
        </Text>
      </WhyLink>
      <Text size="sm">{statement}</Text>
      {action ? (
        <Text size="sm" fw={600}>
          {action}
        </Text>
      ) : null}
    </div>
  );
}

/** On page one; on other pages in one line each, so that it is always seen and never in the way of the work. */
function Urgent({ head, subject }: { head: Head; subject: string }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  if (head.urgent.length === 0) return null;
  const page = `/patients/${subject}`;
  const full = location === page;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      className="urgent"
      p={full ? 'md' : 'xs'}
      {...(full ? { title: t('patient.actNow') } : {})}
    >
      {full ? (
        <Stack gap={6}>
          {head.urgent.slice(0, writtenOut).map((one) => (
            <UrgentWords key={one.id} urgent={one} />
          ))}
          {head.urgent.length > writtenOut ? (
            <div className="urgent-rows">
              {head.urgent.slice(writtenOut).map((one) => (
                <details key={one.id}>
                  <summary>
                    <strong>{one.title}</strong> {one.action ?? one.statement}
                  </summary>
                  <UrgentWords urgent={one} />
                </details>
              ))}
            </div>
          ) : null}
        </Stack>
      ) : (
        <Group gap="xs" wrap="wrap">
          <Text size="sm" fw={700} c="var(--urgent)">
            {t('patient.actNow')}:
          </Text>
          {head.urgent.slice(0, named).map(({ id, title }) => (
            <WhyLink key={id} record={id}>
              <Text component="span" size="sm" fw={600}>
                {title}
              </Text>
            </WhyLink>
          ))}
          <Anchor component={Link} href={page} size="sm" c="inherit" underline="always">
            {head.urgent.length > named
              ? t('patient.moreToDo', { count: head.urgent.length - named })
              : t('patient.whatToDo')}
          </Anchor>
        </Group>
      )}
    </Alert>
  );
}

/** What was urgent and was acted on today: it stays in sight, apart from what cannot wait. */
function ActedToday({ head }: { head: Head }) {
  const { t } = useTranslation();
  if (head.actedToday.length === 0) return null;
  return (
    <section className="acted-today" aria-label={t('patient.actedToday')}>
      {head.actedToday.map(({ id, title, words }) => (
        <Text size="sm" key={id}>
          <WhyLink record={id}>
            <Text component="span" size="sm" fw={600}>
              {title}
            </Text>
          </WhyLink>{' '}
          {words}
        </Text>
      ))}
    </section>
  );
}
