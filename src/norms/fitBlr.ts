import { minimise, type Objective } from './lbfgs.ts';
import { cholesky, choleskySolve, crossProduct, dot, inverseTriangle, symmetricEigen } from './linear.ts';
import type { BlrModel } from './model.ts';
import { logWarpSlope, warp } from './warp.ts';

/** All that a regression needs to know of its people, once the warp is fixed: sums, from which nobody can be read. */
export interface Sums {
  size: number;
  n: number;
  /** X'X, size x size row-major. */
  xx: Float64Array;
  /** X'z. */
  xz: Float64Array;
  /** z'z. */
  zz: number;
}

/** Sums of one site. `z`: the measure in the shared scale and warp. */
export function sumsOf(rows: readonly Float64Array[], z: ArrayLike<number>): Sums {
  const size = rows[0]?.length ?? 0;
  return { size, n: rows.length, xx: crossProduct(rows, size), xz: transposed(rows, z, size), zz: dot(z, z) };
}

/** Sums of several sites together: what they would be if all people were in one place. Throws on designs that differ. */
export function mergeSums(all: readonly Sums[]): Sums {
  const [first, ...rest] = all;
  if (!first || rest.some(({ size }) => size !== first.size)) throw new RangeError('sums of different designs');
  const add = (pick: (one: Sums) => Float64Array) =>
    pick(first).map((_, k) => all.reduce((sum, one) => sum + pick(one)[k]!, 0));
  return {
    size: first.size,
    n: all.reduce((sum, { n }) => sum + n, 0),
    xx: add(({ xx }) => xx),
    xz: add(({ xz }) => xz),
    zz: all.reduce((sum, { zz }) => sum + zz, 0),
  };
}

/** X'X of a design, taken apart once for all measures of the same people. */
export interface Spectrum {
  values: Float64Array;
  vectors: Float64Array;
}

export function spectrumOf(xx: Float64Array, size: number): Spectrum {
  const { values, vectors } = symmetricEigen(xx, size);
  return { values: values.map((one) => Math.max(one, 0)), vectors };
}

/** Start of every search: noise and weight precision 1, no warp. */
const start = [0, 0];

/** Regression by evidence from sums alone: isotropic prior, noise and weight precision by L-BFGS (Bishop 2006, 3.5). */
export function fitSums(sums: Sums, spectrum = spectrumOf(sums.xx, sums.size)): Fitted {
  const u = rotated(spectrum, sums.xz);
  const { x } = minimise((logs) => evidence(logs[0]!, logs[1]!, sums, spectrum.values, u), start);
  return posterior(spectrum, u, Math.exp(x[0]!), Math.exp(x[1]!));
}

export interface Fitted {
  noisePrecision: number;
  weightPrecision: number;
  mean: Float64Array;
  /** Covariance of the mean, lower triangle by rows. */
  covariance: Float64Array;
}

/** Negative log evidence without its constant, by log noise precision and log weight precision. */
function evidence(
  logBeta: number,
  logAlpha: number,
  { size, n, zz }: Sums,
  lambda: Float64Array,
  u: Float64Array,
): ReturnType<Objective> {
  const [beta, alpha] = [Math.exp(logBeta), Math.exp(logAlpha)];
  let [logDet, mm, fit, shrunk] = [0, 0, 0, 0];
  let quadratic = 0;
  for (let j = 0; j < size; j++) {
    const a = alpha + beta * lambda[j]!;
    const m = (beta * u[j]!) / a;
    logDet += Math.log(a);
    shrunk += 1 / a;
    mm += m * m;
    fit += m * u[j]!;
    quadratic += lambda[j]! * m * m;
  }
  const rr = Math.max(zz - 2 * fit + quadratic, 0);
  return {
    value: 0.5 * (logDet - size * logAlpha - n * logBeta + beta * rr + alpha * mm),
    gradient: Float64Array.of(
      0.5 * (-n + size - alpha * shrunk + beta * rr),
      0.5 * (-size + alpha * shrunk + alpha * mm),
    ),
  };
}

function posterior({ values, vectors }: Spectrum, u: Float64Array, beta: number, alpha: number): Fitted {
  const size = values.length;
  const mean = posteriorMean({ values, vectors }, u, beta, alpha);
  const covariance = new Float64Array((size * (size + 1)) / 2);
  for (let k = 0, at = 0; k < size; k++) {
    for (let i = 0; i <= k; i++, at++) {
      for (let j = 0; j < size; j++) {
        covariance[at]! += (vectors[k * size + j]! * vectors[i * size + j]!) / (alpha + beta * values[j]!);
      }
    }
  }
  return { noisePrecision: beta, weightPrecision: alpha, mean, covariance };
}

