import { type Responder, responder } from '../../../kinetics/convolve.ts';
import { type Fit, leastSquares, type Model } from '../../../kinetics/leastSquares.ts';
import type { Convolution } from './compartments.ts';
import { cumulative } from './curves.ts';
import { lateFit, type TStar } from './lateFit.ts';
import { errorOfRatio, linearFit } from './linearFit.ts';
import { estimatesOf, type KineticFit, type KineticModelId, type KineticStatus } from './models.ts';
import { searchRates } from './rates.ts';
import { steppedResponder } from './steps.ts';

export interface ReferenceOptions {
  tStar: TStar | undefined;
  weights: ArrayLike<number>;
  weightsSay: string;
  /** k2' per second: of the plot, MRTM2 and SRTM2. */
  k2PrimePerS: number | undefined;
  convolution: Convolution;
}

export type ByReference = Extract<KineticModelId, 'ref-logan' | 'mrtm1' | 'mrtm2' | 'srtm' | 'srtm2'>;

/** Everything of a reference tissue that many curves share. */
export interface Reference {
  timesS: Float64Array;
  values: Float64Array;
  integral: Float64Array;
}

export function referenceOf(timesS: Float64Array, values: Float64Array): Reference {
  return { timesS, values, integral: cumulative(timesS, values) };
}

/** Linear models against a reference tissue; integrals by trapezoids between frames. Rates are given per minute. */
export function linearReferenceFit(
  id: 'ref-logan' | 'mrtm1' | 'mrtm2',
  { timesS, values: reference, integral }: Reference,
  curve: Float64Array,
  options: ReferenceOptions,
): KineticFit | undefined {
  const { weights, weightsSay, k2PrimePerS } = options;
  const tissue = cumulative(timesS, curve);
  const all: TStar = { frames: timesS.length };
  const prime = k2PrimePerS === undefined ? '' : `k2' ${(60 * k2PrimePerS).toPrecision(4)} /min`;
  if (id === 'ref-logan') {
    const x = curve.map((value, at) => (integral[at]! + reference[at]! / k2PrimePerS!) / value);
    const y = curve.map((value, at) => tissue[at]! / value);
    const ones = new Float64Array(x.length).fill(1);
    const fit = lateFit(timesS, [x, ones], y, undefined, options.tStar ?? 'found');
    if (!fit) return undefined;
    return {
      ...{ model: id, status: 'fitted', r2: fit.r2, rss: fit.rss, frames: fit.frames, tStarS: fit.tStarS },
      estimates: estimatesOf(id, [fit.coefficients[0]! - 1], [Math.sqrt(fit.covariance[0]!)]),
      says: [fit.says, 'weights uniform', prime],
      drawn: { x, y, fitted: fit.fitted },
    };
  }
  const columns =
    id === 'mrtm1'
      ? [integral, tissue, reference]
      : [integral.map((value, at) => value + reference[at]! / k2PrimePerS!), tissue];
  const fit = lateFit(timesS, columns, curve, weights, options.tStar ?? all);
  if (!fit) return undefined;
  const [a, b, c] = fit.coefficients as unknown as [number, number, number];
  const error = (...gradient: number[]): number => errorOfRatio(fit.covariance, gradient);
  const bp = -(a / b + 1);
  const [values, errors] =
    id === 'mrtm1'
      ? [
          [bp, c, -60 * b, (60 * a) / c],
          [error(-1 / b, a / b ** 2, 0), error(0, 0, 1), error(0, 60, 0), error(60 / c, 0, (60 * a) / c ** 2)],
        ]
      : [
          [bp, a / k2PrimePerS!, -60 * b],
          [error(-1 / b, a / b ** 2), error(1 / k2PrimePerS!, 0), error(0, 60)],
        ];
  return {
    ...{ model: id, status: b < 0 ? 'fitted' : 'not-physical' },
    ...{ r2: fit.r2, rss: fit.rss, frames: fit.frames, tStarS: fit.tStarS },
    estimates: estimatesOf(id, values, errors),
    says: [
      options.tStar ? fit.says : `all ${fit.frames} frames`,
      `weights ${weightsSay}`,
      ...(id === 'mrtm2' ? [prime] : []),
    ],
    drawn: { x: timesS, y: curve, fitted: fit.fitted },
  };
}

