import type { Aggregation } from '../config.ts';
import type { Levels } from '../levels.ts';
import { directions, stride } from './directions.ts';

export const coOccurrenceTags = [
  'joint_max',
  'joint_avg',
  'joint_var',
  'joint_entr',
  'diff_avg',
  'diff_var',
  'diff_entr',
  'sum_avg',
  'sum_var',
  'sum_entr',
  'energy',
  'contrast',
  'dissimilarity',
  'inv_diff',
  'inv_diff_norm',
  'inv_diff_mom',
  'inv_diff_mom_norm',
  'inv_var',
  'corr',
  'auto_corr',
  'clust_tend',
  'clust_shade',
  'clust_prom',
  'info_corr1',
  'info_corr2',
].map((ending) => `cm_${ending}`);

/** Values of {@link coOccurrenceTags} for each matrix that the aggregation keeps apart. */
export function coOccurrences(levels: Levels, aggregation: Aggregation, distance: number): (number[] | undefined)[] {
  return coOccurrenceMatrices(levels, aggregation, distance, pairFeatures(levels.count, levels.ranked?.levels));
}

/**
 * Something of each matrix that the aggregation keeps apart (IBSI `LFYI`, reference manual 3.6): matrices of pairs of
 * levels at a Chebyshev distance. `of` gets ordered pairs (side = levels + 1, row and column 0 unused), to be made symmetric.
 */
export function coOccurrenceMatrices<T>(
  levels: Levels,
  aggregation: Aggregation,
  distance: number,
  of: (pairs: Float64Array, count: number) => T,
): T[] {
  const isFlat = !aggregation.startsWith('3D');
  const plane = levels.size[0] * levels.size[1];
  const steps = directions(distance, isFlat);
  const ranks = levels.ranked?.ranks ?? levels.count;
  const pairs = new Float64Array((ranks + 1) ** 2);
  const found: T[] = [];
  const take = (): void => {
    found.push(of(pairs, ranks));
    pairs.fill(0);
  };
  if (!isFlat) {
    for (const step of steps) {
      addPairs(levels, step, 1, levels.size[2] - 1, pairs);
      if (aggregation === '3D_avg') take();
    }
    if (aggregation === '3D_comb') take();
    return found;
  }
  if (aggregation.startsWith('2_5D')) {
    for (const step of steps) {
      addPairs(levels, step, 1, levels.size[2] - 1, pairs);
      if (aggregation === '2_5D_avg') take();
    }
    if (aggregation === '2_5D_comb') take();
    return found;
  }
  for (let z = 1; z < levels.size[2] - 1; z++) {
    if (!levels.levels.subarray(z * plane, (z + 1) * plane).some((level) => level !== 0)) continue;
    for (const step of steps) {
      addPairs(levels, step, z, z + 1, pairs);
      if (aggregation === '2D_avg') take();
    }
    if (aggregation === '2D_comb') take();
  }
  return found;
}

/** Counts level pairs (row: the earlier voxel) of slices zFrom..zTo-1, in one direction. */
function addPairs(
  { levels, size, count, ranked }: Levels,
  [dx, dy, dz]: readonly [number, number, number],
  zFrom: number,
  zTo: number,
  pairs: Float64Array,
): void {
  const [n0, n1, n2] = size;
  const side = (ranked?.ranks ?? count) + 1;
  const step = stride([dx, dy, dz], size);
  const yFrom = Math.max(1, 1 - dy);
  const yTo = Math.min(n1 - 1, n1 - 1 - dy);
  const xFrom = Math.max(1, 1 - dx);
  const xTo = Math.min(n0 - 1, n0 - 1 - dx);
  for (let z = zFrom; z < Math.min(zTo, n2 - 1 - dz); z++)
    for (let y = yFrom; y < yTo; y++) {
      const row = (z * n1 + y) * n0;
      for (let at = row + xFrom; at < row + xTo; at++) {
        const level = levels[at]!;
        if (level === 0) continue;
        const other = levels[at + step]!;
        if (other !== 0) pairs[level * side + other]!++;
      }
    }
}

/**
 * What computes values of one matrix of ordered pairs (side = `ranks` + 1, row and column 0 unused), made symmetric; undefined
 * for an empty one. `count`: number of levels. `ranked`: the levels that rows stand for, rising, where rows are ranks.
 */