function posteriorMean({ values, vectors }: Spectrum, u: Float64Array, beta: number, alpha: number): Float64Array {
  const size = values.length;
  const mean = new Float64Array(size);
  const inner = values.map((value, j) => (beta * u[j]!) / (alpha + beta * value));
  for (let k = 0; k < size; k++) for (let j = 0; j < size; j++) mean[k]! += vectors[k * size + j]! * inner[j]!;
  return mean;
}

/** V' x. */
function rotated({ vectors }: Spectrum, x: Float64Array): Float64Array {
  const size = x.length;
  const out = new Float64Array(size);
  for (let k = 0; k < size; k++) for (let j = 0; j < size; j++) out[j]! += vectors[k * size + j]! * x[k]!;
  return out;
}

function transposed(rows: readonly Float64Array[], z: ArrayLike<number>, size: number): Float64Array {
  const out = new Float64Array(size);
  for (const [i, row] of rows.entries()) for (let k = 0; k < size; k++) out[k]! += row[k]! * z[i]!;
  return out;
}

export interface BlrOptions {
  warp?: boolean;
  /** Noise that changes with age and sex. `noiseRows`: [age / 100, sex] of each person. */
  noiseRows?: readonly (readonly [number, number])[];
}

/**
 * Fits one measure (units of the measure, standardised inside) by evidence: noise and weight precision, and with `warp`
 * eps and log b of the sinh-arcsinh warp, by L-BFGS with analytic gradients. The spectrum of X'X is shared by measures.
 */
export function fitBlr(
  rows: readonly Float64Array[],
  values: readonly number[],
  spectrum: Spectrum,
  options: BlrOptions = {},
): BlrModel {
  const n = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n);
  const y = Float64Array.from(values, (one) => (one - mean) / sd);
  const size = rows[0]!.length;
  const scale = { mean, sd };
  if (options.noiseRows) return fitWeighted(rows, y, options.noiseRows, scale, options.warp === true);
  if (!options.warp) {
    const sums: Sums = {
      size,
      n,
      xx: new Float64Array(0),
      xz: transposed(rows, y, size),
      zz: dot(y, y),
    };
    return blrModel(fitSums(sums, spectrum), { eps: 0, logB: 0 }, scale);
  }
  const objective: Objective = ([logBeta, logAlpha, eps, logB]) => {
    const { z, byEps, byLogB, logSlope, slopeByEps, slopeByLogB } = warped(y, eps!, Math.exp(logB!));
    const u = rotated(spectrum, transposed(rows, z, size));
    const { value, gradient } = evidence(
      logBeta!,
      logAlpha!,
      { size, n, xx: spectrum.values, xz: u, zz: dot(z, z) },
      spectrum.values,
      u,
    );
    const beta = Math.exp(logBeta!);
    const fitted = posteriorMean(spectrum, u, beta, Math.exp(logAlpha!));
    let [gradEps, gradLogB] = [-slopeByEps, -slopeByLogB];
    for (let i = 0; i < n; i++) {
      const r = z[i]! - dot(rows[i]!, fitted);
      gradEps += beta * r * byEps[i]!;
      gradLogB += beta * r * byLogB[i]!;
    }
    return { value: value - logSlope, gradient: Float64Array.of(...gradient, gradEps, gradLogB) };
  };
  const { x } = minimise(objective, [0, 0, 0, 0]);
  const shape = { eps: x[2]!, logB: x[3]! };
  const { z } = warped(y, shape.eps, Math.exp(shape.logB));
  const u = rotated(spectrum, transposed(rows, z, size));
  return blrModel(posterior(spectrum, u, Math.exp(x[0]!), Math.exp(x[1]!)), shape, scale);
}

/** The warp of all values with its derivatives and the sum of its log slopes. */
function warped(y: Float64Array, eps: number, b: number) {
  const n = y.length;
  const [z, byEps, byLogB] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let [logSlope, slopeByEps, slopeByLogB] = [0, 0, n];
  for (let i = 0; i < n; i++) {
    const inner = b * (Math.asinh(y[i]!) + eps);
    const cosh = Math.cosh(inner);
    z[i] = warp(y[i]!, { eps, b });
    byEps[i] = cosh * b;
    byLogB[i] = cosh * inner;
    logSlope += logWarpSlope(y[i]!, { eps, b });
    slopeByEps += Math.tanh(inner) * b;
    slopeByLogB += Math.tanh(inner) * inner;
  }
  return { z, byEps, byLogB, logSlope, slopeByEps, slopeByLogB };
}

