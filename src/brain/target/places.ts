import type { Affine } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { apply, invert, multiply } from '../../voxels/affine.ts';
import { resample } from '../../voxels/resample.ts';
import type { Point } from './locate.ts';

export interface Places {
  /** A point of MNI152 in the T1, RAS mm; undefined outside the grid. */
  at(point: Point): Point | undefined;
  /** The affine that fits all places best, from MNI152 to the T1. */
  affine: Affine;
}

/** Reads the artifact `template-places`: x, y and z of the T1 (RAS mm) as three volumes on a grid of MNI152. */
export async function readPlaces(image: ImageHandle): Promise<Places> {
  const [ni, nj, nk] = image.grid.shape;
  const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
  const parts = [await image.readVolume(0), await image.readVolume(1), await image.readVolume(2)];
  const toVoxel = invert(grid.affineRas);
  const middle = [(ni - 1) / 2, (nj - 1) / 2, (nk - 1) / 2];
  const spreads = [ni, nj, nk].map((n) => (n * n - 1) / 12);
  // On a regular grid the axes are orthogonal: each slope of the best plane stands alone.
  const rows = parts.map((values) => {
    const sums = [0, 0, 0, 0];
    for (let at = 0; at < values.length; at++) {
      const voxel = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
      for (let axis = 0; axis < 3; axis++) sums[axis]! += (voxel[axis]! - middle[axis]!) * values[at]!;
      sums[3]! += values[at]!;
    }
    const slopes = [0, 1, 2].map((axis) => sums[axis]! / values.length / spreads[axis]!);
    const shift = sums[3]! / values.length - slopes.reduce((sum, slope, axis) => sum + slope * middle[axis]!, 0);
    return [...slopes, shift];
  });
  const byVoxel = [...rows.flat(), 0, 0, 0, 1];
  return {
    affine: multiply(byVoxel, toVoxel),
    at(point) {
      const inside = apply(toVoxel, point).every((one, axis) => one >= 0 && one <= grid.shape[axis]! - 1);
      if (!inside) return undefined;
      const one = {
        shape: [1, 1, 1, 1] as [number, number, number, number],
        affineRas: [1, 0, 0, point[0], 0, 1, 0, point[1], 0, 0, 1, point[2], 0, 0, 0, 1],
      };
      return parts.map((values) => resample(values, grid, one, { interpolation: 'trilinear' })[0]!) as Point;
    },
  };
}

/** Step of the differences below: the spacing of the places. */
const stepMm = 4;

/**
 * The largest stretch of lengths from MNI152 to the T1 at a point: what a radius grows by, so that the ball in the T1 holds the
 * image of the ball in MNI152. Undefined at the rim of the grid.
 */
export function stretchAt(places: Pick<Places, 'at'>, [x, y, z]: Point): number | undefined {
  const columns: Point[] = [];
  for (const [dx, dy, dz] of [
    [stepMm, 0, 0],
    [0, stepMm, 0],
    [0, 0, stepMm],
  ] as const) {
    const [ahead, behind] = [places.at([x + dx, y + dy, z + dz]), places.at([x - dx, y - dy, z - dz])];
    if (!ahead || !behind) return undefined;
    columns.push(ahead.map((one, axis) => (one - behind[axis]!) / (2 * stepMm)) as Point);
  }
  const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const squares = columns.map((a) => columns.map((b) => dot(a, b)) as Point) as [Point, Point, Point];
  // Power iteration; from all three axes, so that no start is orthogonal to the answer.
  let most = 0;
  for (const start of [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as Point[]) {
    let vector = start;
    for (let step = 0; step < 60; step++) {
      const next = squares.map((row) => dot(row, vector)) as Point;
      const length = Math.sqrt(dot(next, next));
      if (length === 0) break;
      vector = next.map((one) => one / length) as Point;
      most = Math.max(most, dot(vector, squares.map((row) => dot(row, vector)) as Point));
    }
  }
  return Math.sqrt(most);
}
