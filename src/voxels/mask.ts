import type { Grid } from '../dossier/grid.ts';
import { boundingBox, boxSize } from './box.ts';

/** Which voxels of a grid belong to a region, kept only within a box around them. */
export interface RegionMask {
  grid: Grid;
  /** First voxel i, j, k of the box. */
  origin: [number, number, number];
  /** Extent of the box; all zero when no voxel is inside. */
  size: [number, number, number];
  /** 1 inside, 0 outside; i fastest; length = size[0] * size[1] * size[2]. */
  inside: Uint8Array;
  /** Number of voxels inside. */
  voxels: number;
}

export function emptyMask(grid: Grid): RegionMask {
  return { grid, origin: [0, 0, 0], size: [0, 0, 0], inside: new Uint8Array(0), voxels: 0 };
}

/** True when voxel i, j, k of the grid is inside. */
export function isInside(mask: RegionMask, i: number, j: number, k: number): boolean {
  const [a, b, c] = [i - mask.origin[0], j - mask.origin[1], k - mask.origin[2]];
  const [ni, nj, nk] = mask.size;
  return a >= 0 && b >= 0 && c >= 0 && a < ni && b < nj && c < nk && mask.inside[(c * nj + b) * ni + a] === 1;
}

/** The whole grid as 0 and 1, for writing label maps and for comparison. */
export function wholeMask(mask: RegionMask): Uint8Array {
  const [ni, nj, nk] = mask.grid.shape;
  const whole = new Uint8Array(ni * nj * nk);
  const [bi, bj, bk] = mask.size;
  for (let k = 0; k < bk; k++)
    for (let j = 0; j < bj; j++) {
      const row = mask.inside.subarray((k * bj + j) * bi, (k * bj + j + 1) * bi);
      whole.set(row, ((k + mask.origin[2]) * nj + j + mask.origin[1]) * ni + mask.origin[0]);
    }
  return whole;
}

/** A whole-grid mask (0 outside, anything else inside) cut to the box around what is inside. */
export function boxed(whole: Uint8Array, grid: Grid): RegionMask {
  const [ni, nj, nk] = grid.shape;
  const box = boundingBox(whole, [ni, nj, nk], (value) => value !== 0);
  if (!box) return emptyMask(grid);
  const [first, size] = [box.low, boxSize(box)];
  const inside = new Uint8Array(size[0] * size[1] * size[2]);
  let voxels = 0;
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++) {
        if (whole[((k + first[2]) * nj + j + first[1]) * ni + i + first[0]] === 0) continue;
        inside[at] = 1;
        voxels++;
      }
  return { grid, origin: first, size, inside, voxels };
}
