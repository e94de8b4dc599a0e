import type { MeasureKind } from '../../../src/annotation/contents.ts';
import { dot, plus, scale } from '../../../src/display/planes.ts';
import type { Vector } from '../../../src/voxels/affine.ts';
import { distanceMm, type PaneGeometry } from './geometry.ts';
import type { Tool } from './state.ts';

/** A measurement that is being drawn in one pane. */
export interface Draft {
  tool: Tool;
  /** RAS mm, as placed; the last one follows the pointer. */
  points: Vector[];
}

/** How many points finish a measurement; 0: by dragging or by closing. */
const needed: Partial<Record<Tool, number>> = { length: 2, 'short-axis': 4, angle: 3 };

export function pointsNeeded(tool: Tool): number {
  return needed[tool] ?? 0;
}

export function kindOf(tool: Tool): MeasureKind {
  return tool === 'length' || tool === 'short-axis' || tool === 'angle' ? tool : 'roi-statistics';
}

/** The fourth point of a short axis is held on the perpendicular of the long one through the third. */
export function constrained(draft: Draft, point: Vector, view: PaneGeometry): Vector {
  if (draft.tool !== 'short-axis' || draft.points.length < 4) return point;
  const [a, b, c] = draft.points as [Vector, Vector, Vector];
  const along = plus(b, scale(a, -1));
  const across: Vector = [
    along[1] * view.frame.normal[2] - along[2] * view.frame.normal[1],
    along[2] * view.frame.normal[0] - along[0] * view.frame.normal[2],
    along[0] * view.frame.normal[1] - along[1] * view.frame.normal[0],
  ];
  const length = Math.hypot(...across);
  if (length === 0) return point;
  const unit = scale(across, 1 / length);
  return plus(c, scale(unit, dot(plus(point, scale(c, -1)), unit)));
}

/** The closed contour of an ellipse or rectangle between two corners, in the plane of a pane. */
export function shapeBetween(tool: Tool, from: Vector, to: Vector, view: PaneGeometry): Vector[] {
  const diagonal = plus(to, scale(from, -1));
  const across = scale(view.right, dot(diagonal, view.right));
  const down = scale(view.down, dot(diagonal, view.down));
  if (tool === 'rectangle') return [from, plus(from, across), plus(plus(from, across), down), plus(from, down)];
  const middle = plus(from, plus(scale(across, 0.5), scale(down, 0.5)));
  return Array.from({ length: 64 }, (_, at) => {
    const angle = (2 * Math.PI * at) / 64;
    return plus(middle, plus(scale(across, 0.5 * Math.cos(angle)), scale(down, 0.5 * Math.sin(angle))));
  });
}

/** What the page shows while and after drawing; the server computes again. */
export function measuredValue(tool: Tool, points: readonly Vector[]): { value: number; unit: 'mm' | '°' } | undefined {
  const [a, b, c, d] = points;
  if (tool === 'length' && a && b) return { value: distanceMm(a, b), unit: 'mm' };
  if (tool === 'short-axis' && a && b) return { value: c && d ? distanceMm(c, d) : distanceMm(a, b), unit: 'mm' };
  if (tool === 'angle' && a && b && c) {
    const [first, second] = [plus(a, scale(b, -1)), plus(c, scale(b, -1))];
    const cosine = dot(first, second) / (Math.hypot(...first) * Math.hypot(...second) || 1);
    return { value: (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI, unit: '°' };
  }
  return undefined;
}

/** Lines that show a measurement. */
export function linesOf(kind: MeasureKind, points: readonly Vector[]): Vector[][] {
  if (kind === 'short-axis') return [points.slice(0, 2), points.slice(2, 4)].filter((line) => line.length > 1);
  if (kind === 'roi-statistics') return [points.length > 2 ? [...points, points[0]!] : [...points]];
  if (kind === 'angle' && points.length === 4) return [points.slice(0, 2), points.slice(2, 4)];
  return [[...points]];
}
