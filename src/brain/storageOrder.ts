import type { Affine, Grid } from '../dossier/grid.ts';
import { apply, orientationCode } from '../voxels/affine.ts';

export interface Reordered {
  /** i mostly to the left, j mostly down, k mostly to the front, i fastest. */
  values: Float32Array;
  shape: [number, number, number, number];
  /** Voxel (ni/2, nj/2, nk/2) lies at the origin. */
  affineRas: Affine;
  /** Where that voxel lies in RAS mm. */
  middleRas: [number, number, number];
}

const wanted = ['LR', 'IS', 'AP'] as const;

/**
 * The same voxels in one order, whatever the order in which a file stores them: axes swapped and turned back, nothing
 * interpolated. All 48 orders of one image give the same numbers, so that all that follows gives the same bits; the place of
 * the image, which rounds differently in each order, is kept apart.
 */
export function reorder(values: Float32Array, { shape, affineRas: m }: Pick<Grid, 'shape' | 'affineRas'>): Reordered {
  const letters = [...orientationCode(m)];
  const axes = wanted.map((pair) => letters.findIndex((letter) => pair.includes(letter)));
  const flips = wanted.map(([forward], at) => letters[axes[at]!] !== forward);
  const sizes = axes.map((axis) => shape[axis]!);
  const strides = axes.map((axis) => shape.slice(0, axis).reduce((product, one) => product * one, 1));
  const [ni, nj, nk] = sizes as [number, number, number];
  const steps = strides.map((stride, at) => (flips[at] ? -stride : stride)) as [number, number, number];
  const first = flips.reduce((sum, flip, at) => sum + (flip ? (sizes[at]! - 1) * strides[at]! : 0), 0);
  const isSame = axes.every((axis, at) => axis === at && !flips[at]);
  const ordered = isSame ? values : new Float32Array(ni * nj * nk);
  if (!isSame) {
    let to = 0;
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++) {
        let from = first + j * steps[1] + k * steps[2];
        for (let i = 0; i < ni; i++, from += steps[0]) ordered[to++] = values[from]!;
      }
  }
  const linear = [0, 4, 8].map((row) => axes.map((axis, at) => (flips[at] ? -m[row + axis]! : m[row + axis]!)));
  const affineRas = linear.flatMap((row) => [...row, -row.reduce((sum, one, at) => sum + (one * sizes[at]!) / 2, 0)]);
  const middle = [0, 1, 2].map((axis) => {
    const at = axes.indexOf(axis);
    return flips[at] ? shape[axis]! - 1 - shape[axis]! / 2 : shape[axis]! / 2;
  }) as [number, number, number];
  return {
    ...{ values: ordered, shape: [ni, nj, nk, 1], affineRas: [...affineRas, 0, 0, 0, 1] },
    middleRas: apply(m, middle),
  };
}
