/**
 * Smallest changes that cannot be told from noise, and slopes. Reference change value of log-normal quantities after
 * Fokkema 2006 (Clin Chem 52:1602); Theil-Sen slope with the interval of Sen 1968 (J Am Stat Assoc 63:1379).
 */

/** 95 %, two-sided. */
const z = 1.959963984540054;

/** Share of the within-subject variation that a laboratory's imprecision may have (desirable specification). */
const analyticalShare = 0.5;

/**
 * Relative change that two results of one person exceed in 5 % of cases by chance, down and up: -0.21 and 0.27 say that
 * the second must be below 79 % or above 127 % of the first. The laboratory's imprecision is taken to be half of the
 * within-subject variation, because reports do not state it.
 * @param withinSubjectPercent within-subject coefficient of variation, per cent
 */
export function referenceChange(withinSubjectPercent: number): { down: number; up: number } {
  const within = withinSubjectPercent / 100;
  const total = Math.hypot(within, within * analyticalShare);
  const sigma = Math.sqrt(Math.log(1 + total * total));
  const up = Math.exp(z * Math.SQRT2 * sigma) - 1;
  return { down: 1 / (1 + up) - 1, up };
}

export interface Slope {
  /** Per unit of time. */
  slope: number;
  /** 95 %. */
  low: number;
  high: number;
}

/**
 * Median of the slopes of all pairs, with Sen's interval from the variance of Kendall's S (ties corrected). Pairs of one
 * time give no slope. Undefined for fewer than three different times.
 */
export function theilSen(times: readonly number[], values: readonly number[]): Slope | undefined {
  if (new Set(times).size < 3) return undefined;
  const slopes: number[] = [];
  for (let i = 0; i < times.length; i++)
    for (let j = i + 1; j < times.length; j++)
      if (times[i] !== times[j]) slopes.push((values[j]! - values[i]!) / (times[j]! - times[i]!));
  slopes.sort((a, b) => a - b);
  const n = times.length;
  const spread = (k: number) => k * (k - 1) * (2 * k + 5);
  const ties = (all: readonly number[]) =>
    [...Map.groupBy(all, (one) => one).values()].reduce((sum, one) => sum + spread(one.length), 0);
  const sd = Math.sqrt((spread(n) - ties(times) - ties(values)) / 18);
  const count = slopes.length;
  const lower = Math.round((count - z * sd) / 2);
  const upper = Math.round((count + z * sd) / 2);
  return {
    slope: medianOfSorted(slopes),
    low: slopes[Math.max(lower - 1, 0)]!,
    high: slopes[Math.min(upper, count - 1)]!,
  };
}

function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
