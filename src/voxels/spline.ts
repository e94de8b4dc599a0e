import type { Size } from './components.ts';

/** Turns the samples of a line into the coefficients of the cubic B-spline through them, mirrored at both ends. */
export function splineCoefficients(line: Float64Array, n = line.length): void {
  if (n < 2) return;
  const pole = Math.sqrt(3) - 2;
  // 6 = (1 - pole) (1 - 1 / pole).
  for (let at = 0; at < n; at++) line[at]! *= 6;
  line[0] = mirroredSum(line, n, pole);
  for (let at = 1; at < n; at++) line[at]! += pole * line[at - 1]!;
  line[n - 1] = (pole / (pole * pole - 1)) * (line[n - 1]! + pole * line[n - 2]!);
  for (let at = n - 2; at >= 0; at--) line[at] = pole * (line[at + 1]! - line[at]!);
}

/** First value of the causal filter over the mirrored line: exact for short lines, cut where powers fall below 1e-20. */
function mirroredSum(line: Float64Array, n: number, pole: number): number {
  const horizon = Math.ceil((-20 * Math.LN10) / Math.log(Math.abs(pole)));
  let sum = line[0]!;
  if (horizon < n) {
    let power = pole;
    for (let at = 1; at < horizon; at++, power *= pole) sum += power * line[at]!;
    return sum;
  }
  const inverse = 1 / pole;
  let power = pole;
  let back = pole ** (n - 1);
  sum += back * line[n - 1]!;
  back = back * back * inverse;
  for (let at = 1; at <= n - 2; at++, power *= pole, back *= inverse) sum += (power + back) * line[at]!;
  return sum / (1 - pole ** (2 * n - 2));
}

/** Coefficients of the cubic B-spline through the values of a volume, i fastest: {@link splineCoefficients} along each axis. */
export function volumeCoefficients(data: ArrayLike<number>, size: Size): Float64Array {
  const coefficients = Float64Array.from({ length: size[0] * size[1] * size[2] }, (_, at) => data[at]!);
  const line = new Float64Array(Math.max(...size));
  let step = 1;
  for (const length of size) {
    const lines = coefficients.length / length;
    for (let lane = 0; lane < lines && length > 1; lane++) {
      const start = (lane % step) + Math.floor(lane / step) * step * length;
      for (let at = 0; at < length; at++) line[at] = coefficients[start + at * step]!;
      splineCoefficients(line, length);
      for (let at = 0; at < length; at++) coefficients[start + at * step] = line[at]!;
    }
    step *= length;
  }
  return coefficients;
}

/** Where the four coefficients of an axis lie that a point takes, and how much of each. */
export interface SplineTaps {
  places: Int32Array;
  weights: Float64Array;
}

export const splineTaps = (): SplineTaps => ({ places: new Int32Array(4), weights: new Float64Array(4) });

/** Fills the taps of coordinate `x` on an axis of `length` voxels that lie `step` apart; mirrored beyond both ends. */
export function tapsAt({ places, weights }: SplineTaps, x: number, length: number, step: number): void {
  const floor = Math.floor(x);
  const t = x - floor;
  const s = 1 - t;
  weights[0] = (s * s * s) / 6;
  weights[1] = 2 / 3 - t * t + (t * t * t) / 2;
  weights[2] = 2 / 3 - s * s + (s * s * s) / 2;
  weights[3] = (t * t * t) / 6;
  for (let tap = 0; tap < 4; tap++) places[tap] = step * mirrored(floor - 1 + tap, length);
}

/** A place on an axis that is mirrored at its first and last voxel, which are not repeated. */
export function mirrored(place: number, length: number): number {
  if (place >= 0 && place < length) return place;
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const at = ((place % period) + period) % period;
  return at < length ? at : period - at;
}

/** Value of the spline at a point that has these taps along i, j and k. */
export function splineValue(coefficients: ArrayLike<number>, i: SplineTaps, j: SplineTaps, k: SplineTaps): number {
  const [i0, i1, i2, i3] = [i.places[0]!, i.places[1]!, i.places[2]!, i.places[3]!];
  const [a0, a1, a2, a3] = [i.weights[0]!, i.weights[1]!, i.weights[2]!, i.weights[3]!];
  let sum = 0;
  for (let z = 0; z < 4; z++) {
    let plane = 0;
    for (let y = 0; y < 4; y++) {
      const row = k.places[z]! + j.places[y]!;
      plane +=
        j.weights[y]! *
        (a0 * coefficients[row + i0]! +
          a1 * coefficients[row + i1]! +
          a2 * coefficients[row + i2]! +
          a3 * coefficients[row + i3]!);
    }
    sum += k.weights[z]! * plane;
  }
  return sum;
}
