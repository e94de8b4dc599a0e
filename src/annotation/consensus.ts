/** Masks of 0 and 1 of several readers within one box, as counts of the patterns of who marked a voxel. */
export interface Votes {
  readers: number;
  /** For each voxel of the box the readers that marked it, reader r as bit r. */
  patterns: Uint16Array;
  /** Pattern -> voxels of the whole grid. */
  counts: Map<number, number>;
}

/** Patterns are counted in a table of 2^readers. */
export const mostReaders = 16;

/** `total`: voxels of the whole grid; those outside the box are marked by nobody. */
export function votesOf(masks: readonly Uint8Array[], total: number): Votes {
  const voxels = masks[0]!.length;
  const patterns = new Uint16Array(voxels);
  for (const [reader, mask] of masks.entries()) {
    const bit = 1 << reader;
    for (let at = 0; at < voxels; at++) if (mask[at]) patterns[at]! |= bit;
  }
  const tally = new Float64Array(2 ** masks.length);
  for (let at = 0; at < voxels; at++) tally[patterns[at]!]!++;
  tally[0]! += total - voxels;
  const counts = new Map([...tally].flatMap((count, pattern) => (count > 0 ? [[pattern, count] as const] : [])));
  return { readers: masks.length, patterns, counts };
}

/** Voxels that more than half of the readers marked; a tie is outside. */
export function majority({ readers, patterns, counts }: Votes): Uint8Array {
  return paint(patterns, new Map([...counts.keys()].map((pattern) => [pattern, 2 * bits(pattern) > readers])));
}

export interface Staple {
  mask: Uint8Array;
  sensitivity: number[];
  specificity: number[];
  /** False when the estimate still moved after the last step. */
  converged: boolean;
}

const mostSteps = 10_000;

/**
 * STAPLE for two classes (Warfield, Zou and Wells 2004): the hidden truth and each reader's sensitivity and specificity by
 * expectation maximisation, begun from the mean of the readers, with the overall share of marked voxels as prior. All
 * voxels of the grid count. A voxel belongs when its weight is at least one half. Voxels of one pattern have one weight, so
 * that a step costs as much as there are patterns. Undefined when nobody marked anything.
 * `settled`: it ends when no sensitivity or specificity moves by more in one step.
 */
export function staple({ readers, patterns, counts }: Votes, settled = 1e-12): Staple | undefined {
  const rows = [...counts].map(([pattern, voxels]) => ({ pattern, voxels, weight: bits(pattern) / readers }));
  const total = rows.reduce((sum, { voxels }) => sum + voxels, 0);
  const marked = rows.reduce((sum, { voxels, weight }) => sum + voxels * weight, 0);
  if (marked === 0) return undefined;
  const prior = marked / total;
  const sensitivity = new Array<number>(readers).fill(-1);
  const specificity = new Array<number>(readers).fill(-1);
  let converged = false;
  for (let step = 0; step < mostSteps && !converged; step++) {
    const inside = rows.reduce((sum, { voxels, weight }) => sum + voxels * weight, 0);
    const outside = rows.reduce((sum, { voxels, weight }) => sum + voxels * (1 - weight), 0);
    let moved = 0;
    for (let reader = 0; reader < readers; reader++) {
      let [hit, passed] = [0, 0];
      for (const { pattern, voxels, weight } of rows) {
        if (pattern & (1 << reader)) hit += voxels * weight;
        else passed += voxels * (1 - weight);
      }
      const [p, q] = [inside > 0 ? hit / inside : 0, outside > 0 ? passed / outside : 0];
      moved = Math.max(moved, Math.abs(p - sensitivity[reader]!), Math.abs(q - specificity[reader]!));
      sensitivity[reader] = p;
      specificity[reader] = q;
    }
    for (const row of rows) {
      let [inFavour, against] = [prior, 1 - prior];
      for (let reader = 0; reader < readers; reader++) {
        const isMarked = (row.pattern & (1 << reader)) !== 0;
        inFavour *= isMarked ? sensitivity[reader]! : 1 - sensitivity[reader]!;
        against *= isMarked ? 1 - specificity[reader]! : specificity[reader]!;
      }
      row.weight = inFavour + against > 0 ? inFavour / (inFavour + against) : 0;
    }
    converged = moved < settled;
  }
  const belongs = new Map(rows.map(({ pattern, weight }) => [pattern, weight >= 0.5]));
  return { mask: paint(patterns, belongs), sensitivity, specificity, converged };
}

/** What nobody marked stays outside. */
function paint(patterns: Uint16Array, belongs: ReadonlyMap<number, boolean>): Uint8Array {
  const mask = new Uint8Array(patterns.length);
  const table = new Uint8Array(Math.max(...belongs.keys()) + 1);
  for (const [pattern, isIn] of belongs) if (pattern !== 0 && isIn) table[pattern] = 1;
  for (let at = 0; at < patterns.length; at++) mask[at] = table[patterns[at]!]!;
  return mask;
}

function bits(pattern: number): number {
  let count = 0;
  for (let rest = pattern; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}
