import type { Volume } from './shrink.ts';

/**
 * A displacement as uniform cubic B-splines (Rueckert 1999) on the axes of an image grid: one coefficient vector in mm at
 * each control point, `stepVoxels` apart, the first one step before voxel 0.
 */
export interface ControlGrid {
  /** Control points along i, j, k. */
  size: readonly [number, number, number];
  stepVoxels: readonly [number, number, number];
  /** x, y and z in RAS mm, one after the other; i fastest within each. */
  coefficients: Float64Array;
}

export type Size = readonly [number, number, number];

/** A control grid without displacement that covers a grid of voxels. */
export function stillGrid(voxels: Size, stepVoxels: Size): ControlGrid {
  const size = voxels.map((n, axis) => Math.ceil((n - 1) / stepVoxels[axis]!) + 4) as [number, number, number];
  return { size, stepVoxels, coefficients: new Float64Array(3 * size[0] * size[1] * size[2]) };
}

/** Taps of the four control points around each of `n` voxels: index of the first, weights. */
export interface Taps {
  first: Int32Array;
  weights: Float64Array;
}

/** Weights of the cubic B-spline, or of its first derivative by voxels. */
export function axisTaps(n: number, step: number, derivative = false): Taps {
  const first = new Int32Array(n);
  const weights = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) {
    const at = i / step;
    const whole = Math.floor(at);
    first[i] = whole;
    weights.set(derivative ? slopes(at - whole).map((one) => one / step) : splines(at - whole), 4 * i);
  }
  return { first, weights };
}

/** Taps of one place between control points, in steps from voxel 0; `last`: the largest index that may be first. */
export function pointTaps(at: number, last: number): { first: number; weights: number[] } {
  const first = Math.min(last, Math.floor(at));
  return { first, weights: splines(at - first) };
}

function splines(t: number): number[] {
  const s = 1 - t;
  return [(s * s * s) / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, (t * t * t) / 6];
}

function slopes(t: number): number[] {
  return [(-(1 - t) * (1 - t)) / 2, (3 * t * t - 4 * t) / 2, (-3 * t * t + 2 * t + 1) / 2, (t * t) / 2];
}

/** One component of the coefficients spread over the voxels: separable, four taps an axis. */
export function spread(
  part: Float64Array,
  [ci, cj, ck]: Size,
  [ti, tj, tk]: readonly [Taps, Taps, Taps],
): Float32Array {
  const [ni, nj, nk] = [ti.first.length, tj.first.length, tk.first.length];
  const alongI = new Float64Array(ni * cj * ck);
  for (let row = 0; row < cj * ck; row++)
    for (let i = 0; i < ni; i++) {
      const from = row * ci + ti.first[i]!;
      const w = 4 * i;
      alongI[row * ni + i] =
        ti.weights[w]! * part[from]! +
        ti.weights[w + 1]! * part[from + 1]! +
        ti.weights[w + 2]! * part[from + 2]! +
        ti.weights[w + 3]! * part[from + 3]!;
    }
  const alongJ = new Float64Array(ni * nj * ck);
  for (let k = 0; k < ck; k++)
    for (let j = 0; j < nj; j++) {
      const from = ni * (tj.first[j]! + cj * k);
      const to = ni * (j + nj * k);
      const [a, b, c, d] = fourOf(tj, j);
      for (let i = 0; i < ni; i++)
        alongJ[to + i] =
          a * alongI[from + i]! +
          b * alongI[from + ni + i]! +
          c * alongI[from + 2 * ni + i]! +
          d * alongI[from + 3 * ni + i]!;
    }
  const plane = ni * nj;
  const all = new Float32Array(plane * nk);
  for (let k = 0; k < nk; k++) {
    const from = plane * tk.first[k]!;
    const [a, b, c, d] = fourOf(tk, k);
    for (let at = 0; at < plane; at++)
      all[plane * k + at] =
        a * alongJ[from + at]! +
        b * alongJ[from + plane + at]! +
        c * alongJ[from + 2 * plane + at]! +
        d * alongJ[from + 3 * plane + at]!;
  }
  return all;
}

