import type { Size } from './controlGrid.ts';

/**
 * Local squared correlation of a fixed image with others on its grid (Avants 2008), mean over a mask: in a cube of
 * `2 radius + 1` voxels around each voxel of the mask, so that uneven brightness of either image does not matter.
 */
export function localCorrelation(image: Float32Array, size: Size, mask: Uint8Array, radius: number) {
  const inside = mask.reduce((sum, one) => sum + one, 0);
  // Sums of squares of large values cancel in float32; correlations do not hang on what is taken off.
  const centred = (values: Float32Array): Float32Array => {
    const middle = mean(values, mask, inside);
    return values.map((value) => value - middle);
  };
  const fixed = centred(image);
  const sum = (values: Float32Array): Float32Array => boxSums(values, size, radius);
  const ones = sum(new Float32Array(fixed.length).fill(1));
  const sumF = sum(fixed);
  const sumFf = sum(fixed.map((value) => value * value));
  const spreadF = Float32Array.from(sumFf, (value, at) => value - (sumF[at]! * sumF[at]!) / ones[at]!);
  // Windows without structure say nothing; their correlation is noise.
  const least = 1e-4 * mean(spreadF, mask, inside);
  return {
    /** Value 0 to 1, and with `gradient` its derivative by each value of `moving`. */
    of(warped: Float32Array, gradient?: Float32Array): number {
      const moving = centred(warped);
      const sumM = sum(moving);
      const sumMm = sum(moving.map((value) => value * value));
      const sumFm = sum(moving.map((value, at) => value * fixed[at]!));
      const byF = new Float32Array(fixed.length);
      const byFmean = new Float32Array(fixed.length);
      const byM = new Float32Array(fixed.length);
      let total = 0;
      for (let at = 0; at < fixed.length; at++) {
        if (mask[at] === 0) continue;
        const n = ones[at]!;
        const b = spreadF[at]!;
        const c = sumMm[at]! - (sumM[at]! * sumM[at]!) / n;
        if (!(b > least) || !(c > least)) continue;
        const a = sumFm[at]! - (sumF[at]! * sumM[at]!) / n;
        const square = (a * a) / (b * c);
        total += square;
        if (!gradient) continue;
        const f = (2 * a) / (b * c);
        const m = (2 * square) / c;
        byF[at] = f;
        byM[at] = m;
        byFmean[at] = (m * sumM[at]! - f * sumF[at]!) / n;
      }
      if (gradient) {
        const [f, m, rest] = [sum(byF), sum(byM), sum(byFmean)];
        for (let at = 0; at < fixed.length; at++)
          gradient[at] = (f[at]! * fixed[at]! - m[at]! * moving[at]! + rest[at]!) / inside;
      }
      return inside > 0 ? total / inside : 0;
    },
  };
}

/** Sum over the cube around each voxel, cut at the border. */
export function boxSums(values: Float32Array, size: Size, radius: number): Float32Array {
  let from = values;
  const strides = [1, size[0], size[0] * size[1]];
  for (let axis = 0; axis < 3; axis++) {
    const to = new Float32Array(values.length);
    const stride = strides[axis]!;
    const length = size[axis]!;
    const block = stride * length;
    if (stride === 1) {
      for (let start = 0; start < values.length; start += length) {
        let sum = 0;
        for (let at = 0; at < Math.min(radius, length); at++) sum += from[start + at]!;
        for (let at = 0; at < length; at++) {
          if (at + radius < length) sum += from[start + at + radius]!;
          if (at - radius - 1 >= 0) sum -= from[start + at - radius - 1]!;
          to[start + at] = sum;
        }
      }
    } else {
      const sums = new Float64Array(stride);
      for (let start = 0; start < values.length; start += block) {
        sums.fill(0);
        for (let at = 0; at < Math.min(radius, length); at++)
          for (let one = 0; one < stride; one++) sums[one]! += from[start + at * stride + one]!;
        for (let at = 0; at < length; at++) {
          const here = start + at * stride;
          if (at + radius < length)
            for (let one = 0; one < stride; one++) sums[one]! += from[here + radius * stride + one]!;
          if (at - radius - 1 >= 0)
            for (let one = 0; one < stride; one++) sums[one]! -= from[here - (radius + 1) * stride + one]!;
          for (let one = 0; one < stride; one++) to[here + one] = sums[one]!;
        }
      }
    }
    from = to;
  }
  return from;
}

function mean(values: Float32Array, mask: Uint8Array, inside: number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) if (mask[at] !== 0) sum += values[at]!;
  return inside > 0 ? sum / inside : 0;
}
