/** Many answers of one person over time: days, trend, spread. Pure arithmetic; times are milliseconds, values points. */

export interface Point {
  ms: number;
  value: number;
}

export interface Day {
  /** Calendar day as stated: `2026-03-01`. */
  day: string;
  count: number;
  mean: number;
  least: number;
  most: number;
}

/** One row a day that has answers, in order. */
export function daysOf(answers: readonly { at: string; value: number }[]): Day[] {
  return [...Map.groupBy(answers, ({ at }) => at.slice(0, 10))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, given]) => {
      const values = given.map(({ value }) => value);
      return {
        day,
        count: values.length,
        mean: meanOf(values),
        least: Math.min(...values),
        most: Math.max(...values),
      };
    });
}

export interface Trend {
  /** Points a week: the median of the slopes of all pairs. */
  slopePerWeek: number;
  /** 95 % interval, or undefined where the points are too few to exclude anything. */
  interval: [number, number] | undefined;
  /** Lag-1 autocorrelation of what is left after the line; the interval is widened when it is positive. */
  autocorrelation: number;
}

const weekMs = 7 * 86_400_000;

/**
 * Theil-Sen slope with the interval of Sen (1968, doi 10.1080/01621459.1968.10480934): ranks of the pairwise slopes, ties
 * taken into account. A positive lag-1 autocorrelation r of the residuals widens it by (1 + r) / (1 - r) in the variance
 * (Yue and Wang 2004, doi 10.1023/B:WARM.0000043140.61082.60) unless `widen` is false. Undefined below three different times.
 */
export function trendOf(points: readonly Point[], widen = true): Trend | undefined {
  if (new Set(points.map(({ ms }) => ms)).size < 3) return undefined;
  const sorted = [...points].sort((a, b) => a.ms - b.ms);
  const slopes: number[] = [];
  sorted.forEach((a, index) => {
    for (const b of sorted.slice(index + 1))
      if (b.ms > a.ms) slopes.push(((b.value - a.value) / (b.ms - a.ms)) * weekMs);
  });
  slopes.sort((a, b) => a - b);
  const slopePerWeek = medianOf(slopes);
  const residuals = sorted.map(({ ms, value }) => value - (slopePerWeek * ms) / weekMs);
  const autocorrelation = lagOne(residuals);
  const widened = widen && autocorrelation > 0 ? (1 + autocorrelation) / (1 - autocorrelation) : 1;
  const half = 1.959964 * Math.sqrt(widened * varianceOfRanks(sorted));
  const low = Math.round((slopes.length - half) / 2) - 1;
  const high = Math.round((slopes.length + half) / 2);
  const interval: Trend['interval'] = low < 0 || high >= slopes.length ? undefined : [slopes[low]!, slopes[high]!];
  return { slopePerWeek, interval, autocorrelation };
}

/** Variance of Kendall's S with ties in time and in value. */
function varianceOfRanks(points: readonly Point[]): number {
  const term = (count: number) => count * (count - 1) * (2 * count + 5);
  const ties = (values: number[]) =>
    [...Map.groupBy(values, (value) => value).values()].reduce((sum, group) => sum + term(group.length), 0);
  const tied = ties(points.map(({ ms }) => ms)) + ties(points.map(({ value }) => value));
  return (term(points.length) - tied) / 18;
}

/** Lag-1 autocorrelation, at most .95; 0 where nothing varies. */
export function lagOne(values: readonly number[]): number {
  const mean = meanOf(values);
  const around = values.map((value) => value - mean);
  const total = around.reduce((sum, value) => sum + value * value, 0);
  // What is left is rounding, and no pattern.
  if (total < 1e-12 * values.length) return 0;
  const lagged = around.slice(1).reduce((sum, value, index) => sum + value * around[index]!, 0);
  return Math.min(lagged / total, 0.95);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Spread within the person: sample standard deviation; undefined below two values. */
export function deviationOf(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
