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
 * Any length; fast when it has only the factors 2, 3 and 5 (Stockham's ordering, mixed radix). `lanes` transforms are made
 * at once: their numbers lie interleaved, number n of lane q at n * lanes + q.
 */
export function fourier(length: number, lanes = 1): Transform {
  const factors: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5])
    while (rest % radix === 0) {
      factors.push(radix);
      rest /= radix;
    }
  for (let prime = 7; rest > 1; prime += 2)
    while (rest % prime === 0) {
      factors.push(prime);
      rest /= prime;
    }
  const cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const scratch = [new Float64Array(length * lanes), new Float64Array(length * lanes)] as const;
  return (re, im) => {
    let from: Complex = [re, im];
    let to: Complex = scratch;
    let span = length;
    let stride = lanes;
    for (const radix of factors) {
      const m = span / radix;
      for (let p = 0; p < m; p++) {
        const turns = { cos, sin, step: (length / span) * p };
        if (radix === 4) quarter(from, to, p, m, stride, turns);
        else if (radix === 2) halves(from, to, p, m, stride, turns);
        else part(from, to, radix, p, m, stride, turns);
      }
      [from, to] = [to, from];
      span = m;
      stride *= radix;
    }
    if (from[0] !== re) {
      re.set(from[0]);
      im.set(from[1]);
    }
  };
}

type Complex = readonly [Float64Array, Float64Array];

/** Roots of unity, and how many of them the first of a butterfly's outputs but one is turned by. */
interface Turns {
  cos: Float64Array;
  sin: Float64Array;
  step: number;
}

function halves([xr, xi]: Complex, [yr, yi]: Complex, p: number, m: number, stride: number, turns: Turns): void {
  const wr = turns.cos[turns.step]!;
  const wi = turns.sin[turns.step]!;
  const a0 = stride * p;
  const b0 = stride * (p + m);
  const out = stride * 2 * p;
  for (let q = 0; q < stride; q++) {
    const ar = xr[a0 + q]!;
    const ai = xi[a0 + q]!;
    const br = xr[b0 + q]!;
    const bi = xi[b0 + q]!;
    yr[out + q] = ar + br;
    yi[out + q] = ai + bi;
    yr[out + stride + q] = (ar - br) * wr - (ai - bi) * wi;
    yi[out + stride + q] = (ar - br) * wi + (ai - bi) * wr;
  }
}

function quarter([xr, xi]: Complex, [yr, yi]: Complex, p: number, m: number, stride: number, turns: Turns): void {
  const { cos, sin, step } = turns;
  const [w1r, w1i] = [cos[step]!, sin[step]!];
  const [w2r, w2i] = [cos[2 * step]!, sin[2 * step]!];
  const [w3r, w3i] = [cos[3 * step]!, sin[3 * step]!];
  const a0 = stride * p;
  const apart = stride * m;
  const out = stride * 4 * p;
  for (let q = 0; q < stride; q++) {
    const a = a0 + q;
    const b = a + apart;
    const c = b + apart;
    const d = c + apart;
    const sumR = xr[a]! + xr[c]!;
    const sumI = xi[a]! + xi[c]!;
    const offR = xr[a]! - xr[c]!;
    const offI = xi[a]! - xi[c]!;
    const evenR = xr[b]! + xr[d]!;
    const evenI = xi[b]! + xi[d]!;
    const oddR = xr[b]! - xr[d]!;
    const oddI = xi[b]! - xi[d]!;
    const at = out + q;
    yr[at] = sumR + evenR;
    yi[at] = sumI + evenI;
    const r1 = offR + oddI;
    const i1 = offI - oddR;
    yr[at + stride] = r1 * w1r - i1 * w1i;
    yi[at + stride] = r1 * w1i + i1 * w1r;
    const r2 = sumR - evenR;
    const i2 = sumI - evenI;
    yr[at + 2 * stride] = r2 * w2r - i2 * w2i;
    yi[at + 2 * stride] = r2 * w2i + i2 * w2r;
    const r3 = offR - oddI;
    const i3 = offI + oddR;
    yr[at + 3 * stride] = r3 * w3r - i3 * w3i;
    yi[at + 3 * stride] = r3 * w3i + i3 * w3r;
  }
}

function part(
  [xr, xi]: Complex,
  [yr, yi]: Complex,
  radix: number,
  p: number,
  m: number,
  stride: number,
  { cos, sin, step }: Turns,
): void {
  const length = cos.length;
  for (let k = 0; k < radix; k++) {
    const out = stride * (radix * p + k);
    for (let j = 0; j < radix; j++) {
      const root = (p === 0 ? 0 : k * step) + (((j * k) % radix) * length) / radix;
      const wr = cos[root % length]!;
      const wi = sin[root % length]!;
      const from = stride * (p + m * j);
      if (j === 0)
        for (let q = 0; q < stride; q++) {
          yr[out + q] = xr[from + q]! * wr - xi[from + q]! * wi;
          yi[out + q] = xr[from + q]! * wi + xi[from + q]! * wr;
        }
      else
        for (let q = 0; q < stride; q++) {
          yr[out + q]! += xr[from + q]! * wr - xi[from + q]! * wi;
          yi[out + q]! += xr[from + q]! * wi + xi[from + q]! * wr;
        }
    }
  }
}

/** Lines that are transformed together: what they need stays near the processor. */
const together = 16;

/**
 * {@link fourier} along all three axes of a volume in place; `size`: first axis fastest. The inverse is scaled by 1 / N.
 * Lines of nothing but 0, as padding has, are passed over.
 */
export function fourier3(re: Float64Array, im: Float64Array, size: Size, isInverse = false): void {
  if (isInverse) [re, im] = [im, re];
  const plane = size[0] * size[1];
  const steps = [1, size[0], plane] as const;
  for (const axis of [0, 1, 2] as const) {
    const length = size[axis];
    if (length === 1) continue;
    const step = steps[axis];
    const lines = re.length / length;
    const transform = fourier(length, together);
    const [lr, li] = [new Float64Array(length * together), new Float64Array(length * together)];
    const starts = new Int32Array(together);
    for (let first = 0; first < lines; first += together) {
      const count = Math.min(together, lines - first);
      for (let lane = 0; lane < count; lane++) {
        const line = first + lane;
        starts[lane] = (line % step) + Math.floor(line / step) * step * length;
      }
      let isZero = true;
      for (let at = 0; at < length; at++)
        for (let lane = 0; lane < count; lane++) {
          const place = starts[lane]! + at * step;
          const real = re[place]!;
          const imaginary = im[place]!;
          lr[at * together + lane] = real;
          li[at * together + lane] = imaginary;
          if (real !== 0 || imaginary !== 0) isZero = false;
        }
      if (isZero) continue;
      transform(lr, li);
      for (let at = 0; at < length; at++)
        for (let lane = 0; lane < count; lane++) {
          const place = starts[lane]! + at * step;
          re[place] = lr[at * together + lane]!;
          im[place] = li[at * together + lane]!;
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
