import type { Affine } from '../../dossier/grid.ts';
import { apply, invert, multiply, spacingMm, type Vector } from '../affine.ts';
import { boundingBox, boxSize, grow } from '../box.ts';
import { resample } from '../resample.ts';
import {
  axisTaps,
  bending,
  type ControlGrid,
  gather,
  parts,
  pointTaps,
  refined,
  type Size,
  spread,
  stillGrid,
  type Taps,
} from './controlGrid.ts';
import { descend } from './lbfgs.ts';
import { localCorrelation } from './localCorrelation.ts';
import { shrinkTo, smoothVolume, type Volume } from './shrink.ts';

/** Where each point x of a template lies in an image: `affine` applied to x + u(x). */
export interface Warp {
  /** From RAS mm of the fixed image to RAS mm of the moving one. */
  affine: Affine;
  /** Voxels on which the displacement u is given; beyond them it keeps the value of the border. */
  grid: Volume['grid'];
  control: ControlGrid;
}

export interface WarpOptions {
  /** Weight of the bending energy, in mm^2 of squared curvature. Default {@link usualStiffness}. */
  stiffness?: number;
  progress?: (fraction: number) => void;
}

/** A mean squared curvature of 0.0002 per mm^2 costs as much as 0.01 of mean squared local correlation; heads then do not fold. */
export const usualStiffness = 50;

/** 40 mm between control points, then 20, on voxels of 4 mm; then 10 on voxels of 2 mm. */
const levels = [
  { thin: 2, step: 10, radius: 2, iterations: 30, smoothing: 2 },
  { thin: 2, step: 5, radius: 2, iterations: 40, smoothing: 1 },
  { thin: 1, step: 5, radius: 3, iterations: 25, smoothing: 1 },
] as const;
const spacing = 2;

/**
 * Free-form registration (Rueckert 1999) from an affine on: cubic B-splines from coarse to fine, local squared correlation
 * (Avants 2008) minus bending energy, analytic gradients, L-BFGS. Both images show the same contrast. `mask`: where the fixed
 * image is compared, on its grid. Deterministic.
 */
export function warpFreely(
  fixed: Volume,
  moving: Volume,
  affine: Affine,
  mask: ArrayLike<number>,
  { stiffness = usualStiffness, progress }: WarpOptions = {},
): Warp {
  const place = cropped(fixed, mask);
  const aligned = alignedTo(place.grid, moving, affine);
  const whole = sizeOf(place.grid);
  let control: ControlGrid | undefined;
  const mm = spacingMm(place.grid.affineRas);
  for (const [at, { thin, step, radius, iterations, smoothing }] of levels.entries()) {
    const size = whole.map((n) => Math.ceil(n / thin)) as [number, number, number];
    const thinned = (values: Float32Array): Float32Array =>
      everyNth(smoothVolume(values, whole, smoothing), whole, thin);
    const images = { fixed: thinned(place.values), moving: thinned(aligned), mask: everyNth(place.mask, whole, thin) };
    const steps = [step, step, step] as const;
    control = control ? refined(control, size, steps) : stillGrid(size, steps);
    const voxelMm = mm.map((one) => one * thin) as [number, number, number];
    const value = objective(images, size, turnToVoxels(place.grid, thin), voxelMm, control, { radius, stiffness });
    const { x } = descend(value, control.coefficients, {
      ...{ iterations, firstMove: thin },
      each: (done) => progress?.((at + done) / levels.length),
    });
    control = { ...control, coefficients: x };
  }
  progress?.(1);
  return { affine, grid: place.grid, control: control! };
}

