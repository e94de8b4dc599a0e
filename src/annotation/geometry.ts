import type { Grid } from '../dossier/grid.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { orientationCode } from '../voxels/affine.ts';
import { indexFrame } from '../voxels/indexFrame.ts';
import type { MeasureKind, Plane, PointRas, Slice } from './contents.ts';

export interface Geometry {
  value: number;
  unit: 'mm' | 'deg';
  longAxisMm?: number;
}

const axes = ['i', 'j', 'k'] as const;
const letters: Record<Exclude<Plane, 'free'>, string> = { axial: 'SI', coronal: 'AP', sagittal: 'LR' };

/** Short axes further than this from a right angle to the long axis are refused: they are no short axes. */
const rightAngleToleranceDeg = 5;

/** Length, short axis or angle of points in mm, RAS. Regions have values, not geometry: see roi.ts. */
export function measureGeometry(
  measure: Exclude<MeasureKind, 'roi-statistics'>,
  points: readonly PointRas[],
): Geometry | { refused: Issue } {
  switch (measure) {
    case 'length':
      return length(points);
    case 'short-axis':
      return shortAxis(points);
    case 'angle':
      return angle(points);
  }
}

function length(points: readonly PointRas[]): Geometry | { refused: Issue } {
  if (points.length < 2) return wrongCount('A length', 'two points or more', points);
  let value = 0;
  for (let at = 1; at < points.length; at++) value += norm(minus(points[at]!, points[at - 1]!));
  return value > 0 ? { value, unit: 'mm' } : noExtent();
}

/** The part of the short line that is perpendicular to the long one. */
function shortAxis(points: readonly PointRas[]): Geometry | { refused: Issue } {
  if (points.length !== 4)
    return wrongCount('A short axis', 'both ends of the long axis, then of the short one', points);
  const [a, b, c, d] = points as [PointRas, PointRas, PointRas, PointRas];
  const [long, short] = [minus(b, a), minus(d, c)];
  const [longMm, shortMm] = [norm(long), norm(short)];
  if (!(longMm > 0 && shortMm > 0)) return noExtent();
  const cosine = dot(long, short) / (longMm * shortMm);
  const offDeg = degrees(Math.asin(Math.min(1, Math.abs(cosine))));
  if (offDeg > rightAngleToleranceDeg)
    return refuse(
      'short-axis-not-perpendicular',
      `The short axis is ${offDeg.toFixed(1)}° off the perpendicular of the long axis; up to ${rightAngleToleranceDeg}° are taken.`,
      'Draw it at a right angle to the long axis.',
    );
  const value = shortMm * Math.sqrt(1 - cosine * cosine);
  if (value > longMm)
    return refuse(
      'short-axis-longer',
      'The short axis is longer than the long one.',
      'Draw the longest diameter first.',
    );
  return { value, unit: 'mm', longAxisMm: longMm };
}

/** At the second of three points, 0 to 180; between two lines, 0 to 90 (as of Cobb). */
function angle(points: readonly PointRas[]): Geometry | { refused: Issue } {
  if (points.length !== 3 && points.length !== 4)
    return wrongCount('An angle', 'three points, or both ends of two lines', points);
  const [a, b, c, d] = points as [PointRas, PointRas, PointRas, PointRas | undefined];
  const [first, second] = d ? [minus(b, a), minus(d, c)] : [minus(a, b), minus(c, b)];
  if (!(norm(first) > 0 && norm(second) > 0)) return noExtent();
  // atan2 keeps its digits near 0 and 180 degrees, where the cosine loses them.
  const value = degrees(Math.atan2(norm(cross(first, second)), dot(first, second)));
  return { value: d ? Math.min(value, 180 - value) : value, unit: 'deg' };
}

/** Which slice of the image a set of points lies in, if they were drawn in a plane. `points-outside-image`, `points-off-plane`. */
export function sliceOf(
  points: readonly PointRas[],
  grid: Grid,
  plane: Plane,
): { slice: Slice | undefined } | { refused: Issue } {
  const frame = indexFrame(grid);
  const indices = points.map((point) => frame.toIndex(...point));
  const outside = indices.filter((index) =>
    index.some((value, axis) => !(value >= -0.5 - 1e-3 && value <= grid.shape[axis]! - 0.5 + 1e-3)),
  ).length;
  if (outside > 0)
    return refuse(
      'points-outside-image',
      `${outside} of ${points.length} points lie outside the image.`,
      'Draw on the image that the measurement names.',
    );
  if (plane === 'free') return { slice: undefined };
  const normal = [...orientationCode(grid.affineRas)].findIndex((letter) => letters[plane].includes(letter));
  const along = indices.map((index) => index[normal]!);
  const [low, high] = [Math.min(...along), Math.max(...along)];
  if (high - low > 0.5)
    return refuse(
      'points-off-plane',
      `The points are up to ${(high - low).toFixed(2)} slices apart; in one ${plane} plane of the image they would be in one slice.`,
      'Draw in one slice, or state the plane `free`.',
    );
  const index = Math.min(grid.shape[normal]! - 1, Math.max(0, Math.round((low + high) / 2)));
  return { slice: { axis: axes[normal]!, index } };
}

function minus(a: PointRas, b: PointRas): PointRas {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: PointRas, b: PointRas): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: PointRas, b: PointRas): PointRas {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function norm(a: PointRas): number {
  return Math.hypot(...a);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

function wrongCount(what: string, needs: string, points: readonly PointRas[]): { refused: Issue } {
  return refuse(
    'points-wrong-count',
    `${what} is made of ${needs}; there are ${points.length} points.`,
    'Draw it again.',
  );
}

function noExtent(): { refused: Issue } {
  return refuse('points-coincide', 'Two points that make a line coincide.', 'Draw it again.');
}

function refuse(code: string, message: string, remedy: string): { refused: Issue } {
  return { refused: issue('error', code, message, { remedy }) };
}
