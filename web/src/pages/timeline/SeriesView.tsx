import type { Series, SeriesPoint } from '../../../../src/report/timeline/model.ts';
import type { Break } from './timeScale.ts';

export const seriesHeight = 46;
const pad = 8;

/** Numbers over time: a line for each unit in its own height, the stated range behind it, the last value beside it. */
export function SeriesView({
  series,
  breaks,
  x,
  width,
}: {
  series: readonly Series[];
  breaks: readonly Break[];
  x(ms: number): number;
  width: number;
}) {
  // What has a reference is the number of the lane; the others keep it company.
  const ordered = series.toSorted((a, b) => Number(b.bands !== undefined) - Number(a.bands !== undefined));
  return (
    <g aria-hidden="true">
      {ordered.map((one, i) => (
        <OneSeries key={one.id} series={one} breaks={breaks} x={x} width={width} rank={i} />
      ))}
    </g>
  );
}

function OneSeries({
  series,
  breaks,
  x,
  width,
  rank,
}: {
  series: Series;
  breaks: readonly Break[];
  x(ms: number): number;
  width: number;
  rank: number;
}) {
  const { points, range } = series;
  const limits = [range?.low, range?.high].filter((one) => one !== undefined);
  const values = [...points.map(({ value }) => value), ...limits];
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const y = (value: number) =>
    high === low ? seriesHeight / 2 : seriesHeight - pad - ((value - low) / (high - low)) * (seriesHeight - 2 * pad);
  const near = points.filter((point, i) => {
    const next = points[i + 1] ?? point;
    const before = points[i - 1] ?? point;
    return x(next.atMs) >= 0 && x(before.atMs) <= width;
  });
  // One number beside the lane: those of further units would lie on it, and stand in what is chosen.
  const last = rank === 0 ? near.findLast(({ atMs }) => x(atMs) <= width - 4) : undefined;
  return (
    <g className={`timeline-series s${rank % 4}`}>
      {range ? (
        <rect
          x={0}
          width={width}
          y={y(range.high ?? high)}
          height={Math.max(1, y(range.low ?? low) - y(range.high ?? high))}
          className="timeline-range"
        />
      ) : null}
      {unbroken(near, breaks).map((piece) => (
        <polyline key={piece[0]!.atMs} points={piece.map((point) => `${x(point.atMs)},${y(point.value)}`).join(' ')} />
      ))}
      {near.length <= 400
        ? near.map((point, i) => <circle key={i} cx={x(point.atMs)} cy={y(point.value)} r={2.5} />)
        : null}
      {last ? (
        <text
          x={x(last.atMs) + 7}
          y={Math.max(10, y(last.value) + 4)}
          {...(x(last.atMs) > width - 90
            ? { x: x(last.atMs) - 4, y: y(last.value) > 22 ? 10 : 40, textAnchor: 'end' }
            : {})}
        >
          {last.text}
        </text>
      ) : null}
    </g>
  );
}

/** A line over a break would show a slope that never was: it ends there, and begins anew behind. */
function unbroken(points: readonly SeriesPoint[], breaks: readonly Break[]): SeriesPoint[][] {
  const pieces: SeriesPoint[][] = [];
  for (const point of points) {
    const last = pieces.at(-1);
    const before = last?.at(-1);
    const isBroken = before && breaks.some(({ fromMs }) => before.atMs <= fromMs && fromMs < point.atMs);
    if (last === undefined || isBroken) pieces.push([point]);
    else last.push(point);
  }
  return pieces;
}