/** The transpose of {@link spread}: what each control point gathers from the voxels. */
export function gather(
  values: Float32Array,
  [ci, cj, ck]: Size,
  [ti, tj, tk]: readonly [Taps, Taps, Taps],
): Float64Array {
  const [ni, nj, nk] = [ti.first.length, tj.first.length, tk.first.length];
  const plane = ni * nj;
  const alongK = new Float64Array(plane * ck);
  for (let k = 0; k < nk; k++) {
    const to = plane * tk.first[k]!;
    const [a, b, c, d] = fourOf(tk, k);
    for (let at = 0; at < plane; at++) {
      const value = values[plane * k + at]!;
      if (value === 0) continue;
      alongK[to + at]! += a * value;
      alongK[to + plane + at]! += b * value;
      alongK[to + 2 * plane + at]! += c * value;
      alongK[to + 3 * plane + at]! += d * value;
    }
  }
  const alongJ = new Float64Array(ni * cj * ck);
  for (let k = 0; k < ck; k++)
    for (let j = 0; j < nj; j++) {
      const from = ni * (j + nj * k);
      const to = ni * (tj.first[j]! + cj * k);
      const [a, b, c, d] = fourOf(tj, j);
      for (let i = 0; i < ni; i++) {
        const value = alongK[from + i]!;
        alongJ[to + i]! += a * value;
        alongJ[to + ni + i]! += b * value;
        alongJ[to + 2 * ni + i]! += c * value;
        alongJ[to + 3 * ni + i]! += d * value;
      }
    }
  const part = new Float64Array(ci * cj * ck);
  for (let row = 0; row < cj * ck; row++)
    for (let i = 0; i < ni; i++) {
      const value = alongJ[row * ni + i]!;
      const to = row * ci + ti.first[i]!;
      for (let tap = 0; tap < 4; tap++) part[to + tap]! += ti.weights[4 * i + tap]! * value;
    }
  return part;
}

function fourOf({ weights }: Taps, at: number): [number, number, number, number] {
  return [weights[4 * at]!, weights[4 * at + 1]!, weights[4 * at + 2]!, weights[4 * at + 3]!];
}

/**
 * The same displacement with control points half as far apart (two-scale relation of the cubic B-spline), on `voxels` of which
 * `stepVoxels` make the new distance; voxel 0 stays where it is.
 */
export function refined({ size, coefficients }: ControlGrid, voxels: Size, stepVoxels: Size): ControlGrid {
  const next = stillGrid(voxels, stepVoxels);
  const from = size[0] * size[1] * size[2];
  const to = next.size[0] * next.size[1] * next.size[2];
  for (let part = 0; part < 3; part++) {
    let values: Float64Array = coefficients.slice(part * from, (part + 1) * from);
    const now: [number, number, number] = [...size];
    for (let axis = 0; axis < 3; axis++) {
      values = halved(values, now, axis, next.size[axis]!);
      now[axis] = next.size[axis]!;
    }
    next.coefficients.set(values, part * to);
  }
  return next;
}

/** New point n of an axis lies at old place (n + 1) / 2: point 0 of both is one step before voxel 0. */
function halved(
  values: Float64Array,
  size: readonly [number, number, number],
  axis: number,
  length: number,
): Float64Array {
  const after = [...size] as [number, number, number];
  after[axis] = length;
  const result = new Float64Array(after[0] * after[1] * after[2]);
  const strides = [1, size[0], size[0] * size[1]];
  const stride = strides[axis]!;
  const old = (at: number): number => Math.max(0, Math.min(size[axis]! - 1, at));
  let to = 0;
  for (let k = 0; k < after[2]; k++)
    for (let j = 0; j < after[1]; j++)
      for (let i = 0; i < after[0]; i++, to++) {
        const index = [i, j, k];
        const n = index[axis]!;
        index[axis] = 0;
        const base = index[0]! + size[0] * (index[1]! + size[1] * index[2]!);
        const value = (at: number): number => values[base + stride * old(at)]!;
        // Place n - 1 of the new spacing is place (n - 1) / 2 of the old one, whose point is one further.
        const half = n - 1;
        const whole = Math.floor(half / 2) + 1;
        result[to] =
          half % 2 === 0
            ? (value(whole - 1) + 6 * value(whole) + value(whole + 1)) / 8
            : (value(whole) + value(whole + 1)) / 2;
      }
  return result;
}

/** Inner products of cubic B-splines and of their first and second derivatives, by distance of control points 0 to 3. */
const grams = [
  [2416 / 5040, 1191 / 5040, 120 / 5040, 1 / 5040],
  [80 / 120, -15 / 120, -24 / 120, -1 / 120],
  [16 / 6, -9 / 6, 0, 1 / 6],
] as const;

