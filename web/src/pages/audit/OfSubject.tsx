import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { localeOf, useInstant } from '../../parts/time.ts';
import { useAccountWords } from '../accounts/words.ts';
import { Outcome, RouteWords } from './AuditTable.tsx';
import { byDay, type DayOfAccount } from './byDay.ts';

/** Who has read or changed this record: by day and account, each use below. */
export default function OfSubject() {
  const { t, i18n } = useTranslation();
  const instant = useInstant();
  const subject = useSubject();
  const { data, error, isPending, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['patient', subject, 'audit'],
    queryFn: ({ signal, pageParam }) =>
      call(
        'audit.ofSubject',
        { params: { subject }, query: { limit: 500, ...(pageParam && { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  if (isPending) return <Loading what={t('audit.ofSubject')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const day = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: 'full' });
  const groups = byDay(
    data.pages.flatMap(({ lines }) => lines),
    (at) => day.format(new Date(at)),
  );
  const days = [...new Set(groups.map((group) => group.day))];
  const commandLine = data.pages[0]?.commandLine ?? [];
  return (
    <Stack gap="md" maw={860}>
      <div>
        <Title order={2}>{t('audit.ofSubject')}</Title>
        <Text size="sm" c="var(--quiet)">
          {t('audit.ofSubjectIntro')}
        </Text>
      </div>
      {groups.length === 0 ? <Empty title={t('audit.none')} /> : null}
      {days.map((one) => (
        <section key={one} aria-label={one}>
          <Title order={3} size="h4" mb={4}>
            {one}
          </Title>
          <Stack gap="xs">
            {groups
              .filter((group) => group.day === one)
              .map((group) => (
                <Uses key={group.who} group={group} />
              ))}
          </Stack>
        </section>
      ))}
      {hasNextPage ? (
        <Group justify="center">
          <Button variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
            {t('audit.older')}
          </Button>
        </Group>
      ) : null}
      {commandLine.length > 0 ? (
        <section aria-labelledby="command-line">
          <Title order={3} size="h4" id="command-line">
            {t('audit.commandLine')}
          </Title>
          <Text size="sm" c="var(--quiet)">
            {t('audit.commandLineHint')}
          </Text>
          {commandLine.map(({ actor, purpose, last, times }) => (
            <Text size="sm" key={`${actor} ${purpose}`}>
              {t('audit.reads', {
                count: times,
                actor,
                purpose: t(`audit.purpose.${purpose}`, { defaultValue: purpose }),
                last: instant(last),
              })}
            </Text>
          ))}
        </section>
      ) : null}
    </Stack>
  );
}

function Uses({ group }: { group: DayOfAccount }) {
  const { t, i18n } = useTranslation();
  const words = useAccountWords();
  const time = new Intl.DateTimeFormat(localeOf(i18n.language), { timeStyle: 'short' });
  const { who, roles, first, last, times, denied, lines } = group;
  const span = [...new Set([first, last].map((at) => time.format(new Date(at))))].join(' – ');
  return (
    <Paper withBorder p="sm">
      <Group gap="xs" align="baseline">
        <Text fw={600}>{who}</Text>
        <Text size="sm" c="var(--quiet)">
          {[words.roles(roles), span].filter(Boolean).join(' · ')}
        </Text>
        {denied > 0 ? (
          <Badge color="red.9" variant="filled" tt="none">
            {t('audit.deniedTimes', { count: denied })}
          </Badge>
        ) : null}
      </Group>
      <Text size="sm">
        {[...times].map(([action, count]) => `${t(`audit.action.${action}`)} ${count}×`).join(', ')}
      </Text>
      <EachUse lines={lines} time={time} />
    </Paper>
  );
}

/** The single lines, which are made only once somebody opens them: there may be hundreds. */
function EachUse({ lines, time }: { lines: DayOfAccount['lines']; time: Intl.DateTimeFormat }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && setOpened(true)}>
      <summary>{t('audit.each', { count: lines.length })}</summary>
      {opened ? (
        <Stack component="ul" gap={2} m={0} pl="md">
          {lines.map((line) => (
            <li key={line.seq}>
              <Group gap={6}>
                <Text size="sm">{time.format(new Date(line.at))}</Text>
                <RouteWords line={line} />
                {line.outcome === 'ok' ? null : <Outcome line={line} />}
              </Group>
            </li>
          ))}
        </Stack>
      ) : null}
    </details>
  );
}
