import type { Grid } from '../dossier/grid.ts';
import { invert, multiply } from './affine.ts';
import { splineTaps, splineValue, tapsAt, volumeCoefficients } from './spline.ts';

export interface Sampling {
  /** `cubic`: interpolating B-spline of order 3 (Unser 1999, doi 10.1109/79.799930), mirrored at the border voxels. */
  interpolation: 'nearest' | 'trilinear' | 'cubic';
  /** Value of points outside the voxels of the source. Default 0. */
  outside?: number;
}

type Space = Pick<Grid, 'shape' | 'affineRas'>;

/**
 * Slices kFrom..kTo-1 of the target grid, i fastest, sampled from the first time point of a volume on `grid`.
 * Coordinates are float64. A point counts as inside up to the outer face of the border voxels, half a voxel beyond
 * their centres, and takes the border value there.
 */
export function resampleSlab(
  data: ArrayLike<number>,
  grid: Space,
  target: Space,
  [kFrom, kTo]: readonly [number, number],
  { interpolation, outside = 0 }: Sampling & { interpolation: 'nearest' | 'trilinear' },
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

/**
 * The same from the coefficients of a B-spline ({@link volumeCoefficients}). Up to the outer face of the border voxels the
 * spline goes on as its mirror image.
 */
export function resampleSplineSlab(
  coefficients: ArrayLike<number>,
  grid: Space,
  target: Space,
  [kFrom, kTo]: readonly [number, number],
  outside = 0,
): Float32Array {
  const [ni, nj, nk] = grid.shape;
  const [ti, tj] = target.shape;
  const m = multiply(invert(grid.affineRas), target.affineRas);
  const result = new Float32Array(ti * tj * (kTo - kFrom));
  const [alongI, alongJ, alongK] = [splineTaps(), splineTaps(), splineTaps()];
  let at = 0;
  for (let k = kFrom; k < kTo; k++)
    for (let j = 0; j < tj; j++)
      for (let i = 0; i < ti; i++, at++) {
        const x = m[0]! * i + m[1]! * j + m[2]! * k + m[3]!;
        const y = m[4]! * i + m[5]! * j + m[6]! * k + m[7]!;
        const z = m[8]! * i + m[9]! * j + m[10]! * k + m[11]!;
        if (x < -0.5 || y < -0.5 || z < -0.5 || x > ni - 0.5 || y > nj - 0.5 || z > nk - 0.5) {
          result[at] = outside;
          continue;
        }
        tapsAt(alongI, x, ni, 1);
        tapsAt(alongJ, y, nj, ni);
        tapsAt(alongK, z, nk, ni * nj);
        result[at] = splineValue(coefficients, alongI, alongJ, alongK);
      }
  return result;
}

/** All slices of {@link resampleSlab} or, for `cubic`, of {@link resampleSplineSlab}. */
export function resample(data: ArrayLike<number>, grid: Space, target: Space, sampling: Sampling): Float32Array {
  const { interpolation, outside } = sampling;
  const slices = [0, target.shape[2]] as const;
  if (interpolation !== 'cubic') return resampleSlab(data, grid, target, slices, { ...sampling, interpolation });
  const [ni, nj, nk] = grid.shape;
  return resampleSplineSlab(volumeCoefficients(data, [ni, nj, nk]), grid, target, slices, outside);
}
