import type { Grid } from '../dossier/grid.ts';
import type { Contour } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { indexFrame } from './indexFrame.ts';
import { emptyMask, type RegionMask } from './mask.ts';

/** A contour in voxel indices: i0,j0,i1,j1,... in the plane `k` (continuous). */
interface FlatContour {
  k: number;
  ij: Float64Array;
}

/** Contours whose planes differ by less than this many slices are drawn on the same plane. */
const samePlane = 0.02;

/**
 * Fills closed planar contours: a voxel is inside when its centre is inside by the even-odd rule over all contours of its
 * plane, so that a contour within a contour is a hole.
 *
 * Plane k of the image takes the contours of the nearest contour plane, when that lies within half of the larger of the
 * two spacings (image slices, contour planes); so contours drawn on coarser or finer slices neither leave gaps nor cancel
 * each other. Planes that are missing within the stack are not filled, but named.
 *
 * @param contoursRas x0,y0,z0,x1,... mm, RAS, in the frame of reference of `grid`
 * @returns the voxels, and issues `contour-degenerate`, `contour-oblique`, `contour-between-planes`,
 * `contour-plane-missing`, `contour-outside-image`, `region-empty`
 */
export function rasterise(contoursRas: readonly Contour[], grid: Grid): { mask: RegionMask; issues: Issue[] } {
  const issues: Issue[] = [];
  const { flat, degenerate, oblique } = flatten(contoursRas, grid);
  if (degenerate > 0)
    issues.push(
      issue(
        'warning',
        'contour-degenerate',
        `${degenerate} contours have fewer than three points or points that are not numbers; they enclose nothing.`,
      ),
    );
  if (oblique > 0)
    issues.push(
      issue(
        'error',
        'contour-oblique',
        `${oblique} contours are not parallel to the slices of the image and were left out.`,
        {
          remedy: 'Use contours that were drawn on the slices of this image.',
        },
      ),
    );
  const planes = groupByPlane(flat);
  const matched = matchPlanes(planes, grid.shape[2]);
  issues.push(...matched.issues);

  const box = boxOf(matched.planes, grid);
  if (!box) {
    issues.push(
      issue('error', 'region-empty', 'No voxel of the image lies inside the region.', {
        remedy: 'Check that region and image belong together.',
      }),
    );
    return { mask: emptyMask(grid), issues };
  }
  const { origin, size } = box;
  const inside = new Uint8Array(size[0] * size[1] * size[2]);
  for (const [k, contours] of matched.planes) {
    const plane = inside.subarray((k - origin[2]) * size[0] * size[1], (k - origin[2] + 1) * size[0] * size[1]);
    for (const contour of contours) toggle(contour.ij, plane, origin, size);
  }
  let voxels = 0;
  for (const bit of inside) voxels += bit;
  if (voxels === 0) {
    issues.push(
      issue('error', 'region-empty', 'No voxel centre of the image lies inside the region.', {
        remedy: 'The region is smaller than a voxel of this image.',
      }),
    );
    return { mask: emptyMask(grid), issues };
  }
  return { mask: { grid, origin, size, inside, voxels }, issues };
}

function flatten(
  contours: readonly Contour[],
  grid: Grid,
): { flat: FlatContour[]; degenerate: number; oblique: number } {
  const frame = indexFrame(grid);
  const flat: FlatContour[] = [];
  let degenerate = 0;
  let oblique = 0;
  for (const contour of contours) {
    const points = Math.floor(contour.length / 3);
    const ij = new Float64Array(2 * points);
    let low = Infinity;
    let high = -Infinity;
    for (let p = 0; p < points; p++) {
      const [i, j, k] = frame.toIndex(contour[3 * p]!, contour[3 * p + 1]!, contour[3 * p + 2]!);
      ij[2 * p] = i;
      ij[2 * p + 1] = j;
      low = Math.min(low, k);
      high = Math.max(high, k);
    }
    if (points < 3 || !ij.every(Number.isFinite) || !Number.isFinite(low + high)) degenerate++;
    else if (high - low > 0.5) oblique++;
    else flat.push({ k: (low + high) / 2, ij });
  }
  return { flat, degenerate, oblique };
}

function groupByPlane(flat: FlatContour[]): { k: number; contours: FlatContour[] }[] {
  const planes: { k: number; contours: FlatContour[] }[] = [];
  for (const contour of [...flat].sort((a, b) => a.k - b.k)) {
    const last = planes.at(-1);
    if (last && contour.k - last.k < samePlane) last.contours.push(contour);
    else planes.push({ k: contour.k, contours: [contour] });
  }
  return planes;
}

