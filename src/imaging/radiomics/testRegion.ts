import type { Size } from '../../voxels/components.ts';
import { boxed } from '../../voxels/mask.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { RadiomicsConfig } from './config.ts';
import { type Prepared, prepareRegion } from './prepare.ts';

/** Whole numbers from 0 to `most` - 1 without pattern, the same in every run. */
export function scatter(count: number, most: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 10) % most;
  });
}

/** A prepared region of made values for tests: an irregular half of a box, levels 1..5. */
export async function madeRegion(
  size: Size = [7, 6, 5],
  spacing: [number, number, number] = [1, 1, 1],
): Promise<Prepared> {
  const [ni, nj, nk] = size;
  const grid = axialGrid([ni, nj, nk], spacing);
  const values = scatter(ni * nj * nk, 5).map((value) => value + 1);
  const inside = Uint8Array.from(scatter(ni * nj * nk, 10, 9), (value) => (value < 7 ? 1 : 0));
  const config = RadiomicsConfig.parse({ discretise: { method: 'none' } });
  return prepareRegion(imageOf(grid, values), boxed(inside, grid), config);
}
