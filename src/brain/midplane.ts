import type { Grid } from '../dossier/grid.ts';
import { apply, invert, type Vector } from '../voxels/affine.ts';

/** Points p with normal . p = offset, in RAS mm; `normal` is a unit vector that points to the patient's right. */
export interface Midplane {
  normal: Vector;
  offsetMm: number;
  /** Correlation between the image and its mirror image over the brain: 1 for a perfectly symmetric one. */
  symmetry: number;
}

/**
 * The plane about which a head is most symmetric: the one whose mirror image correlates best with the image, over every
 * fourth brain voxel along each axis (after Ardekani 1997 and Liu 2001, who maximise the same correlation). Starts from
 * the plane across the centre of the brain at right angles to the left-right axis; shift and two angles are halved in
 * step from 4 mm and 4 degrees to 0.25. Undefined when there are no brain voxels.
 */
export function findMidplane(
  image: Uint8Array,
  brain: ArrayLike<number>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
): Midplane | undefined {
  const points = sample(image, brain, grid);
  if (points.values.length === 0) return undefined;
  const { centre } = points;
  const plane = ([shift, roll, yaw]: readonly number[]): { normal: Vector; offsetMm: number } => {
    const radians = [roll!, yaw!].map((degrees) => (degrees * Math.PI) / 180);
    const tilted = [1, Math.tan(radians[1]!), Math.tan(radians[0]!)];
    const length = Math.hypot(...tilted);
    const normal = tilted.map((one) => one / length) as [number, number, number];
    return { normal, offsetMm: dot(normal, centre) + shift! };
  };
  const toVoxel = invert(grid.affineRas);
  let best = [0, 0, 0];
  let score = mirrored(image, grid, toVoxel, points, plane(best));
  for (let step = 4; step >= 0.25; step /= 2) {
    for (let improved = true; improved; ) {
      improved = false;
      for (let axis = 0; axis < 3; axis++)
        for (const sign of [-1, 1]) {
          const next = best.map((value, at) => (at === axis ? value + sign * step : value));
          // A head that lies more than 30 degrees or 40 mm off is beyond what the networks label well.
          if (Math.abs(next[0]!) > 40 || Math.abs(next[1]!) > 30 || Math.abs(next[2]!) > 30) continue;
          const candidate = mirrored(image, grid, toVoxel, points, plane(next));
          if (candidate > score) {
            score = candidate;
            best = next;
            improved = true;
          }
        }
    }
  }
  return { ...plane(best), symmetry: score };
}

/** Signed distance in mm: positive on the patient's right. */
export function sideOf({ normal, offsetMm }: Pick<Midplane, 'normal' | 'offsetMm'>, point: Vector): number {
  return dot(normal, point) - offsetMm;
}

interface Points {
  /** RAS mm, x0, y0, z0, x1, ... */
  at: Float64Array;
  values: Float64Array;
  centre: Vector;
}

function sample(
  image: Uint8Array,
  brain: ArrayLike<number>,
  { shape: [ni, nj, nk], affineRas }: Pick<Grid, 'shape' | 'affineRas'>,
): Points {
  const at: number[] = [];
  const values: number[] = [];
  const sum = [0, 0, 0];
  for (let k = 0; k < nk; k += 4)
    for (let j = 0; j < nj; j += 4)
      for (let i = 0; i < ni; i += 4) {
        const index = i + ni * (j + nj * k);
        if (!brain[index]) continue;
        const point = apply(affineRas, [i, j, k]);
        at.push(...point);
        values.push(image[index]!);
        for (let axis = 0; axis < 3; axis++) sum[axis]! += point[axis]!;
      }
  const centre = sum.map((one) => one / Math.max(1, values.length)) as [number, number, number];
  return { at: Float64Array.from(at), values: Float64Array.from(values), centre };
}

/** Pearson's correlation between the values at the points and those at their mirror images. */
function mirrored(
  image: Uint8Array,
  { shape: [ni, nj, nk] }: Pick<Grid, 'shape'>,
  toVoxel: number[],
  { at, values }: Points,
  { normal, offsetMm }: { normal: Vector; offsetMm: number },
): number {
  let [sumA, sumB, sumAa, sumBb, sumAb] = [0, 0, 0, 0, 0];
  for (let index = 0; index < values.length; index++) {
    const point = [at[3 * index]!, at[3 * index + 1]!, at[3 * index + 2]!] as const;
    const twice = 2 * (dot(normal, point) - offsetMm);
    const [x, y, z] = apply(toVoxel, [
      point[0] - twice * normal[0],
      point[1] - twice * normal[1],
      point[2] - twice * normal[2],
    ]);
    const [i, j, k] = [Math.round(x), Math.round(y), Math.round(z)];
    const inside = i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk;
    const a = values[index]!;
    const b = inside ? image[i + ni * (j + nj * k)]! : 0;
    sumA += a;
    sumB += b;
    sumAa += a * a;
    sumBb += b * b;
    sumAb += a * b;
  }
  const n = values.length;
  const spread = Math.sqrt((sumAa - (sumA * sumA) / n) * (sumBb - (sumB * sumB) / n));
  return spread > 0 ? (sumAb - (sumA * sumB) / n) / spread : 0;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