/**
 * Bending energy of one component (the integral of all squared second derivatives, Rueckert 1999) in control steps, and its
 * gradient: exact for splines that go on beyond the border.
 */
export function bending(part: Float64Array, size: Size, stepMm: Size): { energy: number; gradient: Float64Array } {
  const gradient = new Float64Array(part.length);
  let energy = 0;
  for (const [orders, times] of [
    [[2, 0, 0], 1],
    [[0, 2, 0], 1],
    [[0, 0, 2], 1],
    [[1, 1, 0], 2],
    [[1, 0, 1], 2],
    [[0, 1, 1], 2],
  ] as const) {
    let values: Float64Array = part;
    let scale: number = times;
    for (let axis = 0; axis < 3; axis++) {
      values = alongAxis(values, size, axis, grams[orders[axis]!]!);
      scale /= stepMm[axis]! ** (2 * orders[axis]!);
    }
    for (let at = 0; at < part.length; at++) {
      energy += scale * part[at]! * values[at]!;
      gradient[at]! += 2 * scale * values[at]!;
    }
  }
  return { energy, gradient };
}

function alongAxis(values: Float64Array, size: Size, axis: number, gram: readonly number[]): Float64Array {
  const result = new Float64Array(values.length);
  const stride = [1, size[0], size[0] * size[1]][axis]!;
  const length = size[axis]!;
  for (let at = 0; at < values.length; at++) {
    const place = Math.floor(at / stride) % length;
    let sum = gram[0]! * values[at]!;
    for (let away = 1; away <= 3; away++) {
      if (place >= away) sum += gram[away]! * values[at - away * stride]!;
      if (place + away < length) sum += gram[away]! * values[at + away * stride]!;
    }
    result[at] = sum;
  }
  return result;
}

/** Displacement x, y, z at each voxel, RAS mm. */
export function displacement(control: ControlGrid, voxels: Size): [Float32Array, Float32Array, Float32Array] {
  const taps = voxels.map((n, axis) => axisTaps(n, control.stepVoxels[axis]!)) as [Taps, Taps, Taps];
  return parts(control).map((part) => spread(part, control.size, taps)) as [Float32Array, Float32Array, Float32Array];
}

export function parts({ coefficients, size }: ControlGrid): [Float64Array, Float64Array, Float64Array] {
  const n = size[0] * size[1] * size[2];
  return [0, 1, 2].map((part) => coefficients.subarray(part * n, (part + 1) * n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
}

/** Determinant of the derivative of x + u(x) at each voxel of an upright grid: local change of volume, above 0 where nothing folds. */
export function jacobian(control: ControlGrid, { grid }: Pick<Volume, 'grid'>): Float32Array {
  const voxels = [grid.shape[0], grid.shape[1], grid.shape[2]] as const;
  const plain = voxels.map((n, axis) => axisTaps(n, control.stepVoxels[axis]!)) as [Taps, Taps, Taps];
  const sloped = voxels.map((n, axis) => axisTaps(n, control.stepVoxels[axis]!, true)) as [Taps, Taps, Taps];
  const m = grid.affineRas;
  // Rows: x, y, z; columns: by voxel along i, j, k.
  const byVoxel = parts(control).flatMap((part) =>
    [0, 1, 2].map((axis) =>
      spread(part, control.size, plain.map((taps, at) => (at === axis ? sloped[axis]! : taps)) as [Taps, Taps, Taps]),
    ),
  );
  const a = [m[0]!, m[1]!, m[2]!, m[4]!, m[5]!, m[6]!, m[8]!, m[9]!, m[10]!];
  const det = (b: readonly number[]): number =>
    b[0]! * (b[4]! * b[8]! - b[5]! * b[7]!) -
    b[1]! * (b[3]! * b[8]! - b[5]! * b[6]!) +
    b[2]! * (b[3]! * b[7]! - b[4]! * b[6]!);
  const still = det(a);
  const b = new Array<number>(9).fill(0);
  return Float32Array.from(byVoxel[0]!, (_, at) => {
    for (let one = 0; one < 9; one++) b[one] = a[one]! + byVoxel[one]![at]!;
    return det(b) / still;
  });
}
