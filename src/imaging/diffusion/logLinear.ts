import { backward, type Design, factorise, forward, pseudoInverse } from './linear.ts';

/** Ordinary, weighted, robust, or non-linear least squares. */
export type FitMethod = 'ols' | 'wls' | 'robust' | 'nlls';

/** A fit of one voxel; overwritten by the next. */
export interface LogLinearFit {
  beta: Float64Array;
  /** Volumes that the robust method left out. */
  outliers: number;
  /** Noise over S0 from the residuals; NaN without degrees of freedom. */
  residual: number;
  /** The weighted fit had no solution, and the ordinary one stands. */
  fellBack: boolean;
  /** Standard error of the linear form g'beta; NaN without degrees of freedom. */
  standardError(g: ArrayLike<number>): number;
}

/**
 * Fits ln S = X beta to one voxel after the other.
 * - `ols`: all logarithms weigh the same.
 * - `wls`: one step with weights S^2 of the ordinary prediction (Salvador 2005; the variance of ln S is (sigma/S)^2).
 * - `robust`: iterated weights that a residual far beyond the noise loses (Geman-McClure, noise by the median absolute
 *   deviation), then `wls` without what lies beyond 3 sigma (after RESTORE, Chang 2005, and Collier 2015).
 * - `nlls`: sum (S - exp X beta)^2 by Levenberg-Marquardt from `wls`.
 * The same numbers on every thread: nothing of a voxel stays.
 */
export function logLinearFitter(
  design: Design,
  method: FitMethod,
): (signal: Float64Array, log: Float64Array, at: number) => LogLinearFit {
  const { n, p, x } = design;
  const inverse = pseudoInverse(design);
  if (inverse === undefined) throw new RangeError('the design has dependent columns');
  const pairs = (p * (p + 1)) / 2;
  const products = productsOf(design);
  const columns = new Float64Array(p * n);
  for (let i = 0; i < n; i++) for (let a = 0; a < p; a++) columns[a * n + i] = x[i * p + a]!;
  const beta = new Float64Array(p);
  const trial = new Float64Array(p);
  const eta = new Float64Array(n);
  const weight = new Float64Array(n);
  const weighted = new Float64Array(n);
  const residuals = new Float64Array(n);
  const sorted = new Float64Array(n);
  const sums = new Float64Array(pairs + p);
  const normal = new Float64Array(p * p);
  const form = new Float64Array(p);
  let factored = false;
  let variance = Number.NaN;
  /** ln of the signal whose weight is 1. */
  let scale = 0;

  const predict = (of: Float64Array): number => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0, q = 0; i < n; i++, q += p) {
      let sum = 0;
      for (let a = 0; a < p; a++) sum += x[q + a]! * of[a]!;
      eta[i] = sum;
      if (sum > highest) highest = sum;
    }
    return highest;
  };

  /** Solves (X' W X) out = X' v, where W is the diagonal `weight` and v is `weighted`. False without solution. */
  const solve = (out: Float64Array, damping: number): boolean => {
    dots(products, weight, 0, sums, 0, pairs, n);
    dots(columns, weighted, 0, sums, pairs, p, n);
    for (let a = 0, q = 0; a < p; a++)
      for (let b = 0; b <= a; b++, q++) normal[a * p + b] = a === b ? sums[q]! * (1 + damping) : sums[q]!;
    if (!factorise(normal, p)) return false;
    for (let a = 0; a < p; a++) out[a] = sums[pairs + a]!;
    forward(normal, out, p);
    backward(normal, out, p);
    return true;
  };

  /** Weights S^2 of the present prediction, times `share` where it is given, relative to the largest. */
  const weigh = (log: Float64Array, at: number, share?: Float64Array): void => {
    scale = predict(beta);
    for (let i = 0; i < n; i++) {
      let w = Math.exp(2 * (eta[i]! - scale));
      if (share) w *= share[i]!;
      weight[i] = w;
      weighted[i] = w * log[at + i]!;
    }
  };

  const step = (log: Float64Array, at: number, share?: Float64Array): boolean => {
    weigh(log, at, share);
    if (!solve(trial, 0)) return false;
    beta.set(trial);
    return true;
  };

  const share = new Float64Array(n);
  /** Returns how many volumes were left out. */
  const robust = (signal: Float64Array, log: Float64Array, at: number): number => {
    if (n <= p + 1) return 0;
    let sigma = 0;
    for (let turn = 0; turn < 12; turn++) {
      predict(beta);
      for (let i = 0; i < n; i++) residuals[i] = signal[at + i]! - Math.exp(eta[i]!);
      const next = noiseOf(residuals, sorted) * Math.sqrt(n / (n - p));
      if (!(next > 0)) return 0;
      for (let i = 0; i < n; i++) share[i] = gemanMcClure(residuals[i]! / (2 * next));
      if (!step(log, at, share)) break;
      const settled = Math.abs(next - sigma) <= 1e-4 * next;
      sigma = next;
      if (settled) break;
    }
    predict(beta);
    let left = 0;
    for (let i = 0; i < n; i++) {
      const isOutlier = Math.abs(signal[at + i]! - Math.exp(eta[i]!)) > 3 * sigma;
      share[i] = isOutlier ? 0 : 1;
      if (isOutlier) left++;
    }
    // Twice: the weights come from a fit that outliers still pulled at.
    if (n - left <= p || !step(log, at, share) || !step(log, at, share)) return 0;
    return left;
  };

  const squares = (signal: Float64Array, at: number, of: Float64Array): number => {
    predict(of);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (signal[at + i]! - Math.exp(eta[i]!)) ** 2;
    return sum;
  };

  const next = new Float64Array(p);
  const nonLinear = (signal: Float64Array, at: number): void => {
    let damping = 1e-4;
    let cost = squares(signal, at, beta);
    for (let turn = 0; turn < 50 && damping < 1e10; turn++) {
      predict(beta);
      for (let i = 0; i < n; i++) {
        const s = Math.exp(eta[i]!);
        weight[i] = s * s;
        weighted[i] = s * (signal[at + i]! - s);
      }
      if (!solve(trial, damping)) return;
      let size = 0;
      for (let a = 0; a < p; a++) {
        next[a] = beta[a]! + trial[a]!;
        size = Math.max(size, Math.abs(trial[a]!) / (1e-3 + Math.abs(beta[a]!)));
      }
      const after = squares(signal, at, next);
      if (after <= cost) {
        beta.set(next);
        cost = after;
        damping /= 10;
        if (size < 1e-10) return;
      } else {
        if (size < 1e-10) return;
        damping *= 10;
      }
    }
  };

  const fit: LogLinearFit = {
    beta,
    outliers: 0,
    residual: Number.NaN,
    fellBack: false,
    standardError(g) {
      if (!factored || Number.isNaN(variance)) return Number.NaN;
      for (let a = 0; a < p; a++) form[a] = g[a]!;
      forward(normal, form, p);
      let sum = 0;
      for (let a = 0; a < p; a++) sum += form[a]! ** 2;
      return Math.sqrt(variance * sum);
    },
  };

  /** The variance of a volume of weight 1, for standard errors and the residual. */
  const appraise = (log: Float64Array, at: number, volumes: number): void => {
    let sum = 0;
    if (method === 'wls' && factored) {
      // beta solves the equations whose right side is still here: |W(y - X beta)|^2 = y'Wy - beta'X'Wy.
      for (let i = 0; i < n; i++) sum += weighted[i]! * log[at + i]!;
      for (let a = 0; a < p; a++) sum -= beta[a]! * sums[pairs + a]!;
      sum = Math.max(0, sum);
    } else {
      predict(beta);
      for (let i = 0; i < n; i++) sum += weight[i]! * (log[at + i]! - eta[i]!) ** 2;
    }
    const free = volumes - p;
    variance = free > 0 ? sum / free : Number.NaN;
    fit.residual = Math.sqrt(variance) * Math.exp(scale - beta[p - 1]!);
  };

  if (method === 'ols') {
    weight.fill(1);
    factored = solve(trial, 0);
  }

  return (signal, log, at) => {
    dots(inverse, log, at, beta, 0, p, n);
    fit.outliers = 0;
    fit.fellBack = false;
    if (method === 'ols') scale = beta[p - 1]!;
    else {
      factored = step(log, at);
      fit.fellBack = !factored;
      if (factored && method === 'robust') {
        fit.outliers = robust(signal, log, at);
        weigh(log, at, fit.outliers > 0 ? share : undefined);
        factored = solve(trial, 0);
      } else if (factored && method === 'nlls') {
        nonLinear(signal, at);
        weigh(log, at);
        factored = solve(trial, 0);
      }
    }
    appraise(log, at, n - fit.outliers);
    return fit;
  };
}

