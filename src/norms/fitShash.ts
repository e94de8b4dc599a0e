import { minimise } from './lbfgs.ts';
import { cholesky, crossProduct, dot, inverseTriangle } from './linear.ts';
import type { BlrModel, ShashModel } from './model.ts';

/** SDs of the weak priors that keep shapes near the normal where few people say otherwise. */
const priorSd = { skew: 0.5, logTail: 0.3, scaleBy: 1 };

/**
 * Location, scale and shape of one measure by penalised likelihood. Starts at the Bayesian regression `start` of the same
 * people, whose weight precision is the ridge of the location; L-BFGS with analytic gradients in coordinates in which the
 * location's curvature is one. Laplace's approximation gives the covariance of the location.
 * `scaleRows`: [age / 100, sex] of each person.
 */
export function fitShash(
  rows: readonly Float64Array[],
  values: readonly number[],
  scaleRows: readonly (readonly [number, number])[],
  start: BlrModel,
): ShashModel {
  const scale = start.scale!;
  const y = Float64Array.from(values, (one) => (one - scale.mean) / scale.sd);
  const n = y.length;
  const size = rows[0]!.length;
  const ridge = Math.exp(start.hyp[3]);
  const inverseNoise = 1 / start.noiseVar;
  const curvature = crossProduct(rows, size).map((one) => one * inverseNoise);
  for (let k = 0; k < size; k++) curvature[k * size + k]! += ridge;
  const factor = cholesky(curvature, size)!;
  const locationOf = (x: Float64Array) => {
    const step = backSubstitute(factor, x, size);
    return step.map((one, k) => start.m[k]! + one);
  };
  const unpack = (x: Float64Array) => ({
    location: locationOf(x),
    logScale: [x[size]! + 0.5 * Math.log(start.noiseVar), x[size + 1]!, x[size + 2]!] as [number, number, number],
    skew: x[size + 3]!,
    logTail: x[size + 4]!,
  });
  const objective = (x: Float64Array) => {
    const { location, logScale, skew, logTail } = unpack(x);
    const tail = Math.exp(logTail);
    let value = 0.5 * ridge * dot(location, location);
    const byLocation = location.map((one) => ridge * one);
    const rest = new Float64Array(5);
    for (let i = 0; i < n; i++) {
      const [age, sex] = scaleRows[i]!;
      const logSigma = logScale[0] + logScale[1] * age + logScale[2] * sex;
      const sigma = Math.exp(logSigma);
      const r = (y[i]! - dot(rows[i]!, location)) / sigma;
      const { loss, byR, byQ } = lossAt(r, skew, tail);
      value += loss + logSigma;
      for (let k = 0; k < size; k++) byLocation[k]! -= (byR * rows[i]![k]!) / sigma;
      const byScale = 1 - byR * r;
      rest[0]! += byScale;
      rest[1]! += byScale * age;
      rest[2]! += byScale * sex;
      rest[3]! -= byQ;
      rest[4]! += byQ * tail * Math.asinh(r) - 1;
    }
    const priors: [number, number, number][] = [
      [1, logScale[1], priorSd.scaleBy],
      [2, logScale[2], priorSd.scaleBy],
      [3, skew, priorSd.skew],
      [4, logTail, priorSd.logTail],
    ];
    for (const [k, at, sd] of priors) {
      value += 0.5 * (at / sd) ** 2;
      rest[k]! += at / sd ** 2;
    }
    return { value, gradient: Float64Array.of(...forwardSubstitute(factor, byLocation, size), ...rest) };
  };
  const { x } = minimise(objective, new Float64Array(size + 5), { tolerance: 1e-5 });
  const { location, logScale, skew, logTail } = unpack(x);
  const tail = Math.exp(logTail);
  const weights = Float64Array.from({ length: n }, (_, i) => {
    const [age, sex] = scaleRows[i]!;
    const sigma = Math.exp(logScale[0] + logScale[1] * age + logScale[2] * sex);
    const r = (y[i]! - dot(rows[i]!, location)) / sigma;
    const h = 1e-4;
    // The loss may bend downwards far out; a person there tells nothing of the location.
    return Math.max((lossAt(r + h, skew, tail).byR - lossAt(r - h, skew, tail).byR) / (2 * h), 0) / sigma ** 2;
  });
  const hessian = crossProduct(rows, size, weights);
  for (let k = 0; k < size; k++) hessian[k * size + k]! += ridge;
  return {
    type: 'shash',
    scale,
    location: [...location],
    logScale,
    skew,
    tailWeight: tail,
    locationCov: Array.from(inverseTriangle(cholesky(hessian, size)!, size), (one) => Number(one.toPrecision(7))),
  };
}

/** Negative log density of the standardised residual (without log scale), by the residual and by q = tail asinh(r) - skew. */
function lossAt(r: number, skew: number, tail: number): { loss: number; byR: number; byQ: number } {
  const q = tail * Math.asinh(r) - skew;
  const s = Math.sinh(q);
  const cosh = Math.cosh(q);
  const byQ = s * cosh - s / cosh;
  return {
    loss: 0.5 * Math.log(2 * Math.PI) + 0.5 * s * s - Math.log(cosh) - Math.log(tail) + 0.5 * Math.log1p(r * r),
    byR: (byQ * tail) / Math.sqrt(1 + r * r) + r / (1 + r * r),
    byQ,
  };
}

/** L^-1 b. */
function forwardSubstitute(factor: Float64Array, b: Float64Array, size: number): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * size + k]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  return x;
}

/** L^-T b: of the first `size` numbers. */
function backSubstitute(factor: Float64Array, b: Float64Array, size: number): Float64Array {
  const x = b.slice(0, size);
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= factor[k * size + i]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  return x;
}
