import { type Issue, issue } from '../../dossier/issue.ts';
import type { Frame } from './frames.ts';
import { centreOf, type Place, type Run } from './places.ts';
import { add, dot, length, scale, subtract } from './vectors.ts';

/** Positions are printed with four decimals or six digits: ends of a stack may be off by this much together, mm. */
const roundingMm = 1.5e-4;

export interface StackGeometry {
  /** LPS vector from slice to slice, and LPS position of the first voxel of slice 0. */
  step: readonly number[];
  origin: readonly number[];
  issues: Issue[];
}

/** One slice: what the header states is all there is. */
function singleSlice(frame: Frame, normal: readonly number[]): StackGeometry {
  const stated = frame.sliceSpacing ?? frame.sliceThickness;
  const issues =
    stated === undefined
      ? [
          issue('warning', 'slice-thickness-missing', 'One slice without a thickness: 1 mm was assumed.', {
            place: '(0018,0050)',
            remedy: 'Do not use volumes in ml from this image.',
          }),
        ]
      : [];
  return { step: scale(normal, stated ?? 1), origin: frame.position!, issues };
}

/** The stated spacing along the normal when the positions differ from it by rounding alone. */
function withoutRounding(
  step: readonly number[],
  steps: number,
  normal: readonly number[],
  frame: Frame,
): readonly number[] {
  const along = dot(step, normal);
  for (const stated of [frame.sliceSpacing, frame.sliceThickness])
    if (stated !== undefined && stated !== along && Math.abs(stated - along) * steps <= roundingMm)
      return add(step, scale(normal, stated - along));
  return step;
}

/**
 * Step and origin of a stack from the positions of all its slices: the mean step (the stated one where only rounding
 * parts them), and the origin for which the slice that lies farthest off lies as near as can be. Tilt and uneven
 * spacing are said.
 */
export function stackGeometry(run: Run, normal: readonly number[]): StackGeometry {
  const there = run.places.flatMap((place, k) => (place ? [{ k, at: centreOf(place), place: place as Place }] : []));
  const first = there[0]!.place.frames[0]!;
  if (run.stepMm === undefined) return singleSlice(first, normal);
  const issues: Issue[] = [];
  const steps = run.places.length - 1;
  const begin = there[0]!.at;
  const step = withoutRounding(scale(subtract(there.at(-1)!.at, begin), 1 / steps), steps, normal, first);
  const residuals = there.map(({ k, at }) => subtract(at, add(begin, scale(step, k))));
  const shift = [0, 1, 2].map(
    (axis) => (Math.max(...residuals.map((one) => one[axis]!)) + Math.min(...residuals.map((one) => one[axis]!))) / 2,
  );
  const worst = Math.max(...residuals.map((one) => length(subtract(one, shift))));
  const even = worst <= roundingMm;
  const along = dot(step, normal);
  const sideways = Math.sqrt(Math.max(0, dot(step, step) - along * along));
  const degrees = (Math.atan2(sideways, along) * 180) / Math.PI;
  if (degrees > 0.5)
    issues.push(
      issue(
        'warning',
        'gantry-tilt',
        `Slices are shifted against each other by ${degrees.toFixed(1)} degrees (gantry tilt or shear); the affine is sheared accordingly.`,
        { remedy: 'Resample to a grid with right angles before filtering or segmenting.' },
      ),
    );
  if (worst > 0.05 * along + 0.01)
    issues.push(
      issue(
        'warning',
        'slice-spacing-unequal',
        `Slices lie up to ${worst.toFixed(2)} mm from an even stack with steps of ${along.toFixed(3)} mm.`,
        { remedy: 'Expect errors of that size in positions and volumes.' },
      ),
    );
  if (first.sliceSpacing !== undefined && Math.abs(first.sliceSpacing - along) > 0.05 * along)
    issues.push(
      issue(
        'info',
        'slice-spacing-differs',
        `SpacingBetweenSlices says ${first.sliceSpacing} mm; the positions say ${along.toFixed(3)} mm, which was used.`,
      ),
    );
  return { step, origin: even ? add(begin, shift) : begin, issues };
}