/** Weight of a residual in units of the noise: 1 without, 1/4 at 1. */
function gemanMcClure(residual: number): number {
  const one = 1 + residual * residual;
  return 1 / (one * one);
}

/** Products of columns a and b <= a, as rows of n. */
function productsOf({ n, p, x }: Design): Float64Array {
  const products = new Float64Array(((p * (p + 1)) / 2) * n);
  for (let a = 0, row = 0; a < p; a++)
    for (let b = 0; b <= a; b++, row++)
      for (let i = 0; i < n; i++) products[row * n + i] = x[i * p + a]! * x[i * p + b]!;
  return products;
}

/** out[first + r] = sum_i rows[r * n + i] * v[at + i], four rows at a time so that sums do not wait for each other. */
function dots(
  rows: Float64Array,
  v: Float64Array,
  at: number,
  out: Float64Array,
  first: number,
  count: number,
  n: number,
): void {
  let r = 0;
  for (; r + 4 <= count; r += 4) {
    let q0 = r * n;
    let q1 = q0 + n;
    let q2 = q1 + n;
    let q3 = q2 + n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < n; i++) {
      const w = v[at + i]!;
      s0 += rows[q0++]! * w;
      s1 += rows[q1++]! * w;
      s2 += rows[q2++]! * w;
      s3 += rows[q3++]! * w;
    }
    out[first + r] = s0;
    out[first + r + 1] = s1;
    out[first + r + 2] = s2;
    out[first + r + 3] = s3;
  }
  for (; r < count; r++) {
    let sum = 0;
    for (let i = 0, q = r * n; i < n; i++) sum += rows[q + i]! * v[at + i]!;
    out[first + r] = sum;
  }
}

/** Noise from the median absolute residual, 1.4826 for a normal distribution. */
function noiseOf(residuals: Float64Array, sorted: Float64Array): number {
  for (let i = 0; i < residuals.length; i++) sorted[i] = Math.abs(residuals[i]!);
  sorted.sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return 1.4826 * median;
}
