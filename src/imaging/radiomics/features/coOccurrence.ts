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
  return coOccurrenceMatrices(levels, aggregation, distance, coOccurrenceFeatures);
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
  const side = levels.count + 1;
  const pairs = new Float64Array(side * side);
  const found: T[] = [];
  const take = (): void => {
    found.push(of(pairs, levels.count));
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
  { levels, size, count }: Levels,
  [dx, dy, dz]: readonly [number, number, number],
  zFrom: number,
  zTo: number,
  pairs: Float64Array,
): void {
  const [n0, n1, n2] = size;
  const side = count + 1;
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

/** Values of one matrix of ordered pairs (side = levels + 1, row and column 0 unused), made symmetric. Undefined when empty. */
export function coOccurrenceFeatures(pairs: Float64Array, count: number): number[] | undefined {
  const side = count + 1;
  let total = 0;
  for (const pair of pairs) total += pair;
  if (total === 0) return undefined;
  total *= 2;
  const marginal = new Float64Array(side);
  const difference = new Float64Array(side);
  const sum = new Float64Array(2 * side);
  let jointMax = 0;
  let jointEntropy = 0;
  let energy = 0;
  let autoCorrelation = 0;
  for (let i = 1; i < side; i++)
    for (let j = i; j < side; j++) {
      const both = pairs[i * side + j]! + pairs[j * side + i]!;
      if (both === 0) continue;
      const p = both / total;
      const times = i === j ? 1 : 2;
      marginal[i]! += p;
      if (i !== j) marginal[j]! += p;
      difference[j - i]! += times * p;
      sum[i + j]! += times * p;
      jointMax = Math.max(jointMax, p);
      jointEntropy -= times * p * Math.log2(p);
      energy += times * p * p;
      autoCorrelation += times * i * j * p;
    }
  const mean = moment(marginal, 0, 1);
  const variance = moment(marginal, mean, 2);
  const differenceMean = moment(difference, 0, 1);
  const sumMean = moment(sum, 0, 1);
  const inverse = (of: (step: number) => number): number => {
    let value = 0;
    for (let step = 0; step < side; step++) value += difference[step]! / of(step);
    return value;
  };
  let inverseVariance = 0;
  for (let step = 1; step < side; step++) inverseVariance += difference[step]! / step ** 2;
  const marginalEntropy = entropy(marginal);
  // Both cross entropies are twice the entropy of the marginal, since the matrix is symmetric and marginals sum to 1.
  const crossEntropy = 2 * marginalEntropy;
  const contrast = moment(difference, 0, 2);
  return [
    jointMax,
    mean,
    variance,
    jointEntropy,
    differenceMean,
    moment(difference, differenceMean, 2),
    entropy(difference),
    sumMean,
    moment(sum, sumMean, 2),
    entropy(sum),
    energy,
    contrast,
    differenceMean,
    inverse((step) => 1 + step),
    inverse((step) => 1 + step / count),
    inverse((step) => 1 + step ** 2),
    inverse((step) => 1 + step ** 2 / count ** 2),
    inverseVariance,
    variance > 0 ? (autoCorrelation - mean * mean) / variance : 1,
    autoCorrelation,
    moment(sum, sumMean, 2),
    moment(sum, sumMean, 3),
    moment(sum, sumMean, 4),
    marginalEntropy > 0 ? (jointEntropy - crossEntropy) / marginalEntropy : 0,
    Math.sqrt(Math.max(0, 1 - Math.exp(-2 * (crossEntropy - jointEntropy)))),
  ];
}

/** Sum of p[k] (k - about)^power. */
function moment(p: Float64Array, about: number, power: 1 | 2 | 3 | 4): number {
  let value = 0;
  for (let k = 0; k < p.length; k++) if (p[k] !== 0) value += p[k]! * (k - about) ** power;
  return value;
}

function entropy(p: Float64Array): number {
  let value = 0;
  for (const share of p) if (share > 0) value -= share * Math.log2(share);
  return value;
}