export function pairFeatures(
  count: number,
  ranked?: ArrayLike<number>,
): (pairs: Float64Array, ranks: number) => number[] | undefined {
  const difference = new Float64Array(count + 1);
  const sum = new Float64Array(2 * count + 1);
  let marginal = new Float64Array(0);
  return (pairs, ranks) => {
    const side = ranks + 1;
    let total = 0;
    for (let at = 0; at < pairs.length; at++) total += pairs[at]!;
    if (total === 0) return undefined;
    total *= 2;
    const levelOf = (rank: number): number => (ranked === undefined ? rank : ranked[rank]!);
    const [lowest, span] = [levelOf(1), levelOf(ranks) - levelOf(1)];
    if (marginal.length < side) marginal = new Float64Array(side);
    else marginal.fill(0, 0, side);
    difference.fill(0, 0, span + 1);
    sum.fill(0, 2 * lowest, 2 * (lowest + span) + 1);
    let jointMax = 0;
    let jointEntropy = 0;
    let energy = 0;
    let autoCorrelation = 0;
    for (let row = 1; row < side; row++)
      for (let column = row; column < side; column++) {
        const both = pairs[row * side + column]! + pairs[column * side + row]!;
        if (both === 0) continue;
        const [i, j] = [levelOf(row), levelOf(column)];
        const p = both / total;
        const times = row === column ? 1 : 2;
        marginal[row]! += p;
        if (row !== column) marginal[column]! += p;
        difference[j - i]! += times * p;
        sum[i + j]! += times * p;
        if (p > jointMax) jointMax = p;
        jointEntropy -= times * p * Math.log2(p);
        energy += times * p * p;
        autoCorrelation += times * i * j * p;
      }
    let mean = 0;
    for (let row = 1; row < side; row++) if (marginal[row] !== 0) mean += marginal[row]! * levelOf(row);
    let variance = 0;
    for (let row = 1; row < side; row++)
      if (marginal[row] !== 0) variance += marginal[row]! * (levelOf(row) - mean) ** 2;
    const differences = { p: difference, from: 0, to: span };
    const sums = { p: sum, from: 2 * lowest, to: 2 * (lowest + span) };
    const differenceMean = moment(differences, 0, 1);
    const sumMean = moment(sums, 0, 1);
    let [inverse, inverseNorm, inverseMoment, inverseMomentNorm, inverseVariance] = [0, 0, 0, 0, 0];
    for (let step = 0; step <= span; step++) {
      const p = difference[step]!;
      if (p === 0) continue;
      inverse += p / (1 + step);
      inverseNorm += p / (1 + step / count);
      inverseMoment += p / (1 + step ** 2);
      inverseMomentNorm += p / (1 + step ** 2 / count ** 2);
      if (step > 0) inverseVariance += p / step ** 2;
    }
    const marginalEntropy = entropy({ p: marginal, from: 1, to: ranks });
    // Both cross entropies are twice the entropy of the marginal, since the matrix is symmetric and marginals sum to 1.
    const crossEntropy = 2 * marginalEntropy;
    const tendency = moment(sums, sumMean, 2);
    const contrast = moment(differences, 0, 2);
    return [
      jointMax,
      mean,
      variance,
      jointEntropy,
      differenceMean,
      moment(differences, differenceMean, 2),
      entropy(differences),
      sumMean,
      tendency,
      entropy(sums),
      energy,
      contrast,
      differenceMean,
      inverse,
      inverseNorm,
      inverseMoment,
      inverseMomentNorm,
      inverseVariance,
      // The matrix is symmetric: mean of (i - j)^2 = 2 variance - 2 covariance, without squares of large levels to cancel.
      variance > 0 ? 1 - contrast / (2 * variance) : 1,
      autoCorrelation,
      tendency,
      moment(sums, sumMean, 3),
      moment(sums, sumMean, 4),
      marginalEntropy > 0 ? (jointEntropy - crossEntropy) / marginalEntropy : 0,
      Math.sqrt(Math.max(0, 1 - Math.exp(-2 * (crossEntropy - jointEntropy)))),
    ];
  };
}

/** Shares of the numbers `from`..`to`. */
interface Shares {
  p: Float64Array;
  from: number;
  to: number;
}

/** Sum of p[k] (k - about)^power. */
function moment({ p, from, to }: Shares, about: number, power: 1 | 2 | 3 | 4): number {
  let value = 0;
  for (let k = from; k <= to; k++) if (p[k] !== 0) value += p[k]! * (k - about) ** power;
  return value;
}

function entropy({ p, from, to }: Shares): number {
  let value = 0;
  for (let k = from; k <= to; k++) if (p[k]! > 0) value -= p[k]! * Math.log2(p[k]!);
  return value;
}
