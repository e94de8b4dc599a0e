import type { Box } from './box.ts';
import type { Size } from './components.ts';
import { mirrored, splineCoefficients } from './spline.ts';

export type Interpolation = 'nearest' | 'linear' | 'cubic';

/** One axis of a new grid in indices of the old one: new voxel i lies at `first + i * step`. */
export interface Axis {
  count: number;
  first: number;
  step: number;
}

/**
 * IBSI's interpolation grid along one axis: as many voxels as are needed to cover the old extent, rounded up, with both
 * middles at one place (IBSI reference manual, 2.4, `UMPJ`, align grid centres). A spacing that is the old one within
 * rounding leaves the axis as it is.
 */
export function centredAxis(count: number, spacingMm: number, newSpacingMm: number): Axis {
  const step = newSpacingMm / spacingMm;
  if (Math.abs(step - 1) < 1e-9) return { count, first: 0, step: 1 };
  // An extent that is a whole number of new voxels but for rounding needs no further voxel.
  const exact = count / step;
  const nearest = Math.round(exact);
  const fitted = Math.abs(exact - nearest) < 1e-6 ? nearest : Math.ceil(exact);
  return { count: fitted, first: (count - 1) / 2 - (step * (fitted - 1)) / 2, step };
}

/** {@link centredAxis} with the first corners of both grids at one place, as PyRadiomics has it. */
export function corneredAxis(count: number, spacingMm: number, newSpacingMm: number): Axis {
  const axis = centredAxis(count, spacingMm, newSpacingMm);
  return axis.step === 1 ? axis : { ...axis, first: (axis.step - 1) / 2 };
}

/**
 * Values of the new grid within a box of it, axis by axis, in float64 until the end. Beyond the border of the old volume
 * the border value holds. `cubic`: interpolating B-spline of order 3 (Unser 1999, doi 10.1109/79.799930), mirrored at the
 * border while its coefficients are found.
 *
 * @param data values of the old volume, first axis fastest
 * @param box part of the new grid, in new voxels
 */
export function regrid(
  data: ArrayLike<number>,
  size: Size,
  axes: readonly [Axis, Axis, Axis],
  box: Box,
  interpolation: Interpolation,
): Float32Array {
  let values: ArrayLike<number> = data;
  let now: [number, number, number] = [...size];
  for (const axis of [0, 1, 2] as const) {
    const { first, step, count } = axes[axis];
    const [low, high] = [box.low[axis], box.high[axis]];
    if (step === 1 && first === 0 && low === 0 && high === count) continue;
    values = alongAxis(values, now, axis, interpolation, first + step * low, step, high - low);
    now = now.map((length, one) => (one === axis ? high - low : length)) as [number, number, number];
  }
  return Float32Array.from(values);
}

function alongAxis(
  data: ArrayLike<number>,
  size: Size,
  axis: 0 | 1 | 2,
  interpolation: Interpolation,
  first: number,
  step: number,
  count: number,
): Float64Array {
  const length = size[axis];
  const inner = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1];
  const outer = data.length / (inner * length);
  const { places, weights, taps } = tapsOf(length, interpolation, first, step, count);
  const result = new Float64Array(inner * outer * count);
  const line = new Float64Array(length);
  const isPlain = interpolation !== 'cubic' || (step === 1 && Number.isInteger(first));
  for (let block = 0; block < outer; block++)
    for (let lane = 0; lane < inner; lane++) {
      const start = block * inner * length + lane;
      for (let at = 0; at < length; at++) line[at] = data[start + at * inner]!;
      if (!isPlain) splineCoefficients(line);
      const target = block * inner * count + lane;
      for (let at = 0; at < count; at++) {
        let sum = 0;
        for (let tap = at * taps; tap < (at + 1) * taps; tap++) sum += weights[tap]! * line[places[tap]!]!;
        result[target + at * inner] = sum;
      }
    }
  return result;
}

/** Which old voxels make each new one, and how much of each. */
function tapsOf(length: number, interpolation: Interpolation, first: number, step: number, count: number) {
  const isWhole = step === 1 && Number.isInteger(first);
  const taps = isWhole || interpolation === 'nearest' ? 1 : interpolation === 'linear' ? 2 : 4;
  const places = new Int32Array(count * taps);
  const weights = new Float64Array(count * taps);
  const inside = (place: number): number => Math.min(length - 1, Math.max(0, place));
  for (let i = 0; i < count; i++) {
    const raw = first + step * i;
    const x = Math.min(length - 1, Math.max(0, Math.abs(raw - Math.round(raw)) < 1e-9 ? Math.round(raw) : raw));
    const floor = Math.floor(x);
    const t = x - floor;
    if (taps === 1) {
      places[i] = inside(Math.round(x));
      weights[i] = 1;
    } else if (taps === 2) {
      places.set([floor, inside(floor + 1)], 2 * i);
      weights.set([1 - t, t], 2 * i);
    } else {
      places.set(
        [-1, 0, 1, 2].map((offset) => mirrored(floor + offset, length)),
        4 * i,
      );
      weights.set(
        [(1 - t) ** 3 / 6, 2 / 3 - t * t + t ** 3 / 2, 2 / 3 - (1 - t) ** 2 + (1 - t) ** 3 / 2, t ** 3 / 6],
        4 * i,
      );
    }
  }
  return { places, weights, taps };
}
