import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Panel } from '../../../../../src/report/psychosocial/panel.ts';
import type { PsychosocialView } from '../../../../../src/report/psychosocial/view.ts';
import { WhyLink } from '../../../patient/Why.tsx';

const width = 160;
const height = 16;

/** Each domain with its latest scores on their own ranges, the worse end to the right; what nobody asked is named. */
export function Profile({ view }: { view: PsychosocialView }) {
  const { t } = useTranslation();
  const byCode = new Map(view.panels.map((panel) => [panel.code, panel]));
  return (
    <section aria-labelledby="psychosocial-profile">
      <Title order={3} id="psychosocial-profile">
        {t('psychosocial.profile')}
      </Title>
      <dl className="profile">
        {view.profile.map(({ domain, title, panels }) => (
          <div key={domain} className="profile-domain">
            <dt>{t(`psychosocial.domain.${domain}`, { defaultValue: title })}</dt>
            {panels.map((code) => (
              <dd key={code}>
                <Row panel={byCode.get(code)!} />
              </dd>
            ))}
          </div>
        ))}
      </dl>
      {view.unasked.length > 0 ? (
        <Text size="sm" c="var(--open)">
          {t('psychosocial.unasked', {
            what: view.unasked
              .map((title) => t(`psychosocial.domain.${title.toLowerCase()}`, { defaultValue: title }))
              .join(', '),
          })}
        </Text>
      ) : null}
      <Text size="xs" c="var(--quiet)">
        {t('psychosocial.profileHow')}
      </Text>
    </section>
  );
}

function Row({ panel }: { panel: Panel }) {
  const { t } = useTranslation();
  const { latest, range, worse, bands, points, title } = panel;
  const value = points.at(-1)?.value;
  // The worse end stands on the right, whichever way the scale runs.
  const x = (one: number) => {
    const share = Math.min(1, Math.max(0, (one - range[0]) / (range[1] - range[0] || 1)));
    return 4 + (worse === 'higher' ? share : 1 - share) * (width - 8);
  };
  return (
    <div className="profile-row">
      <span className="profile-name">{title}</span>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" className="profile-bar">
        <rect x={4} y={6} width={width - 8} height={4} className="profile-range" />
        {bands.slice(1).map(({ from }) => (
          <line key={from} x1={x(from)} x2={x(from)} y1={3} y2={13} className="profile-limit" />
        ))}
        {value === undefined ? null : <circle cx={x(value)} cy={8} r={5} className="dot" />}
      </svg>
      <span className="profile-value">
        <WhyLink record={latest.finding} label={`${title} ${latest.words}`}>
          {latest.words}
        </WhyLink>
        {latest.band ? `, ${latest.band}` : ''}{' '}
        <Text component="span" size="xs" c="var(--quiet)">
          {t('psychosocial.on', { day: latest.day })}
        </Text>
      </span>
    </div>
  );
}