/** Gives each image plane its contours. Distances are in image slices. */
function matchPlanes(
  planes: { k: number; contours: FlatContour[] }[],
  slices: number,
): { planes: Map<number, FlatContour[]>; issues: Issue[] } {
  const matched = new Map<number, FlatContour[]>();
  const issues: Issue[] = [];
  if (planes.length === 0) return { planes: matched, issues };
  const gaps = planes.slice(1).map((plane, index) => plane.k - planes[index]!.k);
  const spacing = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 1;
  const reach = Math.max(1, spacing) / 2;

  const outside = planes.filter((plane) => plane.k < -0.5 || plane.k > slices - 0.5).length;
  if (outside > 0)
    issues.push(
      issue(
        'warning',
        'contour-outside-image',
        `${outside} of ${planes.length} contour planes lie outside the image.`,
        {
          remedy: 'The values describe only the part of the region that the image shows.',
        },
      ),
    );
  const between = planes.filter((plane) => Math.abs(plane.k - Math.round(plane.k)) > 0.1).length;
  if (between > 0 || Math.abs(spacing - 1) > 0.1)
    issues.push(
      issue(
        'warning',
        'contour-between-planes',
        `Contour planes and image slices differ (${between} of ${planes.length} planes lie between slices, one plane per ${spacing.toFixed(2)} slices); each slice takes the nearest contour plane.`,
        {
          remedy: 'Draw the region on the slices of this image.',
        },
      ),
    );
  const missing = gaps.filter((gap) => gap > 1.5 * Math.max(1, spacing)).length;
  if (missing > 0)
    issues.push(
      issue(
        'warning',
        'contour-plane-missing',
        `The stack of contours has ${missing} gaps; the slices in them are not filled.`,
        {
          remedy: 'Complete the region if it should be one piece.',
        },
      ),
    );

  let next = 0;
  for (let k = 0; k < slices; k++) {
    while (next + 1 < planes.length && Math.abs(planes[next + 1]!.k - k) < Math.abs(planes[next]!.k - k)) next++;
    const distance = k - planes[next]!.k;
    // Half open, so that a plane exactly between two slices fills one of them and not both.
    if (distance > -reach + 1e-6 && distance <= reach + 1e-6) matched.set(k, planes[next]!.contours);
  }
  return { planes: matched, issues };
}

function boxOf(planes: Map<number, FlatContour[]>, grid: Grid): Pick<RegionMask, 'origin' | 'size'> | undefined {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const [k, contours] of planes) {
    low[2] = Math.min(low[2]!, k);
    high[2] = Math.max(high[2]!, k);
    for (const { ij } of contours)
      for (let at = 0; at < ij.length; at++) {
        low[at % 2] = Math.min(low[at % 2]!, ij[at]!);
        high[at % 2] = Math.max(high[at % 2]!, ij[at]!);
      }
  }
  const origin = low.map((value) => Math.max(0, Math.floor(value))) as [number, number, number];
  const size = high.map((value, axis) => Math.min(grid.shape[axis]! - 1, Math.ceil(value)) - origin[axis]! + 1) as [
    number,
    number,
    number,
  ];
  return size.every((extent) => extent > 0) ? { origin, size } : undefined;
}

/**
 * Flips every voxel whose centre is inside the polygon. Row by row: the crossings of the row with the edges, sorted, are
 * pairs of entry and exit. An edge covers its lower end and not its upper one, so a vertex is counted once.
 */
function toggle(ij: Float64Array, plane: Uint8Array, origin: RegionMask['origin'], size: RegionMask['size']): void {
  const points = ij.length / 2;
  const crossings: number[] = [];
  for (let row = 0; row < size[1]; row++) {
    const j = row + origin[1];
    crossings.length = 0;
    for (let p = 0, q = points - 1; p < points; q = p++) {
      const [ai, aj, bi, bj] = [ij[2 * q]!, ij[2 * q + 1]!, ij[2 * p]!, ij[2 * p + 1]!];
      if (aj <= j === bj <= j) continue;
      crossings.push(ai + ((j - aj) / (bj - aj)) * (bi - ai));
    }
    crossings.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const from = Math.max(0, Math.ceil(crossings[at]! - origin[0]));
      const to = Math.min(size[0] - 1, Math.ceil(crossings[at + 1]! - origin[0]) - 1);
      for (let i = from; i <= to; i++) plane[row * size[0] + i]! ^= 1;
    }
  }
}
