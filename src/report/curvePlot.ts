import type { CurveFigure, CurvePanel, CurveSeries } from '../dossier/curveFigure.ts';
import { curvePlotSize as size } from './plotSizes.ts';

/** A panel as shapes, positions in units of `curvePlotSize`. */
export interface CurvePanelPlot {
  described: string;
  yTitle: string;
  xTitle: string;
  xTicks: { x: number; text: string }[];
  yTicks: { y: number; text: string }[];
  series: { words: string; as: CurveSeries['as']; points: { x: number; y: number }[] }[];
}

export interface CurvePlot {
  artifact: string;
  title: string;
  caption: string;
  panels: CurvePanelPlot[];
}

/** A figure as shapes for whoever draws it. */
export function curvePlot(artifact: string, figure: CurveFigure, day: string): CurvePlot {
  const stop = figure.says === '' || /[.!?]$/.test(figure.says) ? '' : '.';
  const date = figure.title.includes(day) ? '' : `, ${day}`;
  return {
    artifact,
    title: figure.title,
    caption: `${figure.title}${date}${figure.says === '' ? '.' : `: ${figure.says}${stop}`}`,
    panels: figure.panels.map(panelPlot),
  };
}

function panelPlot(panel: CurvePanel): CurvePanelPlot {
  const { log } = panel.y;
  const series = panel.series.map((one) => {
    const divided = one.dividedBy ?? 1;
    const points = one.x.flatMap((x, at) => {
      const y = one.y[at]! / divided;
      return log && !(y > 0) ? [] : [{ x, y }];
    });
    return { words: divided === 1 ? one.name : `${one.name} ÷ ${divided}`, as: one.as, points };
  });
  const all = series.flatMap(({ points }) => points);
  const across = range(
    all.map(({ x }) => x),
    false,
  );
  const up = log
    ? logRange(all.map(({ y }) => y))
    : range(
        all.map(({ y }) => y),
        true,
      );
  const place = (value: number): number => (log ? Math.log(value) : value);
  const [y0, y1] = [place(up.low), place(up.high)];
  const px = (x: number) =>
    round(size.left + ((x - across.low) / (across.high - across.low)) * (size.right - size.left));
  const py = (y: number) => round(size.bottom - ((place(y) - y0) / (y1 - y0)) * (size.bottom - size.top));
  const measured = panel.series.find(({ as }) => as === 'dots') ?? panel.series[0]!;
  return {
    described: `${titleOf(panel.y)} over ${titleOf(panel.x)}: ${series.map(({ words }) => words).join('; ')}. ${inNumbers(measured)}`,
    yTitle: titleOf(panel.y),
    xTitle: titleOf(panel.x),
    xTicks: across.ticks.map((tick) => ({ x: px(tick), text: words(tick) })),
    yTicks: up.ticks.map((tick) => ({ y: py(tick), text: words(tick) })),
    series: series.map(({ points, ...one }) => ({
      ...one,
      points: points.map(({ x, y }) => ({ x: px(x), y: py(y) })),
    })),
  };
}

const titleOf = ({ label, unit }: CurvePanel['x']): string => (unit ? `${label} (${unit})` : label);

/** First, highest and last value of what was measured, for those who cannot see the curve. */
function inNumbers({ name, x, y }: CurveSeries): string {
  if (x.length === 0) return '';
  const top = y.reduce((best, value, at) => (value > y[best]! ? at : best), 0);
  const at = (index: number) => `${short(y[index]!)} at ${short(x[index]!)}`;
  return `${name}: ${at(0)}, highest ${at(top)}, last ${at(x.length - 1)}.`;
}

const short = (value: number): string => words(Number(value.toPrecision(3)));

function words(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e5 || size < 1e-3)
    ? value.toExponential().replace('e', ' × 10^').replace('+', '').replace('-', '−')
    : String(value).replace('-', '−');
}

/** Limits on round steps that hold all values, and the steps between. */
function range(values: readonly number[], fromZero: boolean): { low: number; high: number; ticks: number[] } {
  const least = values.reduce((a, b) => Math.min(a, b), fromZero ? 0 : Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), fromZero ? 0 : Number.NEGATIVE_INFINITY);
  const from = Number.isFinite(least) ? least : 0;
  const to = most > from ? most : from + 1;
  const raw = (to - from) / 4;
  const decade = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * decade).find((one) => one >= raw * 0.999)!;
  const low = Math.floor(from / step + 1e-9);
  const high = Math.ceil(to / step - 1e-9);
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => Number(((low + at) * step).toPrecision(10)));
  return { low: ticks[0]!, high: ticks.at(-1)!, ticks };
}

/** Steps of 1, 2 and 5 in each decade that hold all values. */
function logRange(values: readonly number[]): { low: number; high: number; ticks: number[] } {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const [from, to] = Number.isFinite(least) && least > 0 ? [least, most] : [0.1, 1];
  const steps: number[] = [];
  for (let power = Math.floor(Math.log10(from)) - 1; power <= Math.ceil(Math.log10(to)); power++)
    for (const one of [1, 2, 5]) steps.push(Number(`${one}e${power}`));
  const low = steps.filter((one) => one <= from * 1.001).at(-1)!;
  const high = steps.find((one) => one >= to * 0.999 && one > low)!;
  const ticks = steps.filter((one) => one >= low && one <= high);
  // Many decades keep their powers of ten alone.
  return { low, high, ticks: ticks.length > 7 ? ticks.filter((one) => Number.isInteger(Math.log10(one))) : ticks };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
