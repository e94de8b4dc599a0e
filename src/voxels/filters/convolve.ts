import type { Size } from '../components.ts';
import { type Boundary, placeBeyond } from './boundary.ts';

/**
 * Convolution of a volume with a kernel along one axis, in float64: y[m] = sum over k of h[k] x[m - (k - c)], c the middle of
 * the kernel. Kernels have an odd number of taps. Sums run from the first tap to the last.
 */
export function convolveAxis(
  values: Float64Array,
  size: Size,
  axis: 0 | 1 | 2,
  kernel: ArrayLike<number>,
  boundary: Boundary,
): Float64Array {
  const length = size[axis];
  const middle = (kernel.length - 1) / 2;
  const step = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1];
  const taps: { offset: number; weight: number }[] = [];
  for (let k = 0; k < kernel.length; k++) if (kernel[k] !== 0) taps.push({ offset: middle - k, weight: kernel[k]! });
  const result = new Float64Array(values.length);
  const lanes = values.length / length;
  const padded = new Float64Array(length + 2 * middle);
  const sources = Int32Array.from(padded, (_, at) => placeBeyond(at - middle, length, boundary));
  for (let lane = 0; lane < lanes; lane++) {
    const start = (lane % step) + Math.floor(lane / step) * step * length;
    for (let at = 0; at < padded.length; at++) padded[at] = sources[at]! < 0 ? 0 : values[start + sources[at]! * step]!;
    for (let at = 0; at < length; at++) {
      let sum = 0;
      for (const { offset, weight } of taps) sum += weight * padded[at + middle + offset]!;
      result[start + at * step] = sum;
    }
  }
  return result;
}

/** {@link convolveAxis} along x, y and z with one kernel each; without one for z, slice by slice. */
export function convolveAxes(
  values: Float64Array,
  size: Size,
  kernels: readonly (ArrayLike<number> | undefined)[],
  boundary: Boundary,
): Float64Array {
  let result = values;
  for (const axis of [0, 1, 2] as const) {
    const kernel = kernels[axis];
    if (kernel) result = convolveAxis(result, size, axis, kernel, boundary);
  }
  return result;
}
