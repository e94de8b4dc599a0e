import type { Affine } from '../../dossier/grid.ts';
import { apply, determinant } from '../../voxels/affine.ts';

/** Where a label lies: its voxel nearest to the middle of all its voxels, so that the place itself bears the label. */
export interface LabelPlace {
  value: number;
  voxels: number;
  volumeMm3: number;
  ijk: [number, number, number];
  ras: [number, number, number];
  /** Smallest and largest voxel index. */
  first: [number, number, number];
  last: [number, number, number];
}

/** Places of all labels other than 0 of a volume, i fastest, by label. Fractions are rounded. */
export function labelPlaces(
  values: ArrayLike<number>,
  [ni, nj, nk]: readonly [number, number, number],
  affineRas: Affine,
): LabelPlace[] {
  interface Sum {
    voxels: number;
    sum: [number, number, number];
    first: [number, number, number];
    last: [number, number, number];
    nearest: number;
    ijk: [number, number, number];
  }
  const sums = new Map<number, Sum>();
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const value = Math.round(values[at]!);
        if (value === 0) continue;
        let of = sums.get(value);
        if (of === undefined) {
          of = { voxels: 0, sum: [0, 0, 0], first: [i, j, k], last: [i, j, k], nearest: Infinity, ijk: [i, j, k] };
          sums.set(value, of);
        }
        of.voxels++;
        of.sum[0] += i;
        of.sum[1] += j;
        of.sum[2] += k;
        if (i < of.first[0]) of.first[0] = i;
        if (j < of.first[1]) of.first[1] = j;
        if (i > of.last[0]) of.last[0] = i;
        if (j > of.last[1]) of.last[1] = j;
        of.last[2] = k;
      }
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const value = Math.round(values[at]!);
        if (value === 0) continue;
        const of = sums.get(value)!;
        const [x, y, z] = [i - of.sum[0] / of.voxels, j - of.sum[1] / of.voxels, k - of.sum[2] / of.voxels];
        const distance = x * x + y * y + z * z;
        if (distance >= of.nearest) continue;
        of.nearest = distance;
        of.ijk = [i, j, k];
      }
  const voxelMm3 = Math.abs(determinant(affineRas));
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([value, { voxels, ijk, first, last }]) => ({
      value,
      voxels,
      volumeMm3: voxels * voxelMm3,
      ijk,
      ras: apply(affineRas, ijk),
      first,
      last,
    }));
}
