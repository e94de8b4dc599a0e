import type { Affine } from '../dossier/grid.ts';
import { apply, determinant, invert, multiply } from '../voxels/affine.ts';
import { dilate } from '../voxels/distance.ts';
import { jacobian } from '../voxels/registration/controlGrid.ts';
import { quarterTurns } from '../voxels/registration/quarterTurns.ts';
import { correlationUnder, register } from '../voxels/registration/register.ts';
import { shrinkTo, type Volume } from '../voxels/registration/shrink.ts';
import { mappedPlaces, type Warp, warpFreely } from '../voxels/registration/warp.ts';
import { resample } from '../voxels/resample.ts';

export interface Template {
  /** Brain without skull, 0 outside. */
  t1: Volume;
  /** Shares of grey and white matter, 0 to 1. */
  grey: Volume;
  white: Volume;
}

export type Tissue = 'gray-matter' | 'white-matter';

export interface T1Registration {
  warp: Warp;
  /** Correlation of T1 and template in the template's brain, before and after the free-form part. */
  ncc: { affine: number; warped: number };
  /** Overlap (Dice) of the tissues of the segmentation with those of the template, before and after. */
  dice: Record<Tissue, { affine: number; warped: number }>;
  /** Local change of volume of the free-form part in the brain: least, 1 % and 99 % quantile, most. At or below 0 it folds. */
  jacobian: { least: number; low: number; high: number; most: number };
  /** Volume of the head by that of the template. */
  volumeRatio: number;
  /** Normalised mutual information from the stated orientation and the best other way to turn the head. */
  turned: { stated: number; other: number; turn: Affine };
  /** Brain of the T1 in voxels of 2 mm, as it was compared. */
  brain: Volume;
}

const spacing = 2;

/**
 * Lays a T1 on a template: its labelled brain (opened by 4 mm, for the fluid) on the brain of the template, affine by mutual
 * information, then free-form. `tissues`: what the labels of the segmentation are.
 */
export function registerT1(
  t1: Volume,
  labels: Volume,
  tissues: ReadonlyMap<number, Tissue>,
  template: Template,
  progress: (fraction: number, doing: string) => void = () => {},
): T1Registration {
  const fixed = shrinkTo(template.t1, spacing);
  const [ni, nj, nk] = fixed.grid.shape;
  const inBrain = Uint8Array.from(fixed.values, (value) => (value > 0 ? 1 : 0));
  const around = dilate(inBrain, [ni, nj, nk], 2);
  const brain = brainOf(t1, labels);
  progress(0, 'checking the orientation');
  const turns = quarterTurns(shrinkTo(fixed, 8), brain, shrinkMask(around, fixed, 8));
  const other = turns.slice(1).reduce((best, one) => (one.nmi > best.nmi ? one : best));
  progress(0.05, 'laying the head on the template');
  const { fixedToMoving } = register(fixed, brain, {
    ...{ freedom: 12, fixedMask: around },
    progress: (fraction) => progress(0.05 + 0.25 * fraction, 'laying the head on the template'),
  });
  const warp = warpFreely(fixed, brain, fixedToMoving, dilate(inBrain, [ni, nj, nk], 1), {
    progress: (fraction) => progress(0.3 + 0.6 * fraction, 'fitting the head to the template'),
  });
  progress(0.9, 'measuring the fit');
  const places = mappedPlaces(warp, fixed.grid);
  const local = jacobian(warp.control, warp);
  const within = resample(inBrain, fixed.grid, warp.grid, { interpolation: 'nearest' });
  const changes = local.filter((_, at) => within[at] === 1).sort();
  const at = (fraction: number): number => changes[Math.floor(fraction * (changes.length - 1))]!;
  return {
    warp,
    ncc: {
      affine: correlationUnder(fixed, brain, fixedToMoving, inBrain),
      warped: correlationAt(fixed, brain, places, inBrain),
    },
    dice: overlap(fixed.grid, labels, tissues, template, fixedToMoving, places),
    jacobian: { least: at(0), low: at(0.01), high: at(0.99), most: at(1) },
    volumeRatio: Math.abs(determinant(fixedToMoving)),
    turned: { stated: turns[0]!.nmi, other: other.nmi, turn: other.turn },
    brain,
  };
}

