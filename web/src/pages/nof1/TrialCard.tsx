import { Alert, Anchor, Button, Group, Paper, Stack, Table, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrialView } from '../../../../src/report/nof1/view.ts';
import { call, urlOf } from '../../api/client.ts';
import { useMay } from '../../app/session.tsx';
import { TrialPlot } from '../../parts/plots/TrialPlot.tsx';
import { Trouble } from '../../parts/states.tsx';

/** One trial: what ends it, its picture, what it says, its files. */
export function TrialCard({ trial, subject, today }: { trial: TrialView; subject: string; today: string }) {
  const { t } = useTranslation();
  const mayExport = useMay('report:export');
  const mayDecide = useMay('plan:decide');
  const heading = `trial-${trial.hash.slice(0, 8)}`;
  const state = trial.stopped ? 'ended' : today < trial.startDay ? 'ahead' : today > trial.endDay ? 'over' : 'running';
  const params = { subject, record: trial.id };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={heading}>
      <Stack gap="sm">
        <div>
          <Title order={3} id={heading}>
            {trial.title}
          </Title>
          <Text size="sm">
            {t(`trials.state.${state}`, { from: trial.startDay, to: trial.endDay, day: trial.stopped?.day ?? '' })}
            {trial.stopped?.reason ? ` ${trial.stopped.reason}` : ''}
          </Text>
          <Text size="sm">
            <strong>A</strong> {trial.comparison} · <strong>B</strong> {trial.treatment} · {trial.measure}{' '}
            {t(`trials.${trial.better}`)}
          </Text>
        </div>
        {trial.mustEnd && !trial.stopped ? (
          <Alert color="red" title={t('trials.mustEnd')} role="alert">
            {trial.issues.find(({ code }) => code === 'trial-to-be-ended')?.message}
          </Alert>
        ) : null}
        {trial.tiers.map((tier) => (
          <figure key={tier.name} style={{ margin: 0 }}>
            <TrialPlot trial={trial} tier={tier} />
            <Text component="figcaption" size="xs" c="var(--quiet)">
              {trial.tiers.length > 1 ? `${tier.name}. ` : ''}
              {t('trials.plot', { count: tier.points.length })}
            </Text>
          </figure>
        ))}
        {trial.results.length === 0 ? (
          <Text size="sm">{t('trials.noResult')}</Text>
        ) : (
          <Table withRowBorders={false} verticalSpacing={2} aria-label={t('trials.results')}>
            <Table.Tbody>
              {trial.results.map(({ code, title, words, interval, finding }) => (
                <Table.Tr key={finding}>
                  <Table.Th scope="row" fw={400}>
                    {t(`trials.result.${code}`, { defaultValue: title })}
                  </Table.Th>
                  <Table.Td fw={600}>
                    {words}
                    {interval ? ` (${interval})` : ''}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {trial.issues
          .filter(({ code }) => code !== 'trial-to-be-ended')
          .map(({ code, message, remedy }) => (
            <Text size="sm" key={`${code} ${message}`}>
              {message} {remedy}
            </Text>
          ))}
        <details>
          <summary>{t('trials.schedule')}</summary>
          <Table verticalSpacing={2} aria-label={t('trials.schedule')}>
            <Table.Tbody>
              {trial.tiers.flatMap((tier) =>
                tier.stretches.map(({ letter, from, fromDay, toDay }) => (
                  <Table.Tr key={`${tier.name} ${from}`}>
                    <Table.Td>
                      {fromDay} – {toDay}
                    </Table.Td>
                    <Table.Td>
                      {trial.tiers.length > 1 ? `${tier.name}: ` : ''}
                      {letter === '-' ? t('trials.washout') : letter === 'A' ? trial.comparison : trial.treatment}
                    </Table.Td>
                  </Table.Tr>
                )),
              )}
            </Table.Tbody>
          </Table>
        </details>
        <Group gap="sm">
          {mayExport
            ? (['csv', 'ics', 'checklist', 'plan'] as const).map((type) => (
                <Anchor key={type} size="sm" href={urlOf('trials.file', { params, query: { type } })} download>
                  {t(`trials.file.${type}`)}
                </Anchor>
              ))
            : null}
        </Group>
        <Text size="xs" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
          {t('trials.frozen', { at: trial.frozenAt.slice(0, 10), who: trial.author, hash: trial.hash.slice(0, 16) })}
        </Text>
        {mayDecide && !trial.stopped && state !== 'ahead' ? <EndTrial {...params} today={today} /> : null}
      </Stack>
    </Paper>
  );
}

function EndTrial({ subject, record, today }: { subject: string; record: string; today: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [day, setDay] = useState(today);
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () => call('trials.end', { params: { subject, record }, body: { day, reason } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['patient', subject] }),
  });
  if (!open)
    return (
      <Group>
        <Button size="xs" variant="default" onClick={() => setOpen(true)}>
          {t('trials.end')}
        </Button>
      </Group>
    );
  return (
    <Stack gap="xs">
      <TextInput
        type="date"
        label={t('trials.endDay')}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <Textarea
        label={t('trials.endReason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {end.error ? <Trouble error={end.error} /> : null}
      <Group>
        <Button color="red" disabled={reason.trim() === ''} loading={end.isPending} onClick={() => end.mutate()}>
          {t('trials.endNow')}
        </Button>
        <Button variant="default" onClick={() => setOpen(false)}>
          {t('trials.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
