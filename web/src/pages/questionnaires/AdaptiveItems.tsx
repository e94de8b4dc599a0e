import { Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormView } from '../../../../src/server/api/questionnaires.ts';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import type { Answers } from './useAutosave.ts';

/**
 * Items of an item bank, one after the other: the next one is chosen by the answers so far, with how precise they are. An
 * item stays where it was asked once it is answered: one that moved would take the focus of the keyboard away with it.
 */
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
  const isAnswered = (one: number) => answers[one] !== undefined;
  // In the order of asking; after a reload that of the bank, because nobody kept the other.
  const [order, setOrder] = useState(() => items.map(({ number }) => number).filter(isAnswered));
  const next = isPlaceholderData || data?.next === undefined || isAnswered(data.next) ? undefined : data.next;
  // What was shown as next, left open and then not chosen any more is not asked.
  const others = items.map(({ number }) => number).filter((one) => isAnswered(one) && !order.includes(one));
  const asked = [...others, ...order].filter((one) => isAnswered(one) || one === next);
  if (next !== undefined && order.at(-1) !== next) setOrder([...asked.filter((one) => one !== next), next]);
  return (
    <Stack gap="md">
      <Text size="sm" c="var(--quiet)">
        {t('questionnaires.adaptiveHint', {
          error: number(adaptive.standardError),
          fewest: adaptive.fewest,
          most: Math.min(adaptive.most, items.length),
        })}
      </Text>
      {asked.map((one, index) => {
        const item = items.find(({ number }) => number === one);
        const isFirst = index === 0 && one !== next;
        return (
          item && (
            <Stack gap="md" key={one}>
              {isFirst ? <Title order={3}>{t('questionnaires.askedBefore')}</Title> : null}
              {one === next ? <Title order={3}>{t('questionnaires.nextItem')}</Title> : null}
              {show(item)}
            </Stack>
          )
        );
      })}
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
    </Stack>
  );
}
