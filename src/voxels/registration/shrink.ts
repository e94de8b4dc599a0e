import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../affine.ts';

export interface Volume {
  grid: Pick<Grid, 'shape' | 'affineRas'>;
  /** i fastest, one time point. */
  values: ArrayLike<number>;
}

/** Means of blocks of voxels, so that no spacing is finer than needed: whole factors up to `spacing` mm. */
export function shrinkTo({ grid, values }: Volume, spacing: number): Volume & { values: Float32Array } {
  const [ni, nj, nk] = grid.shape;
  const [fi, fj, fk] = spacingMm(grid.affineRas).map((one) => Math.max(1, Math.round(spacing / one))) as [
    number,
    number,
    number,
  ];
  const [mi, mj, mk] = [Math.ceil(ni / fi), Math.ceil(nj / fj), Math.ceil(nk / fk)];
  const sums = new Float32Array(mi * mj * mk);
  const counts = new Uint32Array(sums.length);
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const row = mi * (Math.floor(j / fj) + mj * Math.floor(k / fk));
      for (let i = 0; i < ni; i++, at++) {
        const to = row + Math.floor(i / fi);
        sums[to]! += values[at]!;
        counts[to]!++;
      }
    }
  for (let at = 0; at < sums.length; at++) sums[at]! /= counts[at]!;
  const m = grid.affineRas;
  const affineRas = [0, 4, 8].flatMap((row) => {
    const [a, b, c, d] = [m[row]!, m[row + 1]!, m[row + 2]!, m[row + 3]!];
    return [a * fi, b * fj, c * fk, d + (a * (fi - 1) + b * (fj - 1) + c * (fk - 1)) / 2];
  });
  return { grid: { shape: [mi, mj, mk, 1], affineRas: [...affineRas, 0, 0, 0, 1] }, values: sums };
}

/** Binomial smoothing [1 2 1] / 4 along each axis, `times` over; edges repeat. */
export function smoothVolume(
  values: ArrayLike<number>,
  [ni, nj, nk]: readonly [number, number, number],
  times: number,
): Float32Array {
  let from = Float32Array.from(values);
  let to = new Float32Array(from.length);
  const lengths = [ni, nj, nk];
  const strides = [1, ni, ni * nj];
  for (let pass = 0; pass < times; pass++)
    for (let axis = 0; axis < 3; axis++) {
      const stride = strides[axis]!;
      const last = lengths[axis]! - 1;
      for (let block = 0, at = 0; at < from.length; block++) {
        const index = block % (last + 1);
        const low = index > 0 ? stride : 0;
        const high = index < last ? stride : 0;
        for (let inner = 0; inner < stride; inner++, at++)
          to[at] = (from[at - low]! + 2 * from[at]! + from[at + high]!) / 4;
      }
      [from, to] = [to, from];
    }
  return from;
}
