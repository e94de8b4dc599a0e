import { type CompartmentModel, compartmentModel, type Limits } from '../../kinetics/compartments.ts';
import type { InputFunction } from '../../kinetics/input.ts';
import { type Fit, type Fitter, leastSquares } from '../../kinetics/leastSquares.ts';
import { rateGrid, type StartSearch, startSearch } from '../../kinetics/starts.ts';
import { delay, type ModelId, type Reported, tracerModels } from './models.ts';

/** What became of a fit. The numbers are those of the map `status`. */
export const statuses = {
  fitted: 0,
  /** A sample is no number, or the signal cannot be converted. */
  'no-data': 1,
  /** The model explains no more than a flat line (F-test, 1 %). */
  'no-uptake': 2,
  /** The search did not come to rest. */
  'not-converged': 3,
  /** A parameter lies at its bound; its value is that bound and has no standard error. */
  'at-bound': 4,
  /** A volume fraction above 1 or a number that is none. */
  'not-physical': 5,
} as const;
export type Status = keyof typeof statuses;

/** A fitted number with its standard error (NaN where there is none). */
export interface Estimate extends Reported {
  value: number;
  standardError: number;
}

export interface CurveFit {
  model: ModelId;
  status: Status;
  /** Which reported numbers rest on a bound. */
  bound: string[];
  estimates: Estimate[];
  /** Sum of squared residuals in (mmol/L)^2, and of the curve itself round its mean. */
  rss: number;
  /** 1 - rss / total sum of squares round the mean; NaN where no number is given. */
  r2: number;
  points: number;
  /** Parameters that were fitted. */
  parameters: number;
  fitted: Float64Array;
}

export interface CurveOptions {
  /** `fitted`: searched within `delayRangeS`; a number is taken as known, in seconds. Default 0. */
  delay?: 'fitted' | number;
  /** Default 0 to 15 s. */
  delayRangeS?: readonly [low: number, high: number];
  /** Starts that a local search is made from. Default 2. */
  starts?: number;
}

export interface TracerFitter {
  model: CompartmentModel;
  fitter: Fitter;
  search: StartSearch;
  reported: readonly Reported[];
  /** Overwrites `out` with the reported numbers of natural parameters. */
  report(natural: ArrayLike<number>, out: Float64Array): void;
  /** Standard errors of the reported numbers, by the covariance of the natural ones (delta method). */
  errors(fit: Fit, out: Float64Array): void;
  starts: number;
}

/** Everything that a model needs for one input and one list of times, made once for many curves. */
export function tracerFitter(
  id: ModelId,
  input: InputFunction,
  timesS: Float64Array,
  options: CurveOptions = {},
): TracerFitter {
  const { structure, reported, report } = tracerModels[id];
  const fitsDelay = options.delay === 'fitted';
  const [delayLowS, delayHighS] = options.delayRangeS ?? [0, 15];
  const beat = (timesS.at(-1)! - timesS[0]!) / (timesS.length - 1);
  const limits: Limits = { rateHigh: 10 / beat, delayLowS, delayHighS };
  const model = compartmentModel(
    input,
    timesS,
    { terms: structure.terms, fitsDelay },
    limits,
    typeof options.delay === 'number' ? options.delay : 0,
  );
  // Whole halves of a beat, so that delays share their convolutions.
  const stepS = (beat / 2) * Math.max(1, Math.ceil((delayHighS - delayLowS) / 15 / (beat / 2) - 1e-9));
  const delaysS = Array.from(
    { length: Math.floor((delayHighS - delayLowS) / stepS) + 1 },
    (_, at) => delayLowS + at * stepS,
  );
  const natural = model.low.length;
  const names = fitsDelay ? [...reported, delay] : reported;
  const shifted = new Float64Array(natural);
  const above = new Float64Array(names.length);
  const below = new Float64Array(names.length);
  const derivatives = new Float64Array(names.length * natural);
  const withDelay = (from: ArrayLike<number>, out: Float64Array): void => {
    report(from, out);
    if (fitsDelay) out[names.length - 1] = from[natural - 1]!;
  };
  return {
    model,
    fitter: leastSquares(model),
    search: startSearch(model, { ratesPerS: structure.terms.includes('exponential') ? rateGrid(timesS) : [], delaysS }),
    reported: names,
    report: withDelay,
    starts: options.starts ?? 2,
    errors({ parameters, covariance, atBound }, out) {
      for (let by = 0; by < natural; by++) {
        shifted.set(parameters);
        const step = 1e-6 * (Math.abs(parameters[by]!) || 1e-6);
        shifted[by] = parameters[by]! + step;
        withDelay(shifted, above);
        shifted[by] = parameters[by]! - step;
        withDelay(shifted, below);
        for (let at = 0; at < names.length; at++)
          derivatives[at * natural + by] = (above[at]! - below[at]!) / (2 * step);
      }
      for (let at = 0; at < names.length; at++) {
        let variance = 0;
        let rests = false;
        for (let a = 0; a < natural; a++) {
          const left = derivatives[at * natural + a]!;
          if (left === 0) continue;
          if (atBound[a] === 1) rests = true;
          for (let b = 0; b < natural; b++) {
            const right = derivatives[at * natural + b]!;
            if (right !== 0) variance += left * right * covariance[a * natural + b]!;
          }
        }
        out[at] = rests ? Number.NaN : Math.sqrt(variance);
      }
    },
  };
}

