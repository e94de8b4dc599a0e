import type { Kernel } from '../../voxels/parallel.ts';
import { contrastWeights, type Orthonormal, orthonormalise } from './orthonormal.ts';

export interface GlmSetup {
  volumes: number;
  /** Voxels of one volume. */
  size: number;
  columns: Float64Array[];
  contrasts: Float64Array[];
  noise: 'ols' | 'ar1';
}

interface Whitened {
  basis: Orthonormal;
  weights: Float64Array[];
  lengths: number[];
}

/** Autocorrelations are rounded to hundredths, so that voxels share a whitened design (as nilearn and FSL's early FILM do). */
const steps = 100;

/**
 * The general linear model of each voxel. Reads `data` (volume-major) and `voxels`; writes `effect` and `t` (contrast-major,
 * by item), `rho` (autocorrelation of the residual at one volume, of the ordinary fit) and `sigma` (SD of the residual).
 * With `ar1`, data and design are whitened by `x(t) - rho x(t-1)` and fitted again.
 */
export const kernel: Kernel<GlmSetup> = ({ volumes: n, size, columns, contrasts, noise }, arrays) => {
  const { data, voxels, effect, t, rho, sigma } = arrays as Required<typeof arrays>;
  const items = voxels!.length;
  const prepare = (r: number): Whitened => {
    const basis = orthonormalise(r === 0 ? columns : columns.map((column) => whiten(column, r)));
    const weights = contrasts.map((contrast) => contrastWeights(basis, contrast) ?? new Float64Array(basis.q.length));
    return { basis, weights, lengths: weights.map((one) => Math.sqrt(one.reduce((sum, w) => sum + w * w, 0))) };
  };
  const plain = prepare(0);
  const byRho = new Map<number, Whitened>([[0, plain]]);
  const y = new Float64Array(n);
  const white = new Float64Array(n);
  const along = new Float64Array(columns.length);
  const project = (q: readonly Float64Array[], from: Float64Array, residual: Float64Array): number => {
    residual.set(from);
    for (let column = 0; column < q.length; column++) {
      const unit = q[column]!;
      let sum = 0;
      for (let at = 0; at < n; at++) sum += unit[at]! * from[at]!;
      along[column] = sum;
      for (let at = 0; at < n; at++) residual[at]! -= sum * unit[at]!;
    }
    let squares = 0;
    for (let at = 0; at < n; at++) squares += residual[at]! * residual[at]!;
    return squares;
  };
  const residual = new Float64Array(n);
  return (from, to) => {
    for (let item = from; item < to; item++) {
      const voxel = voxels![item]!;
      let mean = 0;
      for (let at = 0; at < n; at++) mean += y[at] = data![at * size + voxel]!;
      mean /= n;
      // The constant is in the model: without the mean less is lost to rounding.
      for (let at = 0; at < n; at++) y[at]! -= mean;
      let model = plain;
      let squares = project(plain.basis.q, y, residual);
      let lag = 0;
      for (let at = 1; at < n; at++) lag += residual[at]! * residual[at - 1]!;
      const correlation = squares > 0 ? lag / squares : 0;
      if (noise === 'ar1') {
        const r = Math.round(Math.max(-0.99, Math.min(0.99, correlation)) * steps) / steps;
        model = byRho.get(r) ?? prepare(r);
        byRho.set(r, model);
        white[0] = y[0]!;
        for (let at = 1; at < n; at++) white[at] = y[at]! - r * y[at - 1]!;
        squares = project(model.basis.q, white, residual);
      }
      const deviation = Math.sqrt(squares / (n - model.basis.q.length));
      rho![item] = correlation;
      sigma![item] = deviation;
      for (let of = 0; of < contrasts.length; of++) {
        const weights = model.weights[of]!;
        let sum = 0;
        for (let column = 0; column < weights.length; column++) sum += weights[column]! * along[column]!;
        effect![of * items + item] = sum;
        t![of * items + item] = deviation > 0 ? sum / (deviation * model.lengths[of]!) : 0;
      }
    }
  };
};

function whiten(column: Float64Array, r: number): Float64Array {
  return Float64Array.from(column, (value, at) => (at === 0 ? value : value - r * column[at - 1]!));
}
