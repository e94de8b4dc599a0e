import type { Levels } from '../levels.ts';

export const histogramTags = [
  'mean',
  'var',
  'skew',
  'kurt',
  'median',
  'min',
  'p10',
  'p90',
  'max',
  'mode',
  'iqr',
  'range',
  'mad',
  'rmad',
  'medad',
  'cov',
  'qcod',
  'entropy',
  'uniformity',
  'max_grad',
  'max_grad_g',
  'min_grad',
  'min_grad_g',
].map((ending) => `ih_${ending}`);

/** Number of voxels of each level; place 0 is unused. */
export function levelCounts({ levels, count }: Levels): Float64Array {
  const counts = new Float64Array(count + 1);
  for (let at = 0; at < levels.length; at++) counts[levels[at]!]!++;
  counts[0] = 0;
  return counts;
}

/** Values of {@link histogramTags} (IBSI reference manual 3.4, `ZVCW`) from the number of voxels of each level. */
export function histogram(counts: Float64Array): number[] {
  let n = 0;
  for (const count of counts) n += count;
  const share = (of: (level: number) => number, from = 1, to = counts.length - 1): number => {
    let sum = 0;
    for (let level = from; level <= to; level++) if (counts[level] !== 0) sum += counts[level]! * of(level);
    return sum;
  };
  const mean = share((level) => level) / n;
  const variance = share((level) => (level - mean) ** 2) / n;
  const [p10, p25, median, p75, p90] = [0.1, 0.25, 0.5, 0.75, 0.9].map((p) => levelAt(counts, n, p)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  let mode = 0;
  let lowest = 0;
  let highest = 0;
  for (let level = 1; level < counts.length; level++) {
    if (counts[level] === 0) continue;
    if (lowest === 0) lowest = level;
    highest = level;
    const isMore = mode === 0 || counts[level]! > counts[mode]!;
    // Of equally frequent levels, the one nearest to the mean.
    if (isMore || (counts[level] === counts[mode]! && Math.abs(level - mean) < Math.abs(mode - mean))) mode = level;
  }
  const [low, high] = [Math.ceil(p10), Math.floor(p90)];
  const robustCount = share(() => 1, low, high);
  const robustMean = share((level) => level, low, high) / robustCount;
  return [
    mean,
    variance,
    variance > 0 ? share((level) => (level - mean) ** 3) / n / variance ** 1.5 : 0,
    variance > 0 ? share((level) => (level - mean) ** 4) / n / variance ** 2 - 3 : 0,
    median,
    lowest,
    p10,
    p90,
    highest,
    mode,
    p75 - p25,
    highest - lowest,
    share((level) => Math.abs(level - mean)) / n,
    robustCount > 0 ? share((level) => Math.abs(level - robustMean), low, high) / robustCount : 0,
    share((level) => Math.abs(level - median)) / n,
    Math.sqrt(variance) / mean,
    (p75 - p25) / (p75 + p25),
    ...dispersion(counts, n),
    ...gradients(counts),
  ];
}

/** Percentile between neighbouring ranks, as of the sorted levels of all voxels. */
function levelAt(counts: Float64Array, n: number, p: number): number {
  const rank = p * (n - 1);
  const low = Math.floor(rank);
  const ofRank = (wanted: number): number => {
    let seen = 0;
    for (let level = 1; level < counts.length; level++) {
      seen += counts[level]!;
      if (seen > wanted) return level;
    }
    return counts.length - 1;
  };
  const from = ofRank(low);
  return from + (rank - low) * (ofRank(Math.min(n - 1, low + 1)) - from);
}

/** Entropy in bits and uniformity. */
export function dispersion(counts: Float64Array, n: number): [number, number] {
  let entropy = 0;
  let uniformity = 0;
  for (let level = 1; level < counts.length; level++) {
    if (counts[level] === 0) continue;
    const p = counts[level]! / n;
    entropy -= p * Math.log2(p);
    uniformity += p * p;
  }
  return [entropy, uniformity];
}

/** Steepest rise and fall of the histogram and the levels where they are: central differences, one-sided at the ends. */
function gradients(counts: Float64Array): number[] {
  const last = counts.length - 1;
  if (last < 2) return [0, 1, 0, 1];
  let [highest, highestAt, lowest, lowestAt] = [-Infinity, 1, Infinity, 1];
  for (let level = 1; level <= last; level++) {
    const [a, b] = [Math.max(1, level - 1), Math.min(last, level + 1)];
    const slope = (counts[b]! - counts[a]!) / (b - a);
    if (slope > highest) [highest, highestAt] = [slope, level];
    if (slope < lowest) [lowest, lowestAt] = [slope, level];
  }
  return [highest, highestAt, lowest, lowestAt];
}
