import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';

export interface Sphere {
  centreMni: readonly [number, number, number];
  radiusMm: number;
}

/** A part of a grid: lowest index and number of voxels along i, j, k. */
export interface Box {
  low: [number, number, number];
  size: [number, number, number];
}

/** Indices of voxels of `grid` whose centres lie in one of the spheres, in order of storage. */
export function voxelsIn(spheres: readonly Sphere[], grid: Grid): number[] {
  const [ni, nj, nk] = grid.shape;
  const { toRas } = indexFrame(grid);
  const found: number[] = [];
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const [x, y, z] = toRas(i, j, k);
        for (const { centreMni: c, radiusMm } of spheres)
          if ((x - c[0]) ** 2 + (y - c[1]) ** 2 + (z - c[2]) ** 2 <= radiusMm * radiusMm) {
            found.push(at);
            break;
          }
      }
  return found;
}

/** The smallest box that holds the voxels, with a margin. Throws `unsupported` when there is none. */
export function boxAround(voxels: readonly number[], grid: Grid, marginMm: number): Box {
  const [ni, nj, nk] = grid.shape;
  if (voxels.length === 0) throw new IdiographError('unsupported', 'the image does not reach the search area');
  const low = [ni, nj, nk] as [number, number, number];
  const high = [0, 0, 0];
  for (const at of voxels) {
    const index = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    for (const axis of [0, 1, 2]) {
      low[axis] = Math.min(low[axis]!, index[axis]!);
      high[axis] = Math.max(high[axis]!, index[axis]!);
    }
  }
  const spacing = indexFrame(grid).spacingMm;
  const size = [0, 0, 0] as [number, number, number];
  for (const axis of [0, 1, 2]) {
    const margin = Math.ceil(marginMm / spacing[axis]!);
    low[axis] = Math.max(0, low[axis]! - margin);
    size[axis] = Math.min(grid.shape[axis]! - 1, high[axis]! + margin) - low[axis]! + 1;
  }
  return { low, size };
}

/** Copies the box out of a volume. */
export function cut(volume: ArrayLike<number>, grid: Grid, { low, size }: Box, into: Float32Array | Uint8Array): void {
  const [ni, nj] = grid.shape;
  let at = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      let from = low[0] + ni * (low[1] + j + nj * (low[2] + k));
      for (let i = 0; i < size[0]; i++) into[at++] = volume[from++]!;
    }
}

/** The grid of a box. */
export function boxGrid(grid: Grid, { low, size }: Box): Grid {
  const origin = indexFrame(grid).toRas(...low);
  const affineRas = [...grid.affineRas];
  for (const row of [0, 1, 2]) affineRas[4 * row + 3] = origin[row]!;
  return { shape: [...size, 1], affineRas };
}
