import type { Size } from '../../../voxels/components.ts';

/** One of each pair of opposite steps to the voxels at a Chebyshev distance, as x, y, z: 13 in the volume at 1, 4 in a slice. */
export function directions(distance: number, isFlat: boolean): [number, number, number][] {
  const found: [number, number, number][] = [];
  const reachZ = isFlat ? 0 : distance;
  for (let z = 0; z <= reachZ; z++)
    for (let y = -distance; y <= distance; y++)
      for (let x = -distance; x <= distance; x++) {
        if (Math.max(Math.abs(x), Math.abs(y), z) !== distance) continue;
        if (z > 0 || y > 0 || (y === 0 && x > 0)) found.push([x, y, z]);
      }
  return found;
}

/** A step as a difference of places in a volume with the first axis fastest. */
export function stride([x, y, z]: readonly [number, number, number], [n0, n1]: Size): number {
  return x + n0 * (y + n1 * z);
}