/** A fitter of SRTM or SRTM2, made once for many curves. */
export function srtmFitter(
  id: 'srtm' | 'srtm2',
  reference: Reference,
  options: ReferenceOptions,
): (curve: Float64Array) => KineticFit | undefined {
  const { timesS } = reference;
  const { weights, weightsSay } = options;
  const responses =
    options.convolution === 'exact' ? responder(reference, timesS) : steppedResponder(reference, timesS, comparedSteps);
  const prime = options.k2PrimePerS ?? 0;
  const cr = new Float64Array(timesS.length);
  responses.input(0, cr);
  const model = id === 'srtm' ? free(responses, cr) : constrained(responses, cr, prime);
  const own = Float64Array.from(weights);
  const fitter = leastSquares(model, { weights: own });
  const rates = searchRates(timesS);
  const answers = rates.map((rate) => {
    const out = new Float64Array(timesS.length);
    responses.exponential(rate, 0, out);
    return out;
  });
  return (curve) => {
    let best: { start: number[]; rss: number } | undefined;
    for (const [at, answer] of answers.entries()) {
      const rate = rates[at]!;
      const columns = id === 'srtm' ? [cr, answer] : [cr.map((value, t) => value + (prime - rate) * answer[t]!)];
      const found = linearFit(columns, curve, own);
      if (found && (best === undefined || found.rss < best.rss))
        best = { start: [...found.coefficients, rate], rss: found.rss };
    }
    if (!best) return undefined;
    const fit = fitter(curve, best.start);
    const [r1, c, k2a] = (id === 'srtm'
      ? fit.parameters
      : [fit.parameters[0]!, fit.parameters[0]! * (prime - fit.parameters[1]!), fit.parameters[1]!]) as unknown as [
      number,
      number,
      number,
    ];
    const k2 = c + r1 * k2a;
    const error = (...gradient: number[]): number => errorOfRatio(fit.covariance, gradient);
    const [values, errors] =
      id === 'srtm'
        ? [
            [k2 / k2a - 1, r1, 60 * k2, (60 * k2) / r1],
            [
              error(1, 1 / k2a, -c / k2a ** 2),
              error(1, 0, 0),
              60 * error(k2a, 1, r1),
              60 * error(-c / r1 ** 2, 1 / r1, 1),
            ],
          ]
        : [
            [(r1 * prime) / k2a - 1, r1, 60 * r1 * prime],
            [error(prime / k2a, (-r1 * prime) / k2a ** 2), error(1, 0), 60 * error(prime, 0)],
          ];
    return fromFit(id, fit, model, curve, timesS, values, errors, [
      `all ${timesS.length} frames, weights ${weightsSay}`,
      'blood in vessels not taken out',
      ...(id === 'srtm2' ? [`k2' ${(60 * prime).toPrecision(4)} /min`] : []),
    ]);
  };
}

/** Bounds of apparent k2, per second. */
const [slowest, fastest] = [1e-7, 0.2];
/** Steps over the scan in the software that is compared with. */
const comparedSteps = 1024;

/** R1 Cr + c Cr * e^(-k2a t) as a model of R1, c and k2a; delivery above 1 + BPND makes c negative. */
function free(responses: Responder, cr: Float64Array): Model {
  return {
    points: cr.length,
    low: Float64Array.from([0, -1, slowest]),
    high: Float64Array.from([10, 1, fastest]),
    evaluate(parameters, values, jacobian) {
      const [r1, c, k2a] = parameters as unknown as [number, number, number];
      jacobian[0]!.set(cr);
      responses.exponential(k2a, 0, jacobian[1]!, jacobian[2]!);
      for (let at = 0; at < cr.length; at++) {
        values[at] = r1 * cr[at]! + c * jacobian[1]![at]!;
        jacobian[2]![at]! *= c;
      }
    },
  };
}

/** R1 (Cr + (k2' - k2a) Cr * e^(-k2a t)) as a model of R1 and k2a. */
function constrained(responses: Responder, cr: Float64Array, prime: number): Model {
  const answer = new Float64Array(cr.length);
  const byRate = new Float64Array(cr.length);
  return {
    points: cr.length,
    low: Float64Array.from([0, slowest]),
    high: Float64Array.from([10, fastest]),
    evaluate([r1, k2a]: Float64Array | number[], values, jacobian) {
      responses.exponential(k2a!, 0, answer, byRate);
      for (let at = 0; at < cr.length; at++) {
        const shape = cr[at]! + (prime - k2a!) * answer[at]!;
        values[at] = r1! * shape;
        jacobian[0]![at] = shape;
        jacobian[1]![at] = r1! * ((prime - k2a!) * byRate[at]! - answer[at]!);
      }
    },
  };
}

/** A non-linear fit of a whole tissue curve as a result. */
export function fromFit(
  id: KineticModelId,
  fit: Fit,
  model: Model,
  curve: Float64Array,
  timesS: Float64Array,
  values: readonly number[],
  errors: readonly number[],
  says: string[],
): KineticFit {
  const fitted = new Float64Array(curve.length);
  model.evaluate(
    fit.parameters,
    fitted,
    Array.from({ length: fit.parameters.length }, () => new Float64Array(curve.length)),
  );
  let mean = 0;
  for (const value of curve) mean += value / curve.length;
  let [left, spread] = [0, 0];
  for (let at = 0; at < curve.length; at++) {
    left += (curve[at]! - fitted[at]!) ** 2;
    spread += (curve[at]! - mean) ** 2;
  }
  return {
    model: id,
    status: statusOf(fit, values),
    estimates: estimatesOf(id, values, errors),
    r2: 1 - left / spread,
    rss: fit.rss,
    frames: curve.length,
    tStarS: timesS[0]!,
    says,
    drawn: { x: timesS, y: curve, fitted },
  };
}

function statusOf(fit: Fit, values: readonly number[]): KineticStatus {
  if (!values.every(Number.isFinite)) return 'not-physical';
  if (!fit.converged) return 'not-converged';
  return fit.atBound.includes(1) ? 'at-bound' : 'fitted';
}
