import type { TrialTier, TrialView } from '../../../../src/report/nof1/view.ts';
import { trialPlotSize } from '../../../../src/report/plotSizes.ts';
import './trialPlot.css';

/** One dot a day over the periods of a trial; treatment shaded, the mean of each side as a line. */
export function TrialPlot({ trial, tier }: { trial: TrialView; tier: TrialTier }) {
  const { width, height, left, right, top, bottom } = trialPlotSize;
  const [low, high] = trial.range;
  const x = (day: number) => left + ((day + 0.5) / trial.days) * (right - left);
  const y = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const lastDay = tier.points.at(-1)?.day ?? -1;
  const mean = { A: tier.meanA, B: tier.meanB, '-': undefined };
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={trial.described} className="trial-plot">
      {tier.stretches.map(({ letter, from, days }) => {
        const value = from <= lastDay ? mean[letter] : undefined;
        return (
          <g key={from}>
            {letter === 'B' ? (
              <rect
                x={x(from - 0.5)}
                y={top}
                width={x(days) - x(0)}
                height={bottom - top}
                className="trial-treatment"
              />
            ) : null}
            {letter === '-' ? null : (
              <text x={x(from + days / 2 - 0.5)} y={top - 4} textAnchor="middle">
                {letter}
              </text>
            )}
            {value === undefined ? null : (
              <line x1={x(from - 0.5)} x2={x(from + days - 0.5)} y1={y(value)} y2={y(value)} className="trial-mean" />
            )}
          </g>
        );
      })}
      <line x1={left} x2={left} y1={top} y2={bottom} className="trial-axis" />
      {tier.points.map(({ day, value }) => (
        <circle key={day} cx={x(day)} cy={y(value)} r={1.9} className="trial-dot" />
      ))}
      <text x={left - 4} y={bottom + 3} textAnchor="end">
        {low}
      </text>
      <text x={left - 4} y={top + 5} textAnchor="end">
        {high}
      </text>
      <text x={left} y={height - 4}>
        {trial.startDay}
      </text>
      <text x={right} y={height - 4} textAnchor="end">
        {trial.endDay}
      </text>
    </svg>
  );
}
