import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Panel } from '../../../../../src/report/psychosocial/panel.ts';
import { WhyLink } from '../../../patient/Why.tsx';
import { marks, ScorePlot } from './ScorePlot.tsx';

/** Every followed scale as a small picture of its own; versions and instruments are never joined on one curve. */
export function Scores({ panels }: { panels: readonly Panel[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="psychosocial-scores">
      <Title order={3} id="psychosocial-scores">
        {t('psychosocial.scores')}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {t('psychosocial.scoresHow')}
      </Text>
      <div className="score-panels">
        {panels.map((panel) => (
          <OnePanel key={panel.code} panel={panel} />
        ))}
      </div>
    </section>
  );
}

function OnePanel({ panel }: { panel: Panel }) {
  const { t } = useTranslation();
  const { title, latest, states, beside, noise, important, cautions, worse, points } = panel;
  return (
    <figure className="score-panel">
      <figcaption>
        <strong>{title}</strong>{' '}
        <Text component="span" size="xs" c="var(--quiet)">
          {t(worse === 'higher' ? 'psychosocial.higherWorse' : 'psychosocial.lowerWorse')}
        </Text>
      </figcaption>
      {points.length > 0 ? <ScorePlot panel={panel} /> : null}
      <p>
        <WhyLink record={latest.finding} label={`${title} ${latest.words}`}>
          {latest.words}
        </WhyLink>
        {latest.band ? `, ${latest.band}` : ''} ({latest.day}){points.length === 1 ? `; ${t('psychosocial.once')}` : ''}
      </p>
      <ul className="plain-list">
        {states.map(({ words, finding }) => (
          <li key={finding} className="score-state">
            <WhyLink record={finding} label={`${title} ${words}`}>
              {words}
            </WhyLink>
          </li>
        ))}
        {cautions.map((one) => (
          <li key={one} className="score-caution">
            {one}
          </li>
        ))}
        {beside.map(({ words, finding }) => (
          <li key={finding}>
            <WhyLink record={finding} label={`${title} ${words}`}>
              {words}
            </WhyLink>
          </li>
        ))}
        {noise ? <li>{noise.words}</li> : null}
        {important.map(({ words }, i) => (
          <li key={words}>
            {t('psychosocial.mark', { mark: marks[i] ?? '' })} {words}
          </li>
        ))}
      </ul>
    </figure>
  );
}
