import { Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormView } from '../../../../src/server/api/questionnaires.ts';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import type { Answers } from './useAutosave.ts';

/** Items of an item bank, one after the other: the next one is chosen by the answers so far, with how precise they are. */
export function AdaptiveItems({
  subject,
  form,
  answers,
  show,
}: {
  subject: string;
  form: FormView & { adaptive: NonNullable<FormView['adaptive']> };
  answers: Answers;
  show(item: FormView['items'][number]): ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const { instrument, adaptive, items } = form;
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ['patient', subject, 'questionnaire', instrument, 'next', answers],
    queryFn: ({ signal }) =>
      call('questionnaires.next', { params: { subject, instrument }, body: { answers } }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const number = (value: number) => value.toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  const answered = items.filter((one) => answers[one.number] !== undefined);
  const next = isPlaceholderData ? undefined : items.find((one) => one.number === data?.next);
  return (
    <Stack gap="md">
      <Text size="sm" c="var(--quiet)">
        {t('questionnaires.adaptiveHint', {
          error: number(adaptive.standardError),
          fewest: adaptive.fewest,
          most: Math.min(adaptive.most, items.length),
        })}
      </Text>
      {answered.length > 0 ? <Title order={3}>{t('questionnaires.askedBefore')}</Title> : null}
      {answered.map(show)}
      <Text role="status" fw={600}>
        {data?.score === undefined || data.standardError === undefined
          ? t('questionnaires.standingNone')
          : t('questionnaires.standing', {
              score: number(data.score),
              error: number(data.standardError),
              count: data.answered,
            })}
        {data !== undefined && data.next === undefined ? ` ${t(`questionnaires.stop_${data.reason}`)}` : ''}
      </Text>
      {error ? <Trouble error={error} retry={() => void refetch()} /> : null}
      {isPlaceholderData ? <Text c="var(--quiet)">{t('questionnaires.choosing')}</Text> : null}
      {next && answers[next.number] === undefined ? (
        <>
          <Title order={3}>{t('questionnaires.nextItem')}</Title>
          {show(next)}
        </>
      ) : null}
    </Stack>
  );
}