/** Minus the similarity, plus the bending energy, by coefficients, with its gradient. */
function objective(
  images: { fixed: Float32Array; moving: Float32Array; mask: Uint8Array },
  size: Size,
  toVoxels: readonly number[],
  voxelMm: Size,
  { size: points, stepVoxels }: ControlGrid,
  { radius, stiffness }: { radius: number; stiffness: number },
): (x: Float64Array, gradient: Float64Array) => number {
  const taps = size.map((n, axis) => axisTaps(n, stepVoxels[axis]!)) as [Taps, Taps, Taps];
  const stepMm = stepVoxels.map((step, axis) => step * voxelMm[axis]!) as [number, number, number];
  const similarity = localCorrelation(images.fixed, size, images.mask, radius);
  const n = points[0] * points[1] * points[2];
  const warped = new Float32Array(images.fixed.length);
  const byValue = new Float32Array(warped.length);
  const slopes = [0, 1, 2].map(() => new Float32Array(warped.length)) as [Float32Array, Float32Array, Float32Array];
  return (x, gradient) => {
    const each = [0, 1, 2].map((axis) => x.subarray(axis * n, (axis + 1) * n));
    sampleMoved(images.moving, size, each.map((part) => spread(part, points, taps)) as typeof slopes, toVoxels, {
      ...{ warped, slopes },
    });
    let value = -similarity.of(warped, byValue);
    for (const [axis, part] of each.entries()) {
      const slope = slopes[axis]!;
      for (let at = 0; at < slope.length; at++) slope[at]! *= -byValue[at]!;
      const pull = gather(slope, points, taps);
      const bend = bending(part, points, stepMm);
      value += (stiffness * bend.energy) / n;
      for (let at = 0; at < n; at++) gradient[axis * n + at] = pull[at]! + (stiffness * bend.gradient[at]!) / n;
    }
    return value;
  };
}

/** An image at each voxel moved by u (mm), and its slopes by x, y, z in mm; outside it is 0. */
function sampleMoved(
  values: Float32Array,
  [ni, nj, nk]: Size,
  [ux, uy, uz]: readonly [Float32Array, Float32Array, Float32Array],
  m: readonly number[],
  { warped, slopes: [sx, sy, sz] }: { warped: Float32Array; slopes: [Float32Array, Float32Array, Float32Array] },
): void {
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const [a, b, c] = [ux[at]!, uy[at]!, uz[at]!];
        const x = i + m[0]! * a + m[1]! * b + m[2]! * c;
        const y = j + m[3]! * a + m[4]! * b + m[5]! * c;
        const z = k + m[6]! * a + m[7]! * b + m[8]! * c;
        const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
        if (x0 < 0 || y0 < 0 || z0 < 0 || x0 >= ni - 1 || y0 >= nj - 1 || z0 >= nk - 1) {
          warped[at] = sx[at] = sy[at] = sz[at] = 0;
          continue;
        }
        const [fx, fy, fz] = [x - x0, y - y0, z - z0];
        const p = x0 + ni * (y0 + nj * z0);
        const q = p + ni * nj;
        const [v000, v100, v010, v110] = [values[p]!, values[p + 1]!, values[p + ni]!, values[p + ni + 1]!];
        const [v001, v101, v011, v111] = [values[q]!, values[q + 1]!, values[q + ni]!, values[q + ni + 1]!];
        const [w00, w10] = [v000 + fx * (v100 - v000), v010 + fx * (v110 - v010)];
        const [w01, w11] = [v001 + fx * (v101 - v001), v011 + fx * (v111 - v011)];
        const [low, high] = [w00 + fy * (w10 - w00), w01 + fy * (w11 - w01)];
        warped[at] = low + fz * (high - low);
        const di =
          (1 - fz) * ((1 - fy) * (v100 - v000) + fy * (v110 - v010)) +
          fz * ((1 - fy) * (v101 - v001) + fy * (v111 - v011));
        const dj = (1 - fz) * (w10 - w00) + fz * (w11 - w01);
        const dk = high - low;
        sx[at] = di * m[0]! + dj * m[3]! + dk * m[6]!;
        sy[at] = di * m[1]! + dj * m[4]! + dk * m[7]!;
        sz[at] = di * m[2]! + dj * m[5]! + dk * m[8]!;
      }
}

/** A point of the fixed image, RAS mm, in the moving one. */
export function warper({ affine, grid, control }: Warp): (point: Vector) => [number, number, number] {
  const toVoxel = invert(grid.affineRas);
  const size = sizeOf(grid);
  const [ci, cj] = control.size;
  const each = parts(control);
  return (point) => {
    const taps = apply(toVoxel, point).map((at, axis) => {
      const inside = Math.max(0, Math.min(size[axis]! - 1, at));
      return pointTaps(inside / control.stepVoxels[axis]!, control.size[axis]! - 4);
    });
    const moved = each.map((part, axis) => {
      let sum = point[axis]!;
      for (let c = 0; c < 4; c++)
        for (let b = 0; b < 4; b++)
          for (let a = 0; a < 4; a++)
            sum +=
              taps[0]!.weights[a]! *
              taps[1]!.weights[b]! *
              taps[2]!.weights[c]! *
              part[taps[0]!.first + a + ci * (taps[1]!.first + b + cj * (taps[2]!.first + c))]!;
      return sum;
    }) as [number, number, number];
    return apply(affine, moved);
  };
}

