import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DiaryMeasure, DiaryView } from '../../../../../src/report/psychosocial/diary.ts';
import { WhyLink } from '../../../patient/Why.tsx';
import { DayPlot, HourPlot } from './DiaryPlots.tsx';

/** A diary as it was kept: day by day, and by the hours of the day. */
export function Diary({ diary }: { diary: DiaryView }) {
  const { t } = useTranslation();
  const { from, to, prompts, measures, relations, thinned } = diary;
  return (
    <section aria-labelledby="psychosocial-diary">
      <Title order={3} id="psychosocial-diary">
        {t('psychosocial.diary')}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {t('psychosocial.diarySpan', { from, to, answered: prompts.answered, asked: prompts.asked })}
      </Text>
      {thinned ? (
        <Text size="sm" c="var(--quiet)">
          {t('psychosocial.thinned', { count: thinned })}
        </Text>
      ) : null}
      {measures.map((measure) => (
        <OneMeasure key={measure.code} measure={measure} diary={diary} />
      ))}
      {relations.length > 0 ? (
        <>
          <Title order={4}>{t('psychosocial.together')}</Title>
          <Text size="sm" c="var(--quiet)">
            {t('psychosocial.notCausal')}
          </Text>
          <ul className="plain-list">
            {relations.map(({ words, finding }) => (
              <li key={finding}>
                <WhyLink record={finding}>{words}</WhyLink>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function OneMeasure({ measure, diary }: { measure: DiaryMeasure; diary: DiaryView }) {
  const { t } = useTranslation();
  return (
    <figure className="diary-measure">
      <figcaption>
        <strong>{measure.title}</strong>
      </figcaption>
      <div className="diary-plots">
        <DayPlot measure={measure} diary={diary} />
        {measure.parts.length > 0 ? <HourPlot measure={measure} /> : null}
      </div>
      {measure.parts.length > 0 ? (
        <p>
          {measure.parts
            .map(({ name, mean, answers }) =>
              t('psychosocial.part', { part: t(`psychosocial.${name}`), mean: mean.toFixed(1), count: answers }),
            )
            .join('; ')}
        </p>
      ) : null}
      <ul className="plain-list diary-numbers">
        {measure.numbers.map(({ title, words, interval, finding }) => (
          <li key={finding}>
            {title}:{' '}
            <WhyLink record={finding} label={`${measure.title}, ${title} ${words}`}>
              {words}
            </WhyLink>{' '}
            {interval ?? ''}
          </li>
        ))}
      </ul>
    </figure>
  );
}
