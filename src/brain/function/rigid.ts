import type { Affine } from '../../dossier/grid.ts';
import { multiply } from '../../voxels/affine.ts';

/** Translations in mm along x, y, z and rotations in radians about x, y, z (RAS), applied about a centre. */
export type RigidParameters = readonly [number, number, number, number, number, number];

/** Affine of x -> R (x - centre) + centre + translation with R = Rz Ry Rx. */
export function rigidAffine(
  [tx, ty, tz, a, b, c]: ArrayLike<number> & Iterable<number>,
  centre: readonly number[],
): Affine {
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a!), Math.sin(a!), Math.cos(b!), Math.sin(b!), Math.cos(c!), Math.sin(c!)];
  const rotation: Affine = [
    ...[cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa, 0],
    ...[sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa, 0],
    ...[-sb, cb * sa, cb * ca, 0],
    ...[0, 0, 0, 1],
  ];
  const [x, y, z] = centre as [number, number, number];
  const to: Affine = [1, 0, 0, x + tx!, 0, 1, 0, y + ty!, 0, 0, 1, z + tz!, 0, 0, 0, 1];
  const from: Affine = [1, 0, 0, -x, 0, 1, 0, -y, 0, 0, 1, -z, 0, 0, 0, 1];
  return multiply(to, multiply(rotation, from));
}

/** Parameters of a rigid affine about a centre: inverse of {@link rigidAffine}. */
export function rigidParameters(m: Affine, centre: readonly number[]): RigidParameters {
  const b = Math.asin(Math.max(-1, Math.min(1, -m[8]!)));
  const a = Math.atan2(m[9]!, m[10]!);
  const c = Math.atan2(m[4]!, m[0]!);
  const [x, y, z] = centre as [number, number, number];
  const moved = [0, 4, 8].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z + m[row + 3]!);
  return [moved[0]! - x, moved[1]! - y, moved[2]! - z, a, b, c];
}
