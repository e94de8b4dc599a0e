import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CurvePanelPlot, CurvePlot } from '../../../../src/report/curvePlot.ts';
import { curvePlotSize as size } from '../../../../src/report/plotSizes.ts';
import { WhyLink } from '../../patient/Why.tsx';
import './curves.css';

/** Figures in sight; the others fold. */
const mostShown = 8;

/** What was fitted and the fit, a figure a region. */
export function Curves({ curves }: { curves: readonly CurvePlot[] }) {
  const { t } = useTranslation();
  if (curves.length === 0) return null;
  const rest = curves.slice(mostShown);
  return (
    <section aria-labelledby="room-curves">
      <Title order={3} id="room-curves">
        {t('room.curves')}
      </Title>
      {curves.slice(0, mostShown).map((curve) => (
        <Figure key={curve.artifact} curve={curve} />
      ))}
      {rest.length > 0 ? (
        <details className="fold-rest">
          <summary>{t('app.andMore', { count: rest.length })}</summary>
          {rest.map((curve) => (
            <Figure key={curve.artifact} curve={curve} />
          ))}
        </details>
      ) : null}
    </section>
  );
}

function Figure({ curve: { artifact, caption, panels } }: { curve: CurvePlot }) {
  const { t } = useTranslation();
  return (
    <figure className="curve-figure">
      <div className="curve-panels">
        {panels.map((panel) => (
          <Panel key={panel.described} panel={panel} />
        ))}
      </div>
      <figcaption>
        {caption} <WhyLink record={artifact}>{t('room.curveBase')}</WhyLink>
      </figcaption>
    </figure>
  );
}

function Panel({ panel }: { panel: CurvePanelPlot }) {
  const { left, right, bottom } = size;
  return (
    <div>
      <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={panel.described}>
        {panel.yTicks.map(({ y, text }) => (
          <g key={text}>
            <line x1={left} x2={right} y1={y} y2={y} className="curve-grid" />
            <text x={left - 5} y={y + 3} textAnchor="end">
              {text}
            </text>
          </g>
        ))}
        <line x1={left} x2={right} y1={bottom} y2={bottom} className="curve-axis" />
        {panel.xTicks.map(({ x, text }) => (
          <g key={text}>
            <line x1={x} x2={x} y1={bottom} y2={bottom + 3} className="curve-axis" />
            <text x={x} y={bottom + 13} textAnchor="middle">
              {text}
            </text>
          </g>
        ))}
        <text x={0} y={10}>
          {panel.yTitle}
        </text>
        <text x={(left + right) / 2} y={size.height - 8} textAnchor="middle">
          {panel.xTitle}
        </text>
        {panel.series.map((one) => (
          <Shape key={one.words} series={one} />
        ))}
      </svg>
      <p className="curve-legend">
        {panel.series.map((one) => (
          <span key={one.words}>
            <svg viewBox="0 0 22 8" aria-hidden="true">
              <Shape series={{ ...one, points: one.as.endsWith('dots') ? keyDot : keyLine }} />
            </svg>{' '}
            {one.words}
          </span>
        ))}
      </p>
    </div>
  );
}

const keyDot = [{ x: 11, y: 4 }];
const keyLine = [
  { x: 1, y: 4 },
  { x: 21, y: 4 },
];

function Shape({ series: { as, points } }: { series: CurvePanelPlot['series'][number] }) {
  if (as === 'dots' || as === 'open-dots')
    return points.map(({ x, y }, at) => <circle key={at} cx={x} cy={y} r={2.2} className={`curve-${as}`} />);
  return <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} className={`curve-${as}`} />;
}