/** Whether a fit's numbers may be shown; otherwise they are only where a search ended. */
export function isGiven(status: Status): boolean {
  return status === 'fitted' || status === 'at-bound';
}

/** Fits one curve of concentrations (mmol/L) from several starts. A fit that failed has no estimates (NaN). */
export function fitCurve(id: ModelId, of: TracerFitter, curve: ArrayLike<number>): CurveFit {
  const { model, fitter, search } = of;
  const points = model.points;
  const values = new Float64Array(points);
  const estimates = of.reported.map((one) => ({ ...one, value: Number.NaN, standardError: Number.NaN }));
  const result: CurveFit = {
    model: id,
    status: 'no-data',
    bound: [],
    estimates,
    rss: Number.NaN,
    r2: Number.NaN,
    points,
    parameters: model.low.length,
    fitted: values,
  };
  let mean = 0;
  for (let at = 0; at < points; at++) {
    if (!Number.isFinite(curve[at]!)) return result;
    mean += curve[at]! / points;
  }
  let best: { parameters: Float64Array; fit: Fit } | undefined;
  for (const { parameters } of search(curve, of.starts)) {
    const fit = fitter(curve, parameters);
    if (best && !(fit.rss < best.fit.rss)) continue;
    best = {
      parameters: fit.parameters.slice(),
      fit: { ...fit, atBound: fit.atBound.slice(), covariance: fit.covariance.slice() },
    };
  }
  const { parameters, fit } = { parameters: best!.parameters, fit: { ...best!.fit, parameters: best!.parameters } };
  const reported = new Float64Array(of.reported.length);
  const errors = new Float64Array(of.reported.length);
  of.report(parameters, reported);
  of.errors(fit, errors);
  model.evaluate(
    parameters,
    values,
    Array.from({ length: parameters.length }, () => new Float64Array(points)),
  );
  let total = 0;
  for (let at = 0; at < points; at++) total += (curve[at]! - mean) ** 2;
  result.rss = fit.rss;
  result.status = statusOf(fit, of, reported, total);
  if (!isGiven(result.status)) return result;
  result.r2 = 1 - fit.rss / total;
  for (const [at, one] of estimates.entries()) {
    one.value = reported[at]!;
    one.standardError = errors[at]!;
  }
  result.bound = estimates.filter((one) => Number.isNaN(one.standardError)).map(({ name }) => name);
  return result;
}

/**
 * The worst that can be said of a fit. `total`: sum of squares of the curve round its mean. A flat line is what an error of the
 * baseline leaves of a curve without contrast, so that a model must explain more than one of any height.
 */
export function statusOf(fit: Fit, of: TracerFitter, reported: Float64Array, total: number): Status {
  const { points } = of.model;
  const count = fit.parameters.length;
  const explained = (total - fit.rss) / Math.max(1, count - 1) / (fit.rss / (points - count));
  if (!(explained > uptakeF)) return 'no-uptake';
  if (!fit.converged) return 'not-converged';
  for (let at = 0; at < reported.length; at++) {
    const { highest } = of.reported[at]!;
    if (!Number.isFinite(reported[at]!) || (highest !== undefined && reported[at]! > highest)) return 'not-physical';
  }
  return fit.atBound.includes(1) ? 'at-bound' : 'fitted';
}

/**
 * The 99th percentile of F with 1 and 60 degrees of freedom, the highest of these models' (Tofts); fixed, so that a map has one
 * threshold.
 */
const uptakeF = 7.1;
