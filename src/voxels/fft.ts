import type { Size } from './components.ts';

/** The smallest whole number >= n that has no prime factor but 2, 3 and 5. */
export function fftLength(n: number): number {
  for (let length = Math.max(1, n); ; length++) {
    let rest = length;
    for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
    if (rest === 1) return length;
  }
}

type Transform = (re: Float64Array, im: Float64Array) => void;

/**
 * Discrete Fourier transform of `length` complex numbers in place, without scaling: sum over n of x[n] exp(-2 pi i k n / N).
 * Any length; fast when it has only the factors 2, 3 and 5 (Stockham's ordering, mixed radix).
 */
export function fourier(length: number): Transform {
  const factors: number[] = [];
  let rest = length;
  for (let prime = 2; rest > 1; prime++)
    while (rest % prime === 0) {
      factors.push(prime);
      rest /= prime;
    }
  const cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const scratch = [new Float64Array(length), new Float64Array(length)] as const;
  return (re, im) => {
    let from: readonly [Float64Array, Float64Array] = [re, im];
    let to: readonly [Float64Array, Float64Array] = scratch;
    let span = length;
    let stride = 1;
    for (const radix of factors) {
      stage(from, to, radix, span / radix, stride, length, cos, sin);
      [from, to] = [to, from];
      span /= radix;
      stride *= radix;
    }
    if (from[0] !== re) {
      re.set(from[0]);
      im.set(from[1]);
    }
  };
}

function stage(
  [xr, xi]: readonly [Float64Array, Float64Array],
  [yr, yi]: readonly [Float64Array, Float64Array],
  radix: number,
  m: number,
  stride: number,
  length: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const step = length / (m * radix);
  for (let p = 0; p < m; p++)
    for (let k = 0; k < radix; k++) {
      const turn = (p * k * step) % length;
      const [wr, wi] = [cos[turn]!, sin[turn]!];
      const out = stride * (radix * p + k);
      if (radix === 2) {
        const sign = k === 0 ? 1 : -1;
        for (let q = 0; q < stride; q++) {
          const a = stride * p + q;
          const b = a + stride * m;
          const sr = xr[a]! + sign * xr[b]!;
          const si = xi[a]! + sign * xi[b]!;
          yr[out + q] = sr * wr - si * wi;
          yi[out + q] = sr * wi + si * wr;
        }
        continue;
      }
      for (let q = 0; q < stride; q++) {
        let sr = 0;
        let si = 0;
        for (let j = 0; j < radix; j++) {
          const at = stride * (p + m * j) + q;
          const root = (((j * k) % radix) * length) / radix;
          sr += xr[at]! * cos[root]! - xi[at]! * sin[root]!;
          si += xr[at]! * sin[root]! + xi[at]! * cos[root]!;
        }
        yr[out + q] = sr * wr - si * wi;
        yi[out + q] = sr * wi + si * wr;
      }
    }
}

/** {@link fourier} along all three axes of a volume in place; `size`: first axis fastest. The inverse is scaled by 1 / N. */
export function fourier3(re: Float64Array, im: Float64Array, size: Size, isInverse = false): void {
  if (isInverse) [re, im] = [im, re];
  const plane = size[0] * size[1];
  const steps = [1, size[0], plane] as const;
  for (const axis of [0, 1, 2] as const) {
    const length = size[axis];
    if (length === 1) continue;
    const transform = fourier(length);
    const step = steps[axis];
    const [lr, li] = [new Float64Array(length), new Float64Array(length)];
    const lines = re.length / length;
    for (let line = 0; line < lines; line++) {
      const start = (line % step) + Math.floor(line / step) * step * length;
      for (let at = 0, place = start; at < length; at++, place += step) {
        lr[at] = re[place]!;
        li[at] = im[place]!;
      }
      transform(lr, li);
      for (let at = 0, place = start; at < length; at++, place += step) {
        re[place] = lr[at]!;
        im[place] = li[at]!;
      }
    }
  }
  if (!isInverse) return;
  const scale = 1 / re.length;
  for (let at = 0; at < re.length; at++) {
    re[at]! *= scale;
    im[at]! *= scale;
  }
}
