import type { Aggregation } from '../config.ts';
import type { Levels } from '../levels.ts';
import { directions, stride } from './directions.ts';
import { added, type Counts, counter, matrixFeatures } from './matrixFeatures.ts';

/**
 * Grey level run length matrices (IBSI `TP0I`): one for each direction and, in 2D and 2.5D, each slice. Runs are found in
 * the order of memory: each voxel either goes on with the run of the voxel before it along the direction or begins one,
 * so that only the lengths of the last plane are held. `skipLone`: directions of the volume in which no line holds two voxels
 * of the region are left out, as PyRadiomics has it.
 */
export function runLengths(levels: Levels, aggregation: Aggregation, skipLone = false): (number[] | undefined)[] {
  const isFlat = !aggregation.startsWith('3D');
  const behind = skipLone ? new Uint8Array(levels.levels.length) : undefined;
  const steps = directions(1, isFlat)
    .map((step) => stride(step, levels.size))
    .filter((step) => !behind || holdsTwo(levels, step, behind));
  const plane = levels.size[0] * levels.size[1];
  if (!isFlat) {
    const along = (step: number) => runsAlong(levels, step, 0, levels.levels.length);
    return aggregation === '3D_avg'
      ? steps.map((step) => along(step).features(levels.voxels))
      : [matrixFeatures(added(steps.map((step) => along(step).take(levels.voxels))))];
  }
  const slices: Counts[][] = [];
  for (let z = 1; z < levels.size[2] - 1; z++) {
    const voxels = voxelsIn(levels, z * plane, (z + 1) * plane);
    if (voxels > 0) slices.push(steps.map((step) => runsAlong(levels, step, z * plane, (z + 1) * plane).take(voxels)));
  }
  switch (aggregation) {
    case '2D_avg':
      return slices.flat().map(matrixFeatures);
    case '2D_comb':
      return slices.map((matrices) => matrixFeatures(added(matrices)));
    case '2_5D_avg':
      return steps.map((_, at) => matrixFeatures(added(slices.map((matrices) => matrices[at]!))));
    default:
      return [matrixFeatures(added(slices.flat()))];
  }
}

/** True when some line along a step holds two voxels of the region. `isBehind`: room for one number a place. */
function holdsTwo({ levels, size: [n0, n1, n2] }: Levels, step: number, isBehind: Uint8Array): boolean {
  isBehind.fill(0);
  for (let z = 1; z < n2 - 1; z++)
    for (let y = 1; y < n1 - 1; y++)
      for (let x = 1, at = (z * n1 + y) * n0 + 1; x < n0 - 1; x++, at++) {
        if (levels[at - step] === 0 && isBehind[at - step] === 0) continue;
        if (levels[at] !== 0) return true;
        isBehind[at] = 1;
      }
  return false;
}

/** Number of voxels of the region between two places. */
export function voxelsIn({ levels }: Levels, from: number, to: number): number {
  let voxels = 0;
  for (let at = from; at < to; at++) if (levels[at] !== 0) voxels++;
  return voxels;
}

function runsAlong({ levels, count, size, ranked }: Levels, step: number, from: number, to: number) {
  const runs = counter(ranked?.ranks ?? count, Math.max(...size) + 1, ranked?.levels);
  const { dense, width } = runs;
  let ring = 1;
  while (ring <= step) ring *= 2;
  const lengths = new Uint16Array(ring);
  const last = ring - 1;
  for (let at = from; at < to; at++) {
    const level = levels[at]!;
    if (level === 0) continue;
    // The border is 0, so that places before `from` and after `to` are never of the region.
    const length = levels[at - step] === level ? lengths[(at - step) & last]! + 1 : 1;
    if (levels[at + step] === level) lengths[at & last] = length;
    else dense[level * width + length]!++;
  }
  return runs;
}
