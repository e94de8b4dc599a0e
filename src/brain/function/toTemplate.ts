import type { Affine, Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { determinant, invert, multiply } from '../../voxels/affine.ts';
import { correlationUnder, register } from '../../voxels/registration/register.ts';
import { shrinkTo, type Volume } from '../../voxels/registration/shrink.ts';
import { resample } from '../../voxels/resample.ts';
import type { BoldRun } from './load.ts';
import { grow } from './mask.ts';

export interface ToTemplate {
  /** From RAS mm of the run to mm of the template. */
  boldToTemplate: Affine;
  /** From RAS mm of the run to RAS mm of the T1, where there is one. */
  boldToT1: Affine | undefined;
  /** Correlation of T1 (or of the mean EPI) and template under the template's brain. */
  ncc: number;
  issues: Issue[];
}

/** Below this the images do not lie on each other and nothing is read off an atlas. */
const leastNcc = 0.6;
const doubtfulNcc = 0.75;

/**
 * Where the brain of a run lies in the template: EPI to T1 rigid, T1 to template affine, both by mutual information. The brain
 * of the T1 is cut out with the mask of the run. Without a T1 the EPI itself goes to the template, which its distortion makes
 * less exact. `template`: brain without skull, 0 outside. Undefined transform: `refused` says why.
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
  const { fixedToMoving } = register(fixed, moving, {
    ...{ freedom: 12, fixedMask: around },
    ...(progress && { progress: (fraction) => progress(0.4 + 0.6 * fraction) }),
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
  return { boldToTemplate: invert(templateToBold), boldToT1, ncc, issues };
}
