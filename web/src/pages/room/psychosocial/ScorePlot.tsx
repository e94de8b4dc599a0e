import type { Panel } from '../../../../../src/report/psychosocial/panel.ts';

/** Letters that join a line of the picture and its words. */
export const marks = ['a', 'b', 'c', 'd', 'e', 'f'];

const width = 320;
const height = 150;
const [left, right, top, bottom] = [26, 298, 8, 126];
/** More dots than this are a line. */
const most = 120;

/** One scale over time on its whole range: bands behind, what is noise around the first score, differences that count. */
export function ScorePlot({ panel }: { panel: Panel }) {
  const { points, range, bands, noise, important, described, code } = panel;
  const [first, last] = [points[0]!, points.at(-1)!];
  const span = last.ms - first.ms || 1;
  const x = (ms: number) =>
    points.length === 1 ? (left + right) / 2 : left + 6 + ((ms - first.ms) / span) * (right - left - 12);
  const y = (value: number) => bottom - ((value - range[0]) / (range[1] - range[0] || 1)) * (bottom - top);
  const shown = points.length <= most ? points : [last];
  const pattern = `noise-${code.replaceAll('.', '-')}`;
  const labelLeft = x(last.ms) > right - 40;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described} className="score-plot">
      <defs>
        <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" className="score-hatch" />
        </pattern>
      </defs>
      {bands.map((band, i) => {
        const until = bands[i + 1]?.from ?? range[1];
        const from = Math.max(band.from, range[0]);
        const to = Math.min(until, range[1]);
        return to <= from ? null : (
          <g key={band.label}>
            <rect
              x={left}
              width={right - left}
              y={y(to)}
              height={y(from) - y(to)}
              className={i % 2 === 0 ? 'score-band' : 'score-band other'}
            >
              <title>{band.label}</title>
            </rect>
            {y(from) - y(to) >= 11 ? (
              <text x={left + 3} y={y(to) + 9} className={band.current ? 'score-label current' : 'score-label'}>
                {band.label.length > 34 ? `${band.label.slice(0, 33)}…` : band.label}
              </text>
            ) : null}
          </g>
        );
      })}
      {noise ? (
        <rect
          x={left}
          width={right - left}
          y={y(noise.high)}
          height={y(noise.low) - y(noise.high)}
          fill={`url(#${pattern})`}
          className="score-noise"
        >
          <title>{noise.words}</title>
        </rect>
      ) : null}
      {important.map(({ at, words }, i) => (
        <g key={words}>
          <line x1={left} x2={right} y1={y(at)} y2={y(at)} className="score-important">
            <title>{words}</title>
          </line>
          <text x={right + 2 + i * 6} y={y(at) + 3} className="score-label">
            {marks[i]}
          </text>
        </g>
      ))}
      {[range[0], range[1]].map((limit) => (
        <text
          key={limit}
          x={left - 4}
          y={y(limit) + (limit === range[1] ? 6 : 2)}
          textAnchor="end"
          className="score-label"
        >
          {limit}
        </text>
      ))}
      <line x1={left} x2={left} y1={top} y2={bottom} className="score-axis" />
      <line x1={left} x2={right} y1={bottom} y2={bottom} className="score-axis" />
      <polyline points={points.map(({ ms, value }) => `${x(ms)},${y(value)}`).join(' ')} className="trend-line" />
      {shown.map(({ ms, value, day, words, band, finding }) => (
        <circle
          key={finding}
          cx={x(ms)}
          cy={y(value)}
          r={finding === last.finding ? 4 : 3}
          className={finding === last.finding ? 'dot' : 'dot earlier'}
        >
          <title>{`${day} ${words}${band ? `, ${band}` : ''}`}</title>
        </circle>
      ))}
      <text
        x={x(last.ms) + (labelLeft ? -8 : 8)}
        y={Math.max(top + 8, y(last.value) - 6)}
        textAnchor={labelLeft ? 'end' : 'start'}
        className="score-label current"
      >
        {last.value % 1 === 0 ? last.value : last.value.toFixed(1)}
      </text>
      <text x={left} y={height - 10} className="score-label">
        {points.length === 1 ? '' : first.day}
      </text>
      <text
        x={points.length === 1 ? (left + right) / 2 : right}
        y={height - 10}
        textAnchor={points.length === 1 ? 'middle' : 'end'}
        className="score-label"
      >
        {last.day}
      </text>
    </svg>
  );
}
