import type { ImageHandle } from '../../dossier/image.ts';
import { apply, type Vector } from '../../voxels/affine.ts';
import { isInside, type RegionMask } from '../../voxels/mask.ts';
import type { Threshold } from './volumes.ts';

/** A lesion as totals need it: its voxels, their SUVbw in the order of the mask, and the limit of each threshold. */
export interface TotalledLesion {
  label: string;
  mask: RegionMask;
  values: Float32Array;
  /** In the order of `thresholds`; undefined where there is none. */
  limits: readonly (number | undefined)[];
}

export interface Total {
  threshold: Threshold;
  millilitres: number;
  totalGlycolysisG: number;
  /** Lesions with an active voxel. */
  lesions: number;
}

/**
 * Active voxels of all lesions together, one total for each threshold that every lesion has; a voxel of two overlapping
 * regions counts once. At most eight thresholds: each is a bit of a slice's voxel.
 */
export function totalsOf(
  lesions: readonly TotalledLesion[],
  thresholds: readonly Threshold[],
  voxelMm3: number,
): Total[] {
  const slices = new Map<number, Uint8Array>();
  const totals = thresholds.map((threshold) => ({ threshold, voxels: 0, sum: 0, lesions: 0 }));
  const usable = thresholds.map((_, at) => lesions.every(({ limits }) => limits[at] !== undefined));
  for (const { mask, values, limits } of lesions) {
    const seen = new Set<number>();
    const [ni, nj, nk] = mask.size;
    const [width, height] = mask.grid.shape;
    let n = 0;
    for (let k = 0; k < nk; k++) {
      const at = k + mask.origin[2];
      const slice = slices.get(at) ?? new Uint8Array(width * height);
      slices.set(at, slice);
      for (let j = 0; j < nj; j++)
        for (let i = 0; i < ni; i++) {
          if (mask.inside[(k * nj + j) * ni + i] !== 1) continue;
          const value = values[n++]!;
          const voxel = (j + mask.origin[1]) * width + i + mask.origin[0];
          for (let which = 0; which < totals.length; which++) {
            if (!usable[which] || !(value >= limits[which]!) || !Number.isFinite(value)) continue;
            seen.add(which);
            if ((slice[voxel]! >> which) & 1) continue;
            slice[voxel]! |= 1 << which;
            totals[which]!.voxels++;
            totals[which]!.sum += value;
          }
        }
    }
    for (const which of seen) totals[which]!.lesions++;
  }
  return totals.flatMap(({ threshold, voxels, sum, lesions: count }, at) =>
    usable[at]
      ? [
          {
            threshold,
            millilitres: (voxels * voxelMm3) / 1000,
            totalGlycolysisG: (sum * voxelMm3) / 1000,
            lesions: count,
          },
        ]
      : [],
  );
}

/**
 * Largest distance between the centres of two lesions, mm; undefined for fewer than two (Cottereau, J Nucl Med 2020;61:40). Regions
 * that share a voxel are one lesion drawn twice, and no distance apart.
 */
export function dissemination(
  { grid }: Pick<ImageHandle, 'grid'>,
  lesions: readonly Pick<TotalledLesion, 'label' | 'mask'>[],
): { mm: number; between: [string, string] } | undefined {
  const centres = lesions.map(({ mask }) => apply(grid.affineRas, centreOf(mask)));
  let furthest: { mm: number; between: [string, string] } | undefined;
  for (let a = 0; a < centres.length; a++)
    for (let b = 0; b < a; b++) {
      if (overlap(lesions[a]!.mask, lesions[b]!.mask)) continue;
      const mm = Math.hypot(...centres[a]!.map((value, axis) => value - centres[b]![axis]!));
      if (!furthest || mm > furthest.mm) furthest = { mm, between: [lesions[b]!.label, lesions[a]!.label] };
    }
  return furthest;
}

function overlap(a: RegionMask, b: RegionMask): boolean {
  const [few, many] = a.voxels <= b.voxels ? [a, b] : [b, a];
  const [ni, nj] = few.size;
  return few.inside.some(
    (bit, at) =>
      bit === 1 &&
      isInside(
        many,
        few.origin[0] + (at % ni),
        few.origin[1] + (Math.floor(at / ni) % nj),
        few.origin[2] + Math.floor(at / (ni * nj)),
      ),
  );
}

function centreOf({ inside, size: [ni, nj], origin, voxels }: RegionMask): Vector {
  const sum = [0, 0, 0];
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] !== 1) continue;
    sum[0]! += at % ni;
    sum[1]! += Math.floor(at / ni) % nj;
    sum[2]! += Math.floor(at / (ni * nj));
  }
  return [0, 1, 2].map((axis) => sum[axis]! / voxels + origin[axis]!) as unknown as Vector;
}
