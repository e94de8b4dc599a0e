import type { Size } from '../components.ts';
import type { Boundary } from './boundary.ts';
import { convolveAxes } from './convolve.ts';

/**
 * Laplacian of a Gaussian (IBSI 2 manual, 3.4): kernel (-1 / sigma^2) (2 pi sigma^2)^(-d/2) (d - r^2 / sigma^2)
 * exp(-r^2 / (2 sigma^2)), cut to a box of 1 + 2 floor(cutoff sigma + 1/2) voxels. It is the sum over axes of products of
 * kernels along single axes, and is computed so, without loss. `isFlat`: in slices.
 */
export function gaussianLaplacian(
  values: Float64Array,
  size: Size,
  spacingMm: Size,
  { sigmaMm, cutoff, isFlat, boundary }: { sigmaMm: number; cutoff: number; isFlat: boolean; boundary: Boundary },
): Float64Array {
  const axes = isFlat ? [0, 1] : [0, 1, 2];
  const kernels = axes.map((axis) => {
    const sigma = sigmaMm / spacingMm[axis as 0 | 1 | 2];
    const reach = Math.floor(cutoff * sigma + 0.5);
    const places = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
    const smooth = places.map((x) => Math.exp(-(x * x) / (2 * sigma * sigma)) / Math.sqrt(2 * Math.PI * sigma * sigma));
    const curved = places.map((x, at) => smooth[at]! * ((x * x) / sigma ** 4 - 1 / sigma ** 2));
    return { smooth, curved };
  });
  const sum = new Float64Array(values.length);
  for (const curvedAxis of axes) {
    const along = kernels.map(({ smooth, curved }, axis) => (axis === curvedAxis ? curved : smooth));
    const part = convolveAxes(values, size, along, boundary);
    for (let at = 0; at < sum.length; at++) sum[at]! += part[at]!;
  }
  return sum;
}
