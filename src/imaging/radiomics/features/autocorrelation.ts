import type { Size } from '../../../voxels/components.ts';
import { fftLength, fourier3 } from '../../../voxels/fft.ts';
import type { Prepared } from '../prepare.ts';

export const autocorrelationTags = ['morph_moran_i', 'morph_geary_c'];

/** Complex numbers of a transform at most: four arrays of float64 in all, 256 MB. */
export const mostPlaces = 2 ** 23;

/**
 * Moran's I and Geary's C of all pairs of voxels of the intensity mask with weights 1 / distance (IBSI reference manual 3.1,
 * `N365`, `NPT7`), exact and not from a sample: sums over pairs are correlations, and those are products of Fourier
 * transforms of the box with room for every shift. With d = x - mean, m = the mask and w = 1 / distance:
 * I = N / W sum w d d / sum d^2, C = (N - 1) / W (sum w d^2 m - sum w d d) / sum d^2, W = sum w m m.
 * Undefined where the box is too large to transform, for one voxel, and for equal values.
 */
export function autocorrelation(prepared: Prepared): number[] | undefined {
  const { size, spacingMm, intensity, values, imageSize, range, statistics } = prepared;
  const padded = size.map((length) => fftLength(length > 1 ? 2 * length - 1 : 1)) as unknown as Size;
  const places = padded[0] * padded[1] * padded[2];
  if (places > mostPlaces || statistics.voxels < 2 || !(statistics.maximum > statistics.minimum)) return undefined;
  const first = [new Float64Array(places), new Float64Array(places)] as const;
  const second = [new Float64Array(places), new Float64Array(places)] as const;
  let sum = 0;
  const each = (take: (value: number, place: number) => void): void => {
    for (let z = 0, at = 0; z < size[2]; z++)
      for (let y = 0; y < size[1]; y++) {
        let from = ((z + range.low[2]) * imageSize[1] + y + range.low[1]) * imageSize[0] + range.low[0];
        let place = (z * padded[1] + y) * padded[0];
        for (let x = 0; x < size[0]; x++, at++, from++, place++) if (intensity[at] !== 0) take(values[from]!, place);
      }
  };
  each((value) => {
    sum += value;
  });
  const n = statistics.voxels;
  const mean = sum / n;
  let squares = 0;
  each((value, place) => {
    const off = value - mean;
    squares += off * off;
    first[0][place] = off;
    first[1][place] = 1;
    second[0][place] = off * off;
  });
  for (let z = 0, place = 0; z < padded[2]; z++)
    for (let y = 0; y < padded[1]; y++)
      for (let x = 0; x < padded[0]; x++, place++) {
        const off = [x, y, z].map((at, axis) => Math.min(at, padded[axis]! - at) * spacingMm[axis]!);
        if (place > 0) second[1][place] = 1 / Math.sqrt(off[0]! ** 2 + off[1]! ** 2 + off[2]! ** 2);
      }
  fourier3(...first, padded);
  fourier3(...second, padded);
  let [weights, products, mixed] = [0, 0, 0];
  for (let z = 0, k = 0; z < padded[2]; z++)
    for (let y = 0; y < padded[1]; y++)
      for (let x = 0; x < padded[0]; x++, k++) {
        const mirror =
          ((padded[2] - z) % padded[2]) * padded[0] * padded[1] +
          ((padded[1] - y) % padded[1]) * padded[0] +
          ((padded[0] - x) % padded[0]);
        // Transforms of two real volumes from one of both: even and odd parts.
        const dRe = (first[0][k]! + first[0][mirror]!) / 2;
        const dIm = (first[1][k]! - first[1][mirror]!) / 2;
        const mRe = (first[1][k]! + first[1][mirror]!) / 2;
        const mIm = (first[0][mirror]! - first[0][k]!) / 2;
        const qRe = (second[0][k]! + second[0][mirror]!) / 2;
        const qIm = (second[1][k]! - second[1][mirror]!) / 2;
        const w = (second[1][k]! + second[1][mirror]!) / 2;
        weights += w * (mRe * mRe + mIm * mIm);
        products += w * (dRe * dRe + dIm * dIm);
        mixed += w * (qRe * mRe + qIm * mIm);
      }
  [weights, products, mixed] = [weights / places, products / places, mixed / places];
  return [(n * products) / (weights * squares), ((n - 1) * (mixed - products)) / (weights * squares)];
}
