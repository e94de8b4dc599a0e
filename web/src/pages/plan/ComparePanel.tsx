import { List, NativeSelect, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MomentView } from '../../../../src/server/api/review.ts';
import { call } from '../../api/client.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';

/** What changed between two points in time: since the last visit, since a signature, between two signatures. */
export function ComparePanel({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const moments = useQuery({
    queryKey: ['patient', subject, 'moments'],
    queryFn: ({ signal }) => call('plan.moments', { params: { subject } }, { signal }),
  });
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState('');
  const all = moments.data?.moments ?? [];
  const start = from ?? first(all)?.id;
  const [begin, end] = [all.find(({ id }) => id === start), all.find(({ id }) => id === to)];
  const diff = useQuery({
    queryKey: ['patient', subject, 'changes', begin?.sequence, end?.sequence],
    queryFn: ({ signal }) =>
      call(
        'plan.compare',
        { params: { subject }, query: { from: begin!.sequence, ...(end ? { to: end.sequence } : {}) } },
        { signal },
      ),
    enabled: begin !== undefined,
  });
  const name = (one: MomentView) => `${instant(one.at)}: ${t(`plan.compare.moment.${one.type}`, { title: one.title })}`;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="compare-title">
      <Stack gap="sm">
        <Title order={3} id="compare-title">
          {t('plan.compare.title')}
        </Title>
        {moments.isPending ? <Loading /> : null}
        {moments.error ? <Trouble error={moments.error} retry={() => void moments.refetch()} /> : null}
        {moments.data && all.length === 0 ? <Text size="sm">{t('plan.compare.noMoments')}</Text> : null}
        {all.length > 0 ? (
          <SimpleGrid cols={{ base: 1, sm: 2 }} className="no-print">
            <NativeSelect
              label={t('plan.compare.from')}
              value={start ?? ''}
              onChange={(event) => setFrom(event.currentTarget.value)}
              data={all.map((one) => ({ value: one.id, label: name(one) }))}
            />
            <NativeSelect
              label={t('plan.compare.to')}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
              data={[
                { value: '', label: t('plan.compare.now') },
                ...all.map((one) => ({ value: one.id, label: name(one) })),
              ]}
            />
          </SimpleGrid>
        ) : null}
        {diff.error ? <Trouble error={diff.error} /> : null}
        {diff.data ? (
          <div aria-live="polite">
            {diff.data.groups.length === 0 ? <Text size="sm">{t('plan.compare.none')}</Text> : null}
            {diff.data.groups.map(({ kind, changes }) => (
              <div key={kind}>
                <Text size="sm" fw={600}>
                  {t(`plan.compare.kind.${kind}`)}
                </Text>
                <List size="sm">
                  {changes.map((one) => (
                    <List.Item key={`${one.change} ${one.slot}`}>
                      <strong className={one.urgent ? 'urgent-word' : undefined}>
                        {one.urgent ? `${t('patient.actNow')}, ` : ''}
                        {t(`plan.compare.change.${one.change}`)}:
                      </strong>{' '}
                      {one.title}
                      {one.before ? (
                        <>
                          {' '}
                          <del>{one.before.says}</del>
                        </>
                      ) : null}
                      {one.after ? <> {one.after.says}</> : null}
                    </List.Item>
                  ))}
                </List>
              </div>
            ))}
            {diff.data.confirmed > 0 ? (
              <Text size="xs" c="var(--quiet)">
                {t('plan.compare.confirmed', { count: diff.data.confirmed })}
              </Text>
            ) : null}
          </div>
        ) : null}
      </Stack>
    </Paper>
  );
}

/** Since the last visit, else since the last signature, else since the plan before this one. */
function first(all: readonly MomentView[]): MomentView | undefined {
  const plans = all.filter(({ type }) => type === 'plan');
  return all.find(({ type }) => type === 'visit') ?? all.find(({ type }) => type === 'signature') ?? plans[1] ?? all[0];
}
