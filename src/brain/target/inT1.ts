import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { apply, invert, multiply } from '../../voxels/affine.ts';
import { type Head, headOf, type ScalpPoint, scalpPoint } from './headSurface.ts';
import { distance, type Point } from './locate.ts';
import { type Places, stretchAt } from './places.ts';
import type { TargetSettings } from './settings.ts';

/** A point of the scalp above a target, in the frame of the T1 that was given. */
export interface OnScalp extends ScalpPoint {
  /** The same for F3 of the group, and how far apart both points of the scalp are. */
  f3: ScalpPoint;
  fromF3Mm: number;
  /** Depth of the motor cortex of the group, to which an output may be scaled. */
  motorDepthMm: number;
}

/** A target of MNI152 in the T1 of the person: RAS mm as the file of the T1 has them. */
export interface InT1 {
  xyzMm: Point;
  /** The largest stretch of lengths there. */
  stretch: number | undefined;
  /** How far the free-form part of the registration moved the place from where the affine alone has it. */
  freeFormMm: number;
  scalp: OnScalp | { refused: Issue };
}

type Landmarks = Pick<TargetSettings, 'beamF3' | 'motorCortex'>;

/** Where a target lies in a T1 that was laid on MNI152. `says`: what the file of the T1 says of itself (defaced or not). */
export function inT1(
  places: Places,
  t1: { grid: Grid; values: ArrayLike<number> },
  target: Point,
  says: string,
  landmarks: Landmarks,
): InT1 | { refused: Issue } {
  const xyzMm = places.at(target);
  if (!xyzMm)
    return { refused: issue('warning', 'target-outside-template', 'The target lies outside what was registered.') };
  // In millimetres of the template, because there it is known where a nose has to be.
  const toTemplate = invert(places.affine);
  const grid = { ...t1.grid, affineRas: multiply(toTemplate, t1.grid.affineRas) };
  const back = (point: Point): Point => apply(places.affine, point);
  return {
    xyzMm,
    stretch: stretchAt(places, target),
    freeFormMm: distance(xyzMm, back(target)),
    scalp: onScalp(headOf(t1.values, grid), target, says, landmarks, {
      inside: (point) => apply(toTemplate, places.at(point) ?? back(point)),
      outside: back,
    }),
  };
}

const same = (point: Point): Point => point;

/**
 * The scalp above a target, above F3 and above the motor cortex of the group, in a head whose grid is in MNI152. `inside`: where
 * that head itself has a point of MNI152; `outside`: from its grid to the frame in which points and distances are told.
 */
export function onScalp(
  head: Head,
  target: Point,
  says: string,
  { beamF3, motorCortex }: Landmarks,
  { inside, outside } = { inside: same, outside: same },
): OnScalp | { refused: Issue } {
  const above = (point: readonly [number, number, number]): ScalpPoint | { refused: Issue } => {
    const place = inside([...point]);
    const found = scalpPoint(head, place, says);
    if ('refused' in found) return found;
    const xyzMm = outside(found.xyzMm);
    return { xyzMm, depthMm: distance(xyzMm, outside(place)) };
  };
  const [point, f3, motor] = [above(target), above(beamF3.centreMni), above(motorCortex.centreMni)];
  if ('refused' in point) return point;
  if ('refused' in f3) return f3;
  if ('refused' in motor) return motor;
  return { ...point, f3, fromF3Mm: distance(point.xyzMm, f3.xyzMm), motorDepthMm: motor.depthMm };
}
