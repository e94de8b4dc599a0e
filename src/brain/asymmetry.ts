import type { Grid } from '../dossier/grid.ts';
import { apply } from '../voxels/affine.ts';
import { type Midplane, sideOf } from './midplane.ts';

export interface Sides {
  /** Voxels on the patient's left and right of the plane. */
  left: number;
  right: number;
  /** Voxels less than `meetingMm` from the plane: their side rests on the plane and not on the anatomy. */
  near: number;
}

/** Distance from the plane within which a voxel's side is a matter of the plane. */
export const meetingMm = 2;

/** For each label, its voxels on both sides of a plane that is shifted by `shiftMm` to the right. */
export function countSides(
  labels: ArrayLike<number>,
  { shape: [ni, nj, nk], affineRas }: Pick<Grid, 'shape' | 'affineRas'>,
  plane: Midplane,
  classes: number,
  shiftMm = 0,
): Sides[] {
  const sides = Array.from({ length: classes }, () => ({ left: 0, right: 0, near: 0 }));
  let at = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const label = labels[at]!;
        if (label === 0 || label >= classes) continue;
        const distance = sideOf(plane, apply(affineRas, [i, j, k])) - shiftMm;
        const side = sides[label]!;
        if (distance > 0) side.right++;
        else side.left++;
        if (Math.abs(distance) < meetingMm) side.near++;
      }
  return sides;
}

/** 200 (L - R) / (L + R) in percent: positive when the left is larger. NaN when both are empty. */
export function asymmetryIndex({ left, right }: Pick<Sides, 'left' | 'right'>): number {
  return (200 * (left - right)) / (left + right);
}
