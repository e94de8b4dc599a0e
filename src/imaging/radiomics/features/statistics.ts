export const statisticsTags = [
  'mean',
  'var',
  'skew',
  'kurt',
  'median',
  'min',
  'p10',
  'p90',
  'max',
  'iqr',
  'range',
  'mad',
  'rmad',
  'medad',
  'cov',
  'qcod',
  'energy',
  'rms',
].map((ending) => `stat_${ending}`);

/** Which of the sorted values holds the share `p` of all: the lowest that at least p of them do not exceed (IBSI 3.3). */
type Percentile = (sorted: ArrayLike<number>, p: number) => number;

export const lowestRank: Percentile = (sorted, p) =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1))]!;

/** Between neighbouring ranks, as numpy does. */
export const interpolated: Percentile = (sorted, p) => {
  const rank = p * (sorted.length - 1);
  const low = Math.floor(rank);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (rank - low) * (sorted[high]! - sorted[low]!);
};

/**
 * Values of {@link statisticsTags}: IBSI's intensity-based statistics (reference manual 3.3, `UHIW`) with variance of n and
 * excess kurtosis; skewness and kurtosis of equal values are 0. The values are sorted in place. Sums are float64.
 */
export function statistics(values: Float32Array | Float64Array, percentile: Percentile = interpolated): number[] {
  const n = values.length;
  values.sort();
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < n; at++) {
    sum += values[at]!;
    squares += values[at]! * values[at]!;
  }
  const mean = sum / n;
  const median = percentile(values, 0.5);
  let second = 0;
  let third = 0;
  let fourth = 0;
  let deviation = 0;
  let medianDeviation = 0;
  for (let at = 0; at < n; at++) {
    const off = values[at]! - mean;
    const off2 = off * off;
    second += off2;
    third += off2 * off;
    fourth += off2 * off2;
    deviation += Math.abs(off);
    medianDeviation += Math.abs(values[at]! - median);
  }
  const variance = second / n;
  const [p10, p25, p75, p90] = [0.1, 0.25, 0.75, 0.9].map((p) => percentile(values, p)) as [
    number,
    number,
    number,
    number,
  ];
  return [
    mean,
    variance,
    variance > 0 ? third / n / variance ** 1.5 : 0,
    variance > 0 ? fourth / n / variance ** 2 - 3 : 0,
    median,
    values[0]!,
    p10,
    p90,
    values[n - 1]!,
    p75 - p25,
    values[n - 1]! - values[0]!,
    deviation / n,
    robustDeviation(values, p10, p90),
    medianDeviation / n,
    Math.sqrt(variance) / mean,
    (p75 - p25) / (p75 + p25),
    squares,
    Math.sqrt(squares / n),
  ];
}

/** Mean absolute deviation of the sorted values from p10 to p90 from their own mean. */
function robustDeviation(sorted: Float32Array | Float64Array, p10: number, p90: number): number {
  let from = 0;
  while (sorted[from]! < p10) from++;
  let to = sorted.length;
  while (sorted[to - 1]! > p90) to--;
  if (to <= from) return 0;
  let sum = 0;
  for (let at = from; at < to; at++) sum += sorted[at]!;
  const mean = sum / (to - from);
  let deviation = 0;
  for (let at = from; at < to; at++) deviation += Math.abs(sorted[at]! - mean);
  return deviation / (to - from);
}