/** Noise variance exp(s'g) / beta: a factorisation a step instead of the shared spectrum. */
function fitWeighted(
  rows: readonly Float64Array[],
  y: Float64Array,
  noiseRows: readonly (readonly [number, number])[],
  scale: { mean: number; sd: number },
  withWarp: boolean,
): BlrModel {
  const n = y.length;
  const size = rows[0]!.length;
  const at = ([logBeta, logAlpha, g1, g2, eps, logB]: Float64Array) => {
    const [beta, alpha] = [Math.exp(logBeta!), Math.exp(logAlpha!)];
    const weights = Float64Array.from(noiseRows, ([a, s]) => Math.exp(-(a * g1! + s * g2!)));
    const matrix = crossProduct(rows, size, weights).map((one) => beta * one);
    for (let k = 0; k < size; k++) matrix[k * size + k]! += alpha;
    const factor = cholesky(matrix, size);
    const shape = warped(y, eps ?? 0, Math.exp(logB ?? 0));
    const target = Float64Array.from(shape.z, (one, i) => beta * weights[i]! * one);
    const mean = factor && choleskySolve(factor, transposed(rows, target, size), size);
    return { beta, alpha, weights, factor, shape, mean };
  };
  const objective: Objective = (x) => {
    const { beta, alpha, weights, factor, shape, mean } = at(x);
    if (!factor || !mean) return { value: Number.POSITIVE_INFINITY, gradient: new Float64Array(x.length) };
    let [logDet, rr, leverage, logNoise, byEps, byLogB] = [0, 0, 0, 0, 0, 0];
    const byNoise = [0, 0];
    for (let k = 0; k < size; k++) logDet += 2 * Math.log(factor[k * size + k]!);
    for (let i = 0; i < n; i++) {
      const r = shape.z[i]! - dot(rows[i]!, mean);
      const h = beta * weights[i]! * dot(rows[i]!, choleskySolve(factor, rows[i]!, size));
      const wrr = beta * weights[i]! * r * r;
      rr += wrr;
      leverage += h;
      logNoise -= Math.log(weights[i]!);
      byEps += beta * weights[i]! * r * shape.byEps[i]!;
      byLogB += beta * weights[i]! * r * shape.byLogB[i]!;
      for (const k of [0, 1] as const) byNoise[k]! += noiseRows[i]![k] * 0.5 * (1 - wrr - h);
    }
    const mm = dot(mean, mean);
    const value =
      0.5 * (logDet - size * x[1]! - n * x[0]! + logNoise + rr + alpha * mm) - (withWarp ? shape.logSlope : 0);
    const shrunk = size - leverage;
    const gradient = [0.5 * (-n + leverage + rr), 0.5 * (-size + shrunk + alpha * mm), ...byNoise];
    if (withWarp) gradient.push(byEps - shape.slopeByEps, byLogB - shape.slopeByLogB);
    return { value, gradient: Float64Array.from(gradient) };
  };
  const { x } = minimise(objective, new Float64Array(withWarp ? 6 : 4));
  const { beta, alpha, factor, mean } = at(x);
  const covariance = inverseTriangle(factor!, size);
  const fitted = { noisePrecision: beta, weightPrecision: alpha, mean: mean!, covariance };
  return { ...blrModel(fitted, { eps: x[4] ?? 0, logB: x[5] ?? 0 }, scale), noiseBy: [x[2]!, x[3]!] };
}

function blrModel(
  { noisePrecision, weightPrecision, mean, covariance }: Fitted,
  { eps, logB }: { eps: number; logB: number },
  scale: { mean: number; sd: number },
): BlrModel {
  return {
    type: 'blr',
    hyp: [Math.log(noisePrecision) + 2 * logB, eps, logB, Math.log(weightPrecision)],
    noiseVar: 1 / noisePrecision,
    m: [...mean],
    // Seven digits are more than a variance of a mean needs.
    postCov: Array.from(covariance, (one) => Number(one.toPrecision(7))),
    scale,
  };
}
