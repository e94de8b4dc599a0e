import type { Affine } from '../../dossier/grid.ts';
import { apply, invert, multiply, spacingMm } from '../../voxels/affine.ts';
import { isInside, type RegionMask } from '../../voxels/mask.ts';
import { type RegistrationQuality, registrationQuality } from '../../voxels/registration/quality.ts';
import { register } from '../../voxels/registration/register.ts';
import type { Volume } from '../../voxels/registration/shrink.ts';

/** A region is carried where the images agree round it at least so well; below, the places of the two visits are not the same. */
export const leastQuality = { ncc: 0.75, overlap: 0.9 } as const;
/** Tissue round a region by which it is laid on the other visit. */
const roundMm = 30;

export interface Laid extends RegistrationQuality {
  /** From RAS mm of the earlier visit to RAS mm of the later one. */
  toLater: Affine;
  /** How far the middle of the region moves, in mm. */
  movedMm: number;
  holds: boolean;
}

/**
 * Lays a region's surroundings on the image of a later visit: rigidly by the whole images, then by what lies within 30 mm of the
 * region, where that agrees better. `region`: on the grid of `earlier`. Both images show the same with the same method.
 */
export function layOn(earlier: Volume, later: Volume, region: RegionMask): Laid {
  const around = surroundings(earlier, region);
  const whole = register(earlier, later, { freedom: 6 }).fixedToMoving;
  const near = register(earlier, later, { freedom: 6, fixedMask: around, start: whole }).fixedToMoving;
  const [best] = [whole, near]
    .map((affine) => ({ affine, quality: registrationQuality(earlier, later, affine, { mask: around }) }))
    .sort((a, b) => b.quality.ncc - a.quality.ncc);
  const { affine, quality } = best!;
  const [i, j, k] = [0, 1, 2].map((axis) => region.origin[axis]! + (region.size[axis]! - 1) / 2) as [
    number,
    number,
    number,
  ];
  const middle = apply(earlier.grid.affineRas, [i, j, k]);
  const movedMm = Math.hypot(...apply(affine, middle).map((one, axis) => one - middle[axis]!));
  const holds = quality.ncc >= leastQuality.ncc && quality.overlap >= leastQuality.overlap;
  return { ...quality, toLater: affine, movedMm, holds };
}

/** The region on another grid: each voxel takes the nearest one of the region, through the registration. */
export function carried(region: RegionMask, toLater: Affine, grid: RegionMask['grid']): Uint8Array {
  const [ni, nj, nk] = grid.shape;
  const out = new Uint8Array(ni * nj * nk);
  const back = multiply(invert(region.grid.affineRas), multiply(invert(toLater), grid.affineRas));
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const [a, b, c] = apply(back, [i, j, k]).map(Math.round) as [number, number, number];
        if (isInside(region, a, b, c)) out[at] = 1;
      }
  return out;
}

/** The box round a region and what lies near it. */
function surroundings({ grid }: Volume, { origin, size }: RegionMask): Uint8Array {
  const [ni, nj, nk] = grid.shape;
  const reach = spacingMm(grid.affineRas).map((mm) => Math.ceil(roundMm / mm));
  const low = origin.map((one, axis) => Math.max(0, one - reach[axis]!));
  const high = origin.map((one, axis) => Math.min(grid.shape[axis]!, one + size[axis]! + reach[axis]!));
  const mask = new Uint8Array(ni * nj * nk);
  for (let k = low[2]!; k < high[2]!; k++)
    for (let j = low[1]!; j < high[1]!; j++) mask.fill(1, (k * nj + j) * ni + low[0]!, (k * nj + j) * ni + high[0]!);
  return mask;
}
