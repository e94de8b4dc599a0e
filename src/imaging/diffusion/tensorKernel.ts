import type { Kernel } from '../../voxels/parallel.ts';
import { eigen3 } from './eigen3.ts';
import type { Design } from './linear.ts';
import { type FitMethod, logLinearFitter } from './logLinear.ts';
import { flags, type ReaderSetup, signalReader } from './signals.ts';

export interface TensorSetup extends ReaderSetup {
  /** Columns xx, xy, yy, xz, yz, zz (ms/um2) and ln S0. */
  design: Design;
  method: FitMethod;
  /** Eigenvalues below this are raised to it, um2/ms. */
  leastDiffusivity: number;
  /** Noise in units of the signal, 0 when it is not known. */
  noise: number;
}

/**
 * The diffusion tensor of each voxel of the mask. Writes at the voxel's index: `fa`, `md`, `ad`, `rd` (mm2/s), `s0`,
 * `vector` (first eigenvector, patient RAS, three volumes), `residual` (noise of the fit / S0), `faSe`, `mdSe`, `flags`,
 * and `outliers` (volumes the robust method left out).
 */
export const kernel: Kernel<TensorSetup> = (setup, arrays) => {
  const { design, method, size, leastDiffusivity, noise } = setup;
  const {
    voxels,
    fa,
    md,
    ad,
    rd,
    s0,
    vector,
    residual,
    faSe,
    mdSe,
    flags: flagged,
    outliers,
  } = arrays as Required<typeof arrays>;
  const { n, p } = design;
  const reader = signalReader(arrays, setup);
  const fitVoxel = logLinearFitter(design, method);
  const values = new Float64Array(3);
  const vectors = new Float64Array(9);
  const gradient = new Float64Array(p);
  const mean = Float64Array.of(1 / 3, 0, 1 / 3, 0, 0, 1 / 3, 0);
  return (from, to) => {
    reader.read(from, to);
    for (let item = from; item < to; item++) {
      const voxel = voxels![item]!;
      const at = (item - from) * n;
      const {
        beta,
        residual: left,
        outliers: without,
        fellBack,
        standardError,
      } = fitVoxel(reader.signal, reader.log, at);
      eigen3(beta, values, vectors);
      let bits = reader.broken[item - from] === 1 ? flags.signalNotPositive : 0;
      if (fellBack) bits |= flags.fitFellBack;
      if (values[2]! <= 0) bits |= flags.negativeEigenvalue;
      const l1 = Math.max(values[0]!, leastDiffusivity);
      const l2 = Math.max(values[1]!, leastDiffusivity);
      const l3 = Math.max(values[2]!, leastDiffusivity);
      const mean3 = (l1 + l2 + l3) / 3;
      if (noise > 0) {
        let weakest = Number.POSITIVE_INFINITY;
        for (let i = 0; i < n; i++) weakest = Math.min(weakest, reader.signal[at + i]!);
        if (weakest < 3 * noise) bits |= flags.noiseFloor;
      }
      fa![voxel] = anisotropy(l1, l2, l3);
      md![voxel] = mean3 * 1e-3;
      ad![voxel] = l1 * 1e-3;
      rd![voxel] = ((l2 + l3) / 2) * 1e-3;
      s0![voxel] = Math.exp(beta[p - 1]!);
      for (let axis = 0; axis < 3; axis++) vector![axis * size + voxel] = vectors[axis]!;
      flagged![voxel] = bits;
      outliers![voxel] = without;
      residual![voxel] = finite(left);
      mdSe![voxel] = finite(standardError(mean)) * 1e-3;
      faSe![voxel] = finite(anisotropyGradient(beta, gradient) ? standardError(gradient) : Number.NaN);
    }
  };
};

/** Fractional anisotropy (Basser and Pierpaoli 1996) of three eigenvalues. */
export function anisotropy(l1: number, l2: number, l3: number): number {
  const square = l1 * l1 + l2 * l2 + l3 * l3;
  const apart = (l1 - l2) ** 2 + (l2 - l3) ** 2 + (l3 - l1) ** 2;
  return square > 0 ? Math.sqrt((0.5 * apart) / square) : 0;
}

/** d FA / d beta at the tensor's six numbers; false where FA has none (isotropic, empty). */
function anisotropyGradient(d: Float64Array, out: Float64Array): boolean {
  const third = (d[0]! + d[2]! + d[5]!) / 3;
  const square = d[0]! ** 2 + d[2]! ** 2 + d[5]! ** 2 + 2 * (d[1]! ** 2 + d[3]! ** 2 + d[4]! ** 2);
  const apart = square - 3 * third * third;
  if (!(apart > 1e-12 * square) || !(square > 0)) return false;
  const half = Math.sqrt((1.5 * apart) / square) / 2;
  for (let a = 0; a < 6; a++) {
    const isDiagonal = a === 0 || a === 2 || a === 5;
    const twice = isDiagonal ? 2 : 4;
    out[a] = half * ((twice * (isDiagonal ? d[a]! - third : d[a]!)) / apart - (twice * d[a]!) / square);
  }
  out[6] = 0;
  return true;
}

/** Maps hold 0 where a number cannot be given: NIfTI readers stumble over NaN. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
