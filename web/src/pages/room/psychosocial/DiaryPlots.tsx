import type { DiaryMeasure, DiaryView } from '../../../../../src/report/psychosocial/diary.ts';

const height = 120;
const [top, bottom] = [8, 98];

/** Mean of each day as a line, least to most as a bar, every answer as a dot. */
export function DayPlot({
  measure,
  diary,
}: {
  measure: DiaryMeasure;
  diary: Pick<DiaryView, 'fromMs' | 'toMs' | 'from' | 'to'>;
}) {
  const width = 420;
  const [left, right] = [30, width - 8];
  const { low, high } = measure;
  const x = (ms: number) => left + ((ms - diary.fromMs) / (diary.toMs - diary.fromMs || 1)) * (right - left);
  const y = (value: number) => yOf(value, low, high);
  const noon = 43_200_000;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={measure.described} className="diary-plot">
      <Levels low={low} high={high} left={left} right={right} />
      {measure.days.map(({ ms, day, least, most, mean, answers }) => (
        <line key={day} x1={x(ms + noon)} x2={x(ms + noon)} y1={y(least)} y2={y(most)} className="diary-span">
          <title>{`${day}: ${mean.toFixed(1)} (${answers})`}</title>
        </line>
      ))}
      {measure.answers.map(({ ms, value, minutes }, i) => (
        <circle key={i} cx={x(minutes === undefined ? ms + noon : ms)} cy={y(value)} r={1.6} className="diary-dot" />
      ))}
      <polyline
        points={measure.days.map(({ ms, mean }) => `${x(ms + noon)},${y(mean)}`).join(' ')}
        className="trend-line"
      />
      <text x={left} y={height - 6} className="score-label">
        {diary.from}
      </text>
      <text x={right} y={height - 6} textAnchor="end" className="score-label">
        {diary.to}
      </text>
    </svg>
  );
}

/** Every answer at its time of day on the clock of the person; the mean of each quarter of the day as a step. */
export function HourPlot({ measure }: { measure: DiaryMeasure }) {
  const width = 240;
  const [left, right] = [30, width - 8];
  const { low, high } = measure;
  const x = (hour: number) => left + (hour / 24) * (right - left);
  const y = (value: number) => yOf(value, low, high);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className="diary-plot hours" aria-hidden="true">
      <Levels low={low} high={high} left={left} right={right} />
      {measure.answers.map(({ minutes, value }, i) =>
        minutes === undefined ? null : (
          <circle key={i} cx={x(minutes / 60)} cy={y(value)} r={1.6} className="diary-dot" />
        ),
      )}
      {measure.parts.map(({ name, fromHour, mean }) => (
        <line key={name} x1={x(fromHour)} x2={x(fromHour + 6)} y1={y(mean)} y2={y(mean)} className="diary-part" />
      ))}
      {[0, 6, 12, 18, 24].map((hour) => (
        <text
          key={hour}
          x={x(hour)}
          y={height - 6}
          textAnchor={hour === 24 ? 'end' : hour === 0 ? 'start' : 'middle'}
          className="score-label"
        >
          {`${hour} h`}
        </text>
      ))}
    </svg>
  );
}

function yOf(value: number, low: number, high: number): number {
  return high === low ? (top + bottom) / 2 : bottom - ((value - low) / (high - low)) * (bottom - top);
}

function Levels({ low, high, left, right }: { low: number; high: number; left: number; right: number }) {
  return (
    <>
      {(high === low ? [low] : [low, high]).map((level) => (
        <g key={level}>
          <line x1={left} x2={right} y1={yOf(level, low, high)} y2={yOf(level, low, high)} className="score-axis" />
          <text x={left - 4} y={yOf(level, low, high) + 4} textAnchor="end" className="score-label">
            {level % 1 === 0 ? level : level.toFixed(1)}
          </text>
        </g>
      ))}
    </>
  );
}
