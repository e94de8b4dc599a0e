import {
  Autocomplete,
  Button,
  Group,
  NativeSelect,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askedActions, auditOutcomes } from '../../../../src/privacy/audit/actions.ts';
import { call, urlOf } from '../../api/client.ts';
import { useMay } from '../../app/session.tsx';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { AuditTable, useMoment } from './AuditTable.tsx';
import { isByPage } from './joined.ts';
import { Verify } from './Verify.tsx';

const everything = { subject: '', actor: '', action: '', outcome: '', from: '', to: '' };
type Filter = typeof everything;

/** Days of the reader as instants. */
function queryOf({ from, to, ...rest }: Filter) {
  const at = (day: string, time: string) => (day === '' ? '' : new Date(`${day}T${time}`).toISOString());
  const all = { ...rest, from: at(from, '00:00:00'), to: at(to, '23:59:59.999') };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value.trim() !== ''));
}

/** Who did what, and whether anybody has changed the lines since. */
export default function Audit() {
  const { t } = useTranslation();
  const moment = useMoment();
  const [filter, setFilter] = useState(everything);
  const [settled] = useDebouncedValue(filter, 250);
  const mayName = useMay('accounts:manage');
  const names = useQuery({
    queryKey: ['house', 'accounts'],
    queryFn: ({ signal }) => call('house.accounts.list', {}, { signal }),
    enabled: mayName,
  });
  const query = queryOf(settled);
  const { data, error, isPending, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['house', 'audit', query],
    queryFn: ({ signal, pageParam }) =>
      call('audit.list', { query: { ...query, ...(pageParam && { before: pageParam }) } }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  const set = (change: Partial<Filter>) => setFilter((before) => ({ ...before, ...change }));
  const [withByPage, setWithByPage] = useState(false);
  const fetched = data?.pages.flatMap((page) => page.lines) ?? [];
  const lines = withByPage ? fetched : fetched.filter((line) => !isByPage(line));
  const leftOut = fetched.length - lines.length;
  const last = data?.pages.at(-1);
  const damaged = data?.pages.reduce((sum, page) => sum + page.damaged, 0) ?? 0;
  return (
    <Stack gap="sm" maw={1080}>
      <Title order={1}>{t('audit.title')}</Title>
      <Text size="sm" c="var(--quiet)">
        {t('audit.intro')}
      </Text>
      <Verify />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" role="search" aria-label={t('audit.filter')}>
        <Autocomplete
          label={t('audit.account')}
          data={[...new Set([...(names.data?.accounts.map(({ name }) => name) ?? []), 'anonymous'])]}
          value={filter.actor}
          onChange={(actor) => set({ actor })}
          maxLength={200}
        />
        <TextInput
          label={t('audit.patient')}
          description={undefined}
          value={filter.subject}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => set({ subject: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('audit.doing')}
          value={filter.action}
          onChange={(event) => set({ action: event.currentTarget.value })}
          data={[
            { value: '', label: t('audit.any') },
            ...askedActions.map((value) => ({ value, label: t(`audit.action.${value}`) })),
          ]}
        />
        <NativeSelect
          label={t('audit.outcome')}
          value={filter.outcome}
          onChange={(event) => set({ outcome: event.currentTarget.value })}
          data={[
            { value: '', label: t('audit.any') },
            ...auditOutcomes.map((value) => ({ value, label: t(`audit.outcomes.${value}`) })),
          ]}
        />
        <TextInput
          type="date"
          label={t('audit.from')}
          value={filter.from}
          max={filter.to || undefined}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('audit.to')}
          value={filter.to}
          min={filter.from || undefined}
          onChange={(event) => set({ to: event.currentTarget.value })}
        />
      </SimpleGrid>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => void refetch()} loading={isFetching && !isPending}>
          {t('audit.refresh')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setFilter(everything)}>
          {t('audit.clear')}
        </Button>
        {(['csv', 'jsonl'] as const).map((format) => (
          <Button
            key={format}
            size="compact-sm"
            variant="default"
            component="a"
            download
            href={urlOf('audit.export', { query: { ...query, format } })}
          >
            {t(`audit.export.${format}`)}
          </Button>
        ))}
      </Group>
      <Group gap="md">
        <Switch
          size="xs"
          label={t('audit.showByPage')}
          checked={withByPage}
          onChange={(event) => setWithByPage(event.currentTarget.checked)}
        />
        {leftOut > 0 ? (
          <Text size="xs" c="var(--quiet)" role="status">
            {t('audit.byPage', { count: leftOut })}
          </Text>
        ) : null}
      </Group>
      {isPending ? <Loading what={t('audit.lines')} /> : null}
      {error ? <Trouble error={error} retry={() => void refetch()} /> : null}
      {damaged > 0 ? <Trouble error={new Error(t('audit.damaged', { count: damaged }))} /> : null}
      {lines.length > 0 ? <AuditTable lines={lines} onSubject={(subject) => set({ subject })} /> : null}
      {data && fetched.length === 0 && !last?.searchedTo ? <Empty title={t('audit.none')} /> : null}
      {last?.searchedTo ? <Text size="sm">{t('audit.searchedTo', { at: moment(last.searchedTo) })}</Text> : null}
      {hasNextPage ? (
        <Group justify="center">
          <Button variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
            {t('audit.older')}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
