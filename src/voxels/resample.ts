import type { Grid } from '../dossier/grid.ts';
import { invert, multiply } from './affine.ts';

export interface Sampling {
  interpolation: 'nearest' | 'trilinear';
  /** Value of points outside the voxels of the source. Default 0. */
  outside?: number;
}

/**
 * Slices kFrom..kTo-1 of the target grid, i fastest, sampled from the first time point of a volume on `grid`.
 * Coordinates are float64. A point counts as inside up to the outer face of the border voxels, half a voxel beyond
 * their centres, and takes the border value there.
 */
export function resampleSlab(
  data: ArrayLike<number>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  target: Pick<Grid, 'shape' | 'affineRas'>,
  [kFrom, kTo]: readonly [number, number],
  { interpolation, outside = 0 }: Sampling,
): Float32Array {
  const [ni, nj, nk] = grid.shape;
  const [ti, tj] = target.shape;
  const m = multiply(invert(grid.affineRas), target.affineRas);
  const result = new Float32Array(ti * tj * (kTo - kFrom));
  const isNearest = interpolation === 'nearest';
  let at = 0;
  for (let k = kFrom; k < kTo; k++)
    for (let j = 0; j < tj; j++)
      for (let i = 0; i < ti; i++, at++) {
        let x = m[0]! * i + m[1]! * j + m[2]! * k + m[3]!;
        let y = m[4]! * i + m[5]! * j + m[6]! * k + m[7]!;
        let z = m[8]! * i + m[9]! * j + m[10]! * k + m[11]!;
        if (x < -0.5 || y < -0.5 || z < -0.5 || x > ni - 0.5 || y > nj - 0.5 || z > nk - 0.5) {
          result[at] = outside;
          continue;
        }
        x = x < 0 ? 0 : x > ni - 1 ? ni - 1 : x;
        y = y < 0 ? 0 : y > nj - 1 ? nj - 1 : y;
        z = z < 0 ? 0 : z > nk - 1 ? nk - 1 : z;
        if (isNearest) {
          result[at] = data[Math.round(x) + ni * (Math.round(y) + nj * Math.round(z))]!;
          continue;
        }
        const x0 = Math.floor(x);
        const y0 = Math.floor(y);
        const z0 = Math.floor(z);
        const fx = x - x0;
        const fy = y - y0;
        const fz = z - z0;
        const dx = x0 < ni - 1 ? 1 : 0;
        const dy = y0 < nj - 1 ? ni : 0;
        const dz = z0 < nk - 1 ? ni * nj : 0;
        const p = x0 + ni * (y0 + nj * z0);
        const low =
          (1 - fy) * ((1 - fx) * data[p]! + fx * data[p + dx]!) +
          fy * ((1 - fx) * data[p + dy]! + fx * data[p + dy + dx]!);
        const high =
          (1 - fy) * ((1 - fx) * data[p + dz]! + fx * data[p + dz + dx]!) +
          fy * ((1 - fx) * data[p + dz + dy]! + fx * data[p + dz + dy + dx]!);
        result[at] = (1 - fz) * low + fz * high;
      }
  return result;
}

/** All slices of {@link resampleSlab}. */
export function resample(
  data: ArrayLike<number>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  target: Pick<Grid, 'shape' | 'affineRas'>,
  sampling: Sampling,
): Float32Array {
  return resampleSlab(data, grid, target, [0, target.shape[2]], sampling);
}
