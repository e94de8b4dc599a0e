import type { Grid } from '../dossier/grid.ts';
import { invert, multiply, spacingMm } from '../voxels/affine.ts';
import { type Face, faceNames } from './coverage.ts';

type Space = Pick<Grid, 'shape' | 'affineRas'>;

/** How far the labelled brain is from each face of what was scanned, in mm, from the outer face of the border voxels; below 0 beyond it. */
export function marginsMm(labels: { grid: Space; values: Uint8Array }, source: Space): { face: Face; mm: number }[] {
  const m = multiply(invert(source.affineRas), labels.grid.affineRas);
  const [ni, nj, nk] = labels.grid.shape;
  const low = [0, 0, 0].map(() => Number.POSITIVE_INFINITY);
  const high = [0, 0, 0].map(() => Number.NEGATIVE_INFINITY);
  let at = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        if (labels.values[at] === 0) continue;
        for (let axis = 0; axis < 3; axis++) {
          const place = m[4 * axis]! * i + m[4 * axis + 1]! * j + m[4 * axis + 2]! * k + m[4 * axis + 3]!;
          if (place < low[axis]!) low[axis] = place;
          if (place > high[axis]!) high[axis] = place;
        }
      }
  const spacing = spacingMm(source.affineRas);
  return [0, 1, 2].flatMap((axis) => {
    const [first, last] = faceNames(source.affineRas, axis);
    return [
      { face: first, mm: (low[axis]! + 0.5) * spacing[axis]! },
      { face: last, mm: (source.shape[axis]! - 0.5 - high[axis]!) * spacing[axis]! },
    ];
  });
}

/** The numbers of a volume at its voxels that lie in the labelled brain. */
export function withinBrain(
  labels: { grid: Space; values: Uint8Array },
  grid: Space,
  values: ArrayLike<number>,
): number[] {
  const m = multiply(invert(labels.grid.affineRas), grid.affineRas);
  const [ni, nj, nk] = grid.shape;
  const [li, lj, lk] = labels.grid.shape;
  const inside: number[] = [];
  let at = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const x = Math.round(m[0]! * i + m[1]! * j + m[2]! * k + m[3]!);
        const y = Math.round(m[4]! * i + m[5]! * j + m[6]! * k + m[7]!);
        const z = Math.round(m[8]! * i + m[9]! * j + m[10]! * k + m[11]!);
        if (x < 0 || y < 0 || z < 0 || x >= li || y >= lj || z >= lk) continue;
        if (labels.values[x + li * (y + lj * z)] !== 0) inside.push(values[at]!);
      }
  return inside;
}
