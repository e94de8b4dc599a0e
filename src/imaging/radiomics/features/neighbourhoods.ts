import type { Levels } from '../levels.ts';
import { directions, stride } from './directions.ts';
import { type Counts, counter } from './matrixFeatures.ts';
import { voxelsIn } from './runLengths.ts';

export interface Neighbours {
  /** Largest difference of level that counts as dependent. */
  alpha: number;
  /** Voxels without a neighbour in the region count, without a difference, as PyRadiomics has it; IBSI leaves them out. */
  withLone: boolean;
}

/** Neighbourhood grey tone differences (IBSI `IPET`) by level, from 1; place 0 is unused. */
export interface ToneDifferences {
  /** Voxels of each level that have a neighbour in the region. */
  counts: Float64Array;
  /** Sum of the differences between them and the mean level of their neighbours. */
  differences: Float64Array;
}

/**
 * Tone differences and dependences (IBSI `REK0`) of a part of the levels, from one look at all neighbours (8 in a slice,
 * 26 in the volume). A dependence counts the voxel itself and its neighbours whose level differs by no more than `alpha`.
 */
function neighbourhood(
  levels: Levels,
  isFlat: boolean,
  { alpha, withLone }: Neighbours,
  from: number,
  to: number,
): { tones: ToneDifferences; dependences: Counts } {
  const half = directions(1, isFlat).map((step) => stride(step, levels.size));
  const offsets = Int32Array.from([...half.toReversed().map((step) => -step), ...half]);
  const counts = new Float64Array(levels.count + 1);
  const differences = new Float64Array(levels.count + 1);
  const dependences = counter(levels.count, 28);
  const { dense, width } = dependences;
  const data = levels.levels;
  for (let at = from; at < to; at++) {
    const level = data[at]!;
    if (level === 0) continue;
    let sum = 0;
    let near = 0;
    let alike = 1;
    for (let n = 0; n < offsets.length; n++) {
      const other = data[at + offsets[n]!]!;
      if (other === 0) continue;
      sum += other;
      near++;
      const difference = other - level;
      if (difference <= alpha && -difference <= alpha) alike++;
    }
    dense[level * width + alike]!++;
    if (near > 0) differences[level]! += Math.abs(level - sum / near);
    if (near > 0 || withLone) counts[level]!++;
  }
  return { tones: { counts, differences }, dependences: dependences.take(voxelsIn(levels, from, to)) };
}

/** Of the volume, or of each slice that holds voxels of the region. */
export function neighbourhoods(levels: Levels, isFlat: boolean, how: Neighbours) {
  if (!isFlat) return [neighbourhood(levels, false, how, 0, levels.levels.length)];
  const plane = levels.size[0] * levels.size[1];
  const found: ReturnType<typeof neighbourhood>[] = [];
  for (let z = 1; z < levels.size[2] - 1; z++)
    if (voxelsIn(levels, z * plane, (z + 1) * plane) > 0)
      found.push(neighbourhood(levels, true, how, z * plane, (z + 1) * plane));
  return found;
}

export function addedTones(all: readonly ToneDifferences[]): ToneDifferences {
  const [first, ...more] = all as [ToneDifferences, ...ToneDifferences[]];
  const sum = { counts: first.counts.slice(), differences: first.differences.slice() };
  for (const { counts, differences } of more)
    for (let level = 0; level < counts.length; level++) {
      sum.counts[level]! += counts[level]!;
      sum.differences[level]! += differences[level]!;
    }
  return sum;
}

export const toneTags = ['ngt_coarseness', 'ngt_contrast', 'ngt_busyness', 'ngt_complexity', 'ngt_strength'] as const;

/** Values of {@link toneTags} (IBSI reference manual 3.10; Amadasun and King 1989). Undefined when no voxel has a neighbour. */
export function toneFeatures({ counts, differences }: ToneDifferences): number[] | undefined {
  const present: { level: number; p: number; s: number }[] = [];
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return undefined;
  for (let level = 1; level < counts.length; level++)
    if (counts[level]! > 0) present.push({ level, p: counts[level]! / total, s: differences[level]! });
  let weighted = 0;
  let sum = 0;
  for (const { p, s } of present) {
    weighted += p * s;
    sum += s;
  }
  let contrast = 0;
  let spread = 0;
  let complexity = 0;
  let strength = 0;
  for (const a of present)
    for (const b of present) {
      const step = a.level - b.level;
      contrast += a.p * b.p * step * step;
      spread += Math.abs(a.level * a.p - b.level * b.p);
      complexity += (Math.abs(step) * (a.p * a.s + b.p * b.s)) / (a.p + b.p);
      strength += (a.p + b.p) * step * step;
    }
  const n = present.length;
  return [
    weighted === 0 ? 1e6 : 1 / weighted,
    n > 1 ? ((contrast / (n * (n - 1))) * sum) / total : 0,
    n > 1 && spread > 0 ? weighted / spread : 0,
    complexity / total,
    sum === 0 ? 0 : strength / sum,
  ];
}
