import { trendPlotSize as size } from '../../../../src/report/plotSizes.ts';
import type { TrendPlot } from '../../../../src/report/trendPlot.ts';

/** One measure over time. */
export function TrendPlotView({ plot }: { plot: TrendPlot }) {
  const line = plot.points.map(({ x, y }) => `${x},${y}`).join(' ');
  return (
    <svg className="trend" viewBox={`0 0 ${size.width} ${size.height + 2}`} role="img" aria-label={plot.described}>
      <polyline points={line} className="trend-line" />
      {plot.points.map(({ x, y, time, words, latest }, i) => (
        <circle key={i} cx={x} cy={y} r={latest ? 4 : 2.5} className={latest ? 'dot' : 'dot earlier'}>
          <title>{`${time.slice(0, 10)} ${words}`}</title>
        </circle>
      ))}
      {plot.labels.map(({ x, y, text, anchor, latest }, i) => (
        <text key={i} x={x} y={y} textAnchor={anchor} className={latest ? 'trend-label latest' : 'trend-label'}>
          {text}
        </text>
      ))}
    </svg>
  );
}
