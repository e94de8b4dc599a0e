import type { Size } from '../components.ts';
import { fourier3 } from '../fft.ts';

/**
 * Band-pass of the isotropic wavelet of Simoncelli (IBSI 2 manual, 3.8) at a level: cos(pi/2 log2(2 w / m)) for
 * m / 4 <= w <= m, m = 2^(1 - level), w the frequency in units of Nyquist's. The volume is taken as periodic.
 * `riesz`: then the Riesz transform of that order along x, y, z (manual, 3.9): (-i)^L sqrt(L! / (a! b! c!)) times
 * wx^a wy^b wz^c / |w|^L; its real part is given, which is all of it for real images.
 */
export function simoncelli(
  values: Float64Array,
  size: Size,
  level: number,
  riesz: readonly [number, number, number] = [0, 0, 0],
): Float64Array {
  const re = values.slice();
  const im = new Float64Array(values.length);
  fourier3(re, im, size);
  const highest = 2 ** (1 - level);
  const order = riesz[0] + riesz[1] + riesz[2];
  const weight = Math.sqrt(factorial(order) / riesz.reduce((product, one) => product * factorial(one), 1));
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, at++) {
        const w = [x, y, z].map((index, axis) => frequency(index, size[axis as 0 | 1 | 2])) as [number, number, number];
        const length = Math.hypot(...w);
        let gain =
          length >= highest / 4 && length <= highest ? Math.cos((Math.PI / 2) * Math.log2((2 * length) / highest)) : 0;
        if (order > 0 && length > 0)
          gain *= (weight * w[0] ** riesz[0] * w[1] ** riesz[1] * w[2] ** riesz[2]) / length ** order;
        const [a, b] = [re[at]! * gain, im[at]! * gain];
        // Times (-i)^order.
        [re[at], im[at]] = [
          [a, b],
          [b, -a],
          [-a, -b],
          [-b, a],
        ][order % 4] as [number, number];
      }
  fourier3(re, im, size, true);
  return re;
}

/** Of Nyquist's; the one of an even length belongs to both signs and counts as negative. */
function frequency(index: number, length: number): number {
  return (2 * (index < length / 2 ? index : index - length)) / length;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
