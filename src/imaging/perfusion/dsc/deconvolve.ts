import { fftLength, fourier } from '../../../voxels/fft.ts';
import { singularValues } from './singularValues.ts';

export const deconvolutions = ['ssvd', 'csvd', 'osvd'] as const;
export type Deconvolution = (typeof deconvolutions)[number];

export interface DeconvolutionOptions {
  method: Deconvolution;
  /**
   * Singular values below this share of the largest are left out. Default 0.2 (ssvd), 0.1 (csvd), as in Wu et al. 2003 for a
   * signal-to-noise ratio about 20; `osvd` chooses it for each curve.
   */
  threshold?: number;
  /** Largest oscillation index of `osvd`. Default 0.035 (Wu et al. 2003). */
  oscillation?: number;
}

/** Overwrites `residue` with flow times residue function, in units of tissue / input / s; its time steps are those of the input. */
export type Deconvolver = {
  /** Samples of the residue: those of the input for `ssvd`, twice as many or more for the circulant ones. */
  readonly length: number;
  readonly deconvolve: (tissue: ArrayLike<number>, residue: Float64Array) => void;
};

/**
 * Deconvolution of tissue curves by an arterial input at even times `stepS`.
 *
 * - `ssvd` (Ostergaard et al. 1996): truncated singular values of the lower triangular matrix of the input. Too low when
 *   the tissue leads the artery.
 * - `csvd` (Wu et al. 2003): the block-circulant matrix of the input, padded to at least twice its length. It does not
 *   depend on the delay. A circulant matrix is diagonal in Fourier space and its singular values are the moduli of the
 *   input's transform: leaving out singular values is leaving out frequencies.
 * - `osvd`: the same, with the smallest threshold for which the residue does not oscillate.
 */
export function deconvolver(input: Float64Array, stepS: number, options: DeconvolutionOptions): Deconvolver {
  return options.method === 'ssvd'
    ? standard(input, stepS, options.threshold ?? 0.2)
    : circulant(input, stepS, options);
}

function standard(input: Float64Array, stepS: number, threshold: number): Deconvolver {
  const n = input.length;
  const matrix = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) matrix[row * n + column] = stepS * input[row - column]!;
  const { u, s, v } = singularValues(matrix, n);
  const kept = [...s.keys()].filter((at) => s[at]! > threshold * s[0]!);
  return {
    length: n,
    deconvolve(tissue, residue) {
      residue.fill(0);
      for (const at of kept) {
        let along = 0;
        for (let row = 0; row < n; row++) along += u[row * n + at]! * tissue[row]!;
        along /= s[at]!;
        for (let row = 0; row < n; row++) residue[row]! += along * v[row * n + at]!;
      }
    },
  };
}

function circulant(
  input: Float64Array,
  stepS: number,
  { method, threshold = 0.1, oscillation = 0.035 }: DeconvolutionOptions,
): Deconvolver {
  const n = input.length;
  const length = fftLength(2 * n);
  const transform = fourier(length);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  re.set(input);
  transform(re, im);
  const power = new Float64Array(length);
  const inverseRe = new Float64Array(length);
  const inverseIm = new Float64Array(length);
  let most = 0;
  for (let k = 0; k < length; k++) {
    power[k] = Math.hypot(re[k]!, im[k]!);
    most = Math.max(most, power[k]!);
    inverseRe[k] = re[k]! / power[k]! ** 2 / stepS;
    inverseIm[k] = -im[k]! / power[k]! ** 2 / stepS;
  }
  const tissueRe = new Float64Array(length);
  const tissueIm = new Float64Array(length);

  function withThreshold(least: number, residue: Float64Array): void {
    for (let k = 0; k < length; k++) {
      const isKept = power[k]! > least * most;
      // Conjugated, so that the forward transform is the inverse one.
      re[k] = isKept ? tissueRe[k]! * inverseRe[k]! - tissueIm[k]! * inverseIm[k]! : 0;
      im[k] = isKept ? -(tissueRe[k]! * inverseIm[k]! + tissueIm[k]! * inverseRe[k]!) : 0;
    }
    transform(re, im);
    for (let at = 0; at < length; at++) residue[at] = re[at]! / length;
  }

  return {
    length,
    deconvolve(tissue, residue) {
      tissueRe.fill(0);
      tissueIm.fill(0);
      for (let at = 0; at < n; at++) tissueRe[at] = tissue[at]!;
      transform(tissueRe, tissueIm);
      if (method === 'csvd') return withThreshold(threshold, residue);
      for (const least of thresholds) {
        withThreshold(least, residue);
        if (oscillationIndex(residue) < oscillation) return;
      }
    },
  };
}

/** Thresholds that `osvd` tries, rising: 1 % to 95 % of the largest singular value. */
const thresholds = Array.from({ length: 48 }, (_, at) => 0.01 + 0.02 * at);

/** Sum of the absolute second differences of a residue per sample and maximum (Wu et al. 2003, eq. 10). */
export function oscillationIndex(residue: Float64Array): number {
  let most = 0;
  let sum = 0;
  for (let at = 0; at < residue.length; at++) {
    most = Math.max(most, residue[at]!);
    if (at > 1) sum += Math.abs(residue[at]! - 2 * residue[at - 1]! + residue[at - 2]!);
  }
  return most > 0 ? sum / (residue.length * most) : Number.POSITIVE_INFINITY;
}
