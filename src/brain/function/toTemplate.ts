import type { Affine, Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { determinant, invert, multiply } from '../../voxels/affine.ts';
import { jacobian } from '../../voxels/registration/controlGrid.ts';
import { correlationUnder, register } from '../../voxels/registration/register.ts';
import { shrinkTo, type Volume } from '../../voxels/registration/shrink.ts';
import { mappedPlaces, type Warp, warpFreely } from '../../voxels/registration/warp.ts';
import { resample } from '../../voxels/resample.ts';
import { correlationAt } from '../registerT1.ts';
import type { InTemplate } from './atlas.ts';
import type { BoldRun } from './load.ts';
import { grow } from './mask.ts';
import { templatePlaces } from './throughWarp.ts';

export interface ToTemplate extends InTemplate {
  /** From RAS mm of the run to RAS mm of the T1, where there is one. */
  boldToT1: Affine | undefined;
  /** Correlation of T1 (or of the mean EPI) and template under the template's brain, as it is used and by the affine alone. */
  ncc: number;
  nccAffine: number;
  issues: Issue[];
}

/** Below this the images do not lie on each other and nothing is read off an atlas. */
const leastNcc = 0.6;
const doubtfulNcc = 0.75;

/**
 * Where the brain of a run lies in the template: EPI to T1 rigid, T1 to template affine, both by mutual information, then the
 * T1 free-form (same contrast as the template), and all of it undone at once for each voxel of the run: maps of the template are
 * read in one step. The brain of the T1 is cut out with the mask of the run for the affine, and with the template's brain and
 * 4 mm around it for the free-form part, since a run has holes where its signal is lost. Without a T1 the EPI itself goes to the
 * template by the affine alone: free-form would take its distortion and its holes for shape. `template`: brain without skull,
 * 0 outside. `refused` says why there is no transform.
 */
export function registerToTemplate(
  run: BoldRun,
  t1: Volume | undefined,
  template: Volume,
  progress?: (fraction: number) => void,
): ToTemplate | { refused: Issue } {
  const fixed = shrinkTo(template, 2);
  const [ni, nj, nk] = fixed.grid.shape;
  const brain = Uint8Array.from(fixed.values, (value) => (value > 0 ? 1 : 0));
  let around = brain;
  for (let times = 0; times < 4; times++) around = grow(around, [ni, nj, nk]);
  const [bi, bj, bk] = run.grid.shape;
  const wide = grow(run.mask, [bi, bj, bk]);
  const epi: Volume = { grid: run.grid, values: run.mean };
  let boldToT1: Affine | undefined;
  let moving: Volume;
  if (t1) {
    const small = shrinkTo(t1, 2);
    boldToT1 = register(epi, small, {
      ...{ freedom: 6 },
      ...(progress && { progress: (fraction) => progress(0.4 * fraction) }),
    }).fixedToMoving;
    // The grid of the run as the T1 sees it.
    const there: Pick<Grid, 'shape' | 'affineRas'> = {
      shape: run.grid.shape,
      affineRas: multiply(boldToT1, run.grid.affineRas),
    };
    const inBrain = resample(wide, there, small.grid, { interpolation: 'nearest' });
    moving = { grid: small.grid, values: small.values.map((value, at) => (inBrain[at] === 1 ? value : 0)) };
  } else moving = { grid: run.grid, values: run.mean.map((value, at) => (wide[at] === 1 ? value : 0)) };
  const affineShare = t1 ? 0.2 : 0.6;
  const { fixedToMoving } = register(fixed, moving, {
    ...{ freedom: 12, fixedMask: around },
    ...(progress && { progress: (fraction) => progress(0.4 + affineShare * fraction) }),
  });
  const ncc = correlationUnder(fixed, moving, fixedToMoving, around);
  const templateToBold = boldToT1 ? multiply(invert(boldToT1), fixedToMoving) : fixedToMoving;
  const remedy = t1 ? 'Check orientation and coverage of both images.' : 'Add a T1-weighted scan of the same head.';
  const stretch = Math.cbrt(Math.abs(determinant(templateToBold)));
  if (!(ncc >= leastNcc) || stretch < 0.75 || stretch > 1.3)
    return {
      refused: issue(
        'error',
        'registration-failed',
        `The images could not be laid on the template: correlation ${ncc.toFixed(2)}, scale ${stretch.toFixed(2)}.`,
        { remedy },
      ),
    };
  const issues: Issue[] = [];
  if (ncc < doubtfulNcc)
    issues.push(
      issue(
        'warning',
        'registration-doubtful',
        `The images lie on the template with a correlation of only ${ncc.toFixed(2)}.`,
        { remedy },
      ),
    );
  if (!t1)
    issues.push(
      issue(
        'warning',
        'registration-without-t1',
        'There is no T1 of this head: the run itself was laid on the template, and parcels may be off by several millimetres where EPI is distorted.',
        { remedy },
      ),
    );
  const affineOnly = { affine: invert(templateToBold), boldToT1, ncc, nccAffine: ncc, issues };
  if (!t1 || !boldToT1) return affineOnly;
  const free = warpT1(t1, fixed, brain, fixedToMoving, (fraction) => progress?.(0.6 + 0.4 * fraction));
  if ('issue' in free) return { ...affineOnly, issues: [...issues, free.issue] };
  return {
    ...affineOnly,
    ncc: free.ncc,
    nccAffine: free.nccAffine,
    places: templatePlaces(run.grid, boldToT1, free.warp),
  };
}

/** The free-form part, or why the affine alone is used. `brain`: of the template, on the grid of `fixed`. */
function warpT1(
  t1: Volume,
  fixed: Volume,
  brain: Uint8Array,
  templateToT1: Affine,
  progress: (fraction: number) => void,
): { warp: Warp; ncc: number; nccAffine: number } | { issue: Issue } {
  const [ni, nj, nk] = fixed.grid.shape;
  const size: [number, number, number] = [ni, nj, nk];
  const small = shrinkTo(t1, 2);
  const there = { shape: small.grid.shape, affineRas: multiply(invert(templateToT1), small.grid.affineRas) };
  const near = resample(grow(grow(brain, size), size), fixed.grid, there, { interpolation: 'nearest' });
  const moving = { grid: small.grid, values: small.values.map((value, at) => (near[at] === 1 ? value : 0)) };
  const warp = warpFreely(fixed, moving, templateToT1, grow(brain, size), { progress });
  const still: readonly [Float32Array, Float32Array, Float32Array] = mappedPlaces(
    { ...warp, control: { ...warp.control, coefficients: new Float64Array(warp.control.coefficients.length) } },
    fixed.grid,
  );
  const [nccAffine, ncc] = [still, mappedPlaces(warp, fixed.grid)].map((one) =>
    correlationAt(fixed, moving, one, brain),
  ) as [number, number];
  const within = resample(brain, fixed.grid, warp.grid, { interpolation: 'nearest' });
  const least = jacobian(warp.control, warp).reduce((low, one, at) => (within[at] === 1 && one < low ? one : low), 1);
  if (ncc > nccAffine && least > 0) return { warp, ncc, nccAffine };
  return {
    issue: issue(
      'warning',
      'registration-affine-only',
      least <= 0
        ? 'The free-form part of the registration folds; the affine alone is used.'
        : `The free-form part of the registration fits no better than the affine (correlation ${ncc.toFixed(2)} and ${nccAffine.toFixed(2)}); the affine alone is used.`,
      { remedy: 'Look at contrast and noise of the T1.' },
    ),
  };
}
