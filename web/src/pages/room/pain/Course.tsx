import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PainCourse } from '../../../../../src/report/pain/course.ts';
import { WhyLink } from '../../../patient/Why.tsx';

const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 2'];
const most = 400;

/** Pain over time, medicines as bars, events as numbered marks. */
export function Course({ course }: { course: PainCourse }) {
  const { t } = useTranslation();
  const { width, height, levels, days, series, bars, barsLeftOut, events } = course;
  const bottom = levels[0]!.y;
  return (
    <section aria-labelledby="pain-course">
      <Title order={3} id="pain-course">
        {t('pain.course')}
      </Title>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={course.described} className="pain-course">
        {levels.map(({ y, text }) => (
          <g key={text}>
            <line x1={20} x2={width - 8} y1={y} y2={y} className="level" />
            <text x={16} y={y + 3} textAnchor="end">
              {text}
            </text>
          </g>
        ))}
        {days.map(({ x, text, anchor }) => (
          <text key={anchor} x={x} y={bottom + 12} textAnchor={anchor}>
            {text}
          </text>
        ))}
        {events.map(({ x, number }) => (
          <g key={number}>
            <line x1={x} x2={x} y1={8} y2={bottom} className="event" />
            <text x={x + 2} y={14}>
              {number}
            </text>
          </g>
        ))}
        {series.map(({ id, points }, i) => (
          <g key={id}>
            <polyline
              points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
              className="trend-line"
              strokeDasharray={dashes[i % dashes.length]}
            />
            {points.slice(-most).map(({ x, y, time, words }, at) => (
              <circle key={at} cx={x} cy={y} r={1.8} className="dot">
                <title>{`${time.slice(0, 10)} ${words}`}</title>
              </circle>
            ))}
          </g>
        ))}
        {bars.map(({ x, y, width: long, label, detail, open }, i) => (
          <g key={i}>
            <rect x={x} y={y} width={long} height={5} className={open ? 'bar open' : 'bar'}>
              <title>{`${label} ${detail}`}</title>
            </rect>
            <text x={22} y={y + 12}>
              {label}
            </text>
          </g>
        ))}
      </svg>
      <ul className="plain-list">
        {series.map(({ id, title, points }, i) => (
          <li key={id}>
            <svg width="34" height="8" aria-hidden="true">
              <line x1="0" x2="34" y1="4" y2="4" className="trend-line" strokeDasharray={dashes[i % dashes.length]} />
            </svg>{' '}
            <WhyLink record={points.at(-1)!.why}>{title}</WhyLink> {t('pain.values', { count: points.length })}
          </li>
        ))}
        {bars.map(({ label, detail, open, why }, i) => (
          <li key={`bar ${i}`}>
            <WhyLink record={why}>{label}</WhyLink> {detail}
            {open ? ` (${t('pain.openBar')})` : ''}
          </li>
        ))}
        {barsLeftOut > 0 ? <li>{t('pain.barsLeftOut', { count: barsLeftOut })}</li> : null}
        {events.map(({ number, label, day, why }) => (
          <li key={`event ${number}`}>
            {number}: {day} <WhyLink record={why}>{label}</WhyLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
