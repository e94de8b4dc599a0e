import type { Size } from '../components.ts';
import { fftLength, fourier3 } from '../fft.ts';
import { type Boundary, placeBeyond } from './boundary.ts';

export interface GaborKernel {
  sigmaMm: number;
  /** Wavelength. */
  lambdaMm: number;
  /** Ratio of the axes of the envelope. */
  gamma: number;
  /** Clockwise from the first axis of the plane, radians. */
  theta: number;
}

/** The envelope beyond this many standard deviations is below 2e-8 and is left out. */
const reachSd = 6;

/**
 * Modulus of the response to a complex Gabor filter (IBSI 2 manual, 3.6) in all planes across `axis`: kernel
 * exp(-(x'^2 + gamma^2 y'^2) / (2 sigma^2) + 2 pi i x' / lambda), x' and y' the turned axes of the plane, as wide as the
 * image at most. Convolution by Fourier transforms with the border made explicit.
 */
export function gaborModulus(
  values: Float64Array,
  size: Size,
  spacingMm: Size,
  axis: 0 | 1 | 2,
  { sigmaMm, lambdaMm, gamma, theta }: GaborKernel,
  boundary: Boundary,
): Float64Array {
  const [u, v] = [0, 1, 2].filter((one) => one !== axis) as [0 | 1 | 2, 0 | 1 | 2];
  const [nu, nv] = [size[u], size[v]];
  const spacing = Math.max(spacingMm[u], spacingMm[v]);
  const sigma = sigmaMm / spacing;
  const lambda = lambdaMm / spacing;
  const half = Math.floor(Math.max(nu, nv) / 2);
  const reach = Math.min(half, Math.ceil(reachSd * sigma * Math.max(1, 1 / gamma)));
  const padded: Size = [fftLength(nu + 2 * reach), fftLength(nv + 2 * reach), 1];
  const places = padded[0] * padded[1];
  const [kr, ki] = [new Float64Array(places), new Float64Array(places)];
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++) {
      const along = Math.sin(theta) * y + Math.cos(theta) * x;
      const across = -Math.cos(theta) * y + Math.sin(theta) * x;
      const size = Math.exp(-(along * along + gamma * gamma * across * across) / (2 * sigma * sigma));
      const place = ((y + padded[1]) % padded[1]) * padded[0] + ((x + padded[0]) % padded[0]);
      kr[place] = size * Math.cos((2 * Math.PI * along) / lambda);
      ki[place] = size * Math.sin((2 * Math.PI * along) / lambda);
    }
  fourier3(kr, ki, padded);
  const steps = [1, size[0], size[0] * size[1]] as const;
  const [pu, pv] = [nu, nv].map((length, at) =>
    Int32Array.from({ length: length + 2 * reach }, (_, place) =>
      placeBeyond(place - reach, at === 0 ? nu : nv, boundary),
    ),
  ) as [Int32Array, Int32Array];
  const result = new Float64Array(values.length);
  const [re, im] = [new Float64Array(places), new Float64Array(places)];
  for (let slice = 0; slice < size[axis]; slice++) {
    re.fill(0);
    im.fill(0);
    const start = slice * steps[axis];
    for (let y = 0; y < pv.length; y++)
      for (let x = 0; x < pu.length; x++)
        if (pu[x]! >= 0 && pv[y]! >= 0) re[y * padded[0] + x] = values[start + pu[x]! * steps[u] + pv[y]! * steps[v]]!;
    fourier3(re, im, padded);
    for (let at = 0; at < places; at++) {
      const real = re[at]! * kr[at]! - im[at]! * ki[at]!;
      im[at] = re[at]! * ki[at]! + im[at]! * kr[at]!;
      re[at] = real;
    }
    fourier3(re, im, padded, true);
    for (let y = 0; y < nv; y++)
      for (let x = 0; x < nu; x++) {
        const at = (y + reach) * padded[0] + x + reach;
        result[start + x * steps[u] + y * steps[v]] = Math.hypot(re[at]!, im[at]!);
      }
  }
  return result;
}