/**
 * Places of the moving image, RAS mm, x then y then z, at each voxel of a grid of the fixed image: what is written to a file so
 * that others need no splines.
 */
export function mappedPlaces(warp: Warp, target: Volume['grid']): [Float32Array, Float32Array, Float32Array] {
  const [ni, nj, nk] = target.shape;
  const places = [0, 1, 2].map(() => new Float32Array(ni * nj * nk)) as [Float32Array, Float32Array, Float32Array];
  const map = warper(warp);
  for (let at = 0; at < ni * nj * nk; at++) {
    const point = map(apply(target.affineRas, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]));
    for (let axis = 0; axis < 3; axis++) places[axis]![at] = point[axis]!;
  }
  return places;
}

/** The fixed image around its mask with a frame of 8 mm, in voxels of about 2 mm. */
function cropped(fixed: Volume, mask: ArrayLike<number>): Volume & { values: Float32Array; mask: Uint8Array } {
  const small = shrinkTo(fixed, spacing);
  const part = shrinkTo({ grid: fixed.grid, values: mask }, spacing);
  const size = sizeOf(small.grid);
  const box = boundingBox(part.values, size, (value) => value >= 0.5);
  if (!box) throw new RangeError('the mask of the fixed image is empty');
  const { low, high } = grow(box, 4, size);
  const inner = boxSize({ low, high });
  const m = small.grid.affineRas;
  const origin = apply(m, low);
  const grid = {
    shape: [...inner, 1] as [number, number, number, number],
    affineRas: [...m.slice(0, 3), origin[0], ...m.slice(4, 7), origin[1], ...m.slice(8, 11), origin[2], 0, 0, 0, 1],
  };
  const values = new Float32Array(inner[0] * inner[1] * inner[2]);
  const inside = new Uint8Array(values.length);
  for (let k = 0, at = 0; k < inner[2]; k++)
    for (let j = 0; j < inner[1]; j++)
      for (let i = 0; i < inner[0]; i++, at++) {
        const from = i + low[0] + size[0] * (j + low[1] + size[1] * (k + low[2]));
        values[at] = small.values[from]!;
        inside[at] = part.values[from]! >= 0.5 ? 1 : 0;
      }
  return { grid, values, mask: inside };
}

function alignedTo(grid: Volume['grid'], moving: Volume, affine: Affine): Float32Array {
  const small = shrinkTo(moving, spacing);
  // Where the moving image lies as the fixed one sees it.
  const seen = { shape: small.grid.shape, affineRas: multiply(invert(affine), small.grid.affineRas) };
  return resample(small.values, seen, grid, { interpolation: 'trilinear' });
}

function everyNth<T extends Float32Array | Uint8Array>(values: T, [ni, nj, nk]: Size, nth: number): T {
  if (nth === 1) return values;
  const [mi, mj, mk] = [Math.ceil(ni / nth), Math.ceil(nj / nth), Math.ceil(nk / nth)];
  const result = new (values.constructor as new (length: number) => T)(mi * mj * mk);
  for (let k = 0, at = 0; k < mk; k++)
    for (let j = 0; j < mj; j++) for (let i = 0; i < mi; i++) result[at++] = values[nth * (i + ni * (j + nj * k))]!;
  return result;
}

/** Millimetres to voxels `thin` times as wide as those of a grid, without shift, row-major 3 x 3. */
function turnToVoxels({ affineRas }: Volume['grid'], thin: number): number[] {
  const m = invert(affineRas);
  return [0, 1, 2, 4, 5, 6, 8, 9, 10].map((at) => m[at]! / thin);
}

function sizeOf({ shape }: Volume['grid']): [number, number, number] {
  return [shape[0], shape[1], shape[2]];
}
