import type { Affine } from '../../dossier/grid.ts';
import { apply, invert, multiply } from '../affine.ts';
import { correlationUnder } from './register.ts';
import type { Volume } from './shrink.ts';

export interface RegistrationQuality {
  /** Correlation of the two images where they overlap (and the mask of the fixed one is). */
  ncc: number;
  /** Share of the fixed image (or its mask) that lies inside the moving one. */
  overlap: number;
  /** The same correlation with the fixed image mirrored left to right about its middle: below `ncc` unless sides are in doubt. */
  mirroredNcc: number;
}

/**
 * How well a registration holds, in numbers that can be printed beside it. `midlineX`: RAS x of the mirror plane, 0 in a
 * template. A head is nearly its own mirror image: a difference of some thousandths already tells the sides.
 */
export function registrationQuality(
  fixed: Volume,
  moving: Volume,
  fixedToMoving: Affine,
  { mask, midlineX = 0 }: { mask?: ArrayLike<number>; midlineX?: number } = {},
): RegistrationQuality {
  const mirror: Affine = [-1, 0, 0, 2 * midlineX, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const toVoxel = multiply(invert(moving.grid.affineRas), multiply(fixedToMoving, fixed.grid.affineRas));
  const [ni, nj] = fixed.grid.shape;
  let [all, inside] = [0, 0];
  for (let at = 0; at < fixed.values.length; at++) {
    if (mask !== undefined && mask[at] === 0) continue;
    all++;
    const place = apply(toVoxel, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]);
    if (place.every((one, axis) => one >= -0.5 && one <= moving.grid.shape[axis]! - 0.5)) inside++;
  }
  return {
    ncc: correlationUnder(fixed, moving, fixedToMoving, mask),
    overlap: all > 0 ? inside / all : 0,
    mirroredNcc: correlationUnder(fixed, moving, multiply(fixedToMoving, mirror), mask),
  };
}
