import type { Size } from './components.ts';
import { squaredDistanceAt } from './distance.ts';

/**
 * The surface of a mask: its voxels of which at least one of the six neighbours by a face is outside; what lies beyond the
 * volume counts as outside. 1 and 0, the first axis the fastest.
 */
export function surfaceOf(mask: ArrayLike<number>, [n0, n1, n2]: Size): Uint8Array {
  const plane = n0 * n1;
  const surface = new Uint8Array(plane * n2);
  for (let c = 0, at = 0; c < n2; c++)
    for (let b = 0; b < n1; b++)
      for (let a = 0; a < n0; a++, at++) {
        if (!mask[at]) continue;
        const isEdge = a === 0 || b === 0 || c === 0 || a === n0 - 1 || b === n1 - 1 || c === n2 - 1;
        if (
          isEdge ||
          !mask[at - 1] ||
          !mask[at + 1] ||
          !mask[at - n0] ||
          !mask[at + n0] ||
          !mask[at - plane] ||
          !mask[at + plane]
        )
          surface[at] = 1;
      }
  return surface;
}

/**
 * Distance in mm from the centre of each voxel of one surface to the centre of the nearest voxel of the other, in the
 * order of the voxels. Infinity when the other is empty. `spacingMm`: edges of a voxel; its axes are at right angles.
 */
export function surfaceDistancesMm(
  from: Uint8Array,
  to: Uint8Array,
  size: Size,
  spacingMm: readonly [number, number, number],
): Float64Array {
  return squaredDistanceAt(from, to, size, spacingMm).map(Math.sqrt);
}