/** The T1 where its labels are, and 4 mm around them, in voxels of 2 mm. */
export function brainOf(t1: Volume, labels: Volume): Volume {
  const small = shrinkTo(t1, spacing);
  const labelled = shrinkTo(
    { grid: labels.grid, values: Uint8Array.from(labels.values, (one) => (one > 0 ? 1 : 0)) },
    spacing,
  );
  const [ni, nj, nk] = small.grid.shape;
  const mask = dilate(
    labelled.values.map((share) => (share >= 0.5 ? 1 : 0)),
    [ni, nj, nk],
    2,
  );
  return { grid: small.grid, values: small.values.map((value, at) => (mask[at] === 1 ? value : 0)) };
}

function shrinkMask(mask: Uint8Array, { grid }: Volume, to: number): Uint8Array {
  return Uint8Array.from(shrinkTo({ grid, values: mask }, to).values, (share) => (share >= 0.5 ? 1 : 0));
}

/** Dice of grey and white matter on the grid of the template, nearest labels. */
function overlap(
  grid: Volume['grid'],
  labels: Volume,
  tissues: ReadonlyMap<number, Tissue>,
  template: Template,
  affine: Affine,
  places: readonly [Float32Array, Float32Array, Float32Array],
): T1Registration['dice'] {
  const [grey, white] = [template.grey, template.white].map(({ values, grid: from }) =>
    resample(values, from, grid, { interpolation: 'trilinear' }),
  ) as [Float32Array, Float32Array];
  const [ni, nj] = grid.shape;
  const toVoxel = invert(labels.grid.affineRas);
  const direct = multiply(toVoxel, multiply(affine, grid.affineRas));
  const [li, lj, lk] = labels.grid.shape;
  const tissueAt = ([x, y, z]: readonly [number, number, number]): Tissue | undefined => {
    const [i, j, k] = [Math.round(x), Math.round(y), Math.round(z)];
    return i >= 0 && j >= 0 && k >= 0 && i < li && j < lj && k < lk
      ? tissues.get(labels.values[i + li * (j + lj * k)]!)
      : undefined;
  };
  const counts = { 'gray-matter': [0, 0, 0, 0, 0], 'white-matter': [0, 0, 0, 0, 0] };
  for (let at = 0; at < grey.length; at++) {
    const isGrey = grey[at]! > 0.5;
    const isWhite = white[at]! > 0.5;
    const before = tissueAt(apply(direct, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]));
    const after = tissueAt(apply(toVoxel, [places[0][at]!, places[1][at]!, places[2][at]!]));
    for (const [tissue, here] of [
      ['gray-matter', isGrey],
      ['white-matter', isWhite],
    ] as const) {
      const count = counts[tissue];
      if (here) count[0]!++;
      if (before === tissue) count[1]!++;
      if (after === tissue) count[2]!++;
      if (here && before === tissue) count[3]!++;
      if (here && after === tissue) count[4]!++;
    }
  }
  const dice = ([known, before, after, bothBefore, bothAfter]: readonly number[]) => ({
    affine: (2 * bothBefore!) / (known! + before!),
    warped: (2 * bothAfter!) / (known! + after!),
  });
  return { 'gray-matter': dice(counts['gray-matter']), 'white-matter': dice(counts['white-matter']) };
}

/** Correlation of the template with the image at given places (nearest voxel), within a mask. */
export function correlationAt(
  fixed: Volume,
  image: Volume,
  places: readonly [Float32Array, Float32Array, Float32Array],
  mask: Uint8Array,
): number {
  const toVoxel = invert(image.grid.affineRas);
  const [ni, nj, nk] = image.grid.shape;
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const [i, j, k] = apply(toVoxel, [places[0][at]!, places[1][at]!, places[2][at]!]).map(Math.round) as [
      number,
      number,
      number,
    ];
    if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
    const [a, b] = [fixed.values[at]!, image.values[i + ni * (j + nj * k)]!];
    n++;
    sa += a;
    sb += b;
    saa += a * a;
    sbb += b * b;
    sab += a * b;
  }
  const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  return spread > 0 ? (sab - (sa * sb) / n) / spread : 0;
}
