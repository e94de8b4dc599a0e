import { describe, expect, it } from 'vitest';
import { fftLength, fourier, fourier3 } from './fft.ts';

const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, (_, at) => Math.sin(at * at + 1));

function slow(re: Float64Array, im: Float64Array): [number[], number[]] {
  const n = re.length;
  const out: [number[], number[]] = [[], []];
  for (let k = 0; k < n; k++) {
    let [r, i] = [0, 0];
    for (let at = 0; at < n; at++) {
      const [c, s] = [Math.cos((2 * Math.PI * k * at) / n), -Math.sin((2 * Math.PI * k * at) / n)];
      r += re[at]! * c - im[at]! * s;
      i += re[at]! * s + im[at]! * c;
    }
    out[0].push(r);
    out[1].push(i);
  }
  return out;
}

describe('fourier', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 12, 16, 30, 60, 77, 90, 128])('%i numbers as the definition says', (n) => {
    const [re, im] = [
      numbers(n),
      numbers(2 * n)
        .subarray(n)
        .slice(),
    ];
    const [r, i] = slow(re, im);
    fourier(n)(re, im);
    for (let k = 0; k < n; k++) {
      expect(re[k]).toBeCloseTo(r[k]!, 9);
      expect(im[k]).toBeCloseTo(i[k]!, 9);
    }
  });

  it('comes back through its inverse in three dimensions', () => {
    const size = [6, 5, 8] as const;
    const [re, im] = [numbers(240), new Float64Array(240)];
    fourier3(re, im, size);
    fourier3(re, im, size, true);
    expect(Math.max(...re.map((value, at) => Math.abs(value - Math.sin(at * at + 1))))).toBeLessThan(1e-12);
    expect(Math.max(...im.map(Math.abs))).toBeLessThan(1e-12);
  });

  it('names the next length with small factors', () => {
    expect([1, 7, 11, 97, 121].map(fftLength)).toEqual([1, 8, 12, 100, 125]);
  });
});
