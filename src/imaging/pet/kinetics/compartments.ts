import { type Responder, responder } from '../../../kinetics/convolve.ts';
import { leastSquares, type Model } from '../../../kinetics/leastSquares.ts';
import type { BloodInput } from './curves.ts';
import { linearFit } from './linearFit.ts';
import { delay, type KineticFit } from './models.ts';
import { searchRates } from './rates.ts';
import { fromFit } from './reference.ts';
import { steppedResponder } from './steps.ts';

/** `exact` for straight lines between samples; `stepped` as {@link steppedResponder} has it, to compare with other software. */
export type Convolution = 'exact' | 'stepped';

export type Compartmental = '1tcm' | '2tcm' | '2tcm-irreversible';

export interface CompartmentOptions {
  weights: ArrayLike<number>;
  weightsSay: string;
  /** Delay of the input in seconds, or the range in which it is fitted. */
  delay: number | { lowS: number; highS: number };
  /** Share of blood in the tissue, 0..1, or fitted between 0 and 0.3. */
  bloodShare: number | 'fitted';
  convolution: Convolution;
}

/** Exponential terms of each structure, and whether plasma accumulates. */
const structures = {
  '1tcm': { exponentials: 1, accumulates: false },
  '2tcm': { exponentials: 2, accumulates: false },
  '2tcm-irreversible': { exponentials: 1, accumulates: true },
} as const;

/**
 * C = (1 - vB) (sum of a_i Cp * e^(-b_i t)) + vB Cb, convolved exactly for straight lines between blood samples. Parameters of
 * the search: amplitudes a (1 - vB) of the exponentials, that of the integral, vB where fitted, the rates, the delay where
 * fitted; rate constants follow from them (Gunn et al. 2001).
 */
interface Structured extends Model {
  amplitudes: number;
  rates: number;
  fitsBlood: boolean;
  fitsDelay: boolean;
  plasma: Responder;
  blood: Responder;
}

function structured(
  id: Compartmental,
  { plasma, blood }: BloodInput,
  timesS: Float64Array,
  options: CompartmentOptions,
): Structured {
  const { exponentials, accumulates } = structures[id];
  const fitsBlood = options.bloodShare === 'fitted';
  const fitsDelay = typeof options.delay !== 'number';
  const steps = Math.max(6000, plasma.timesS.length);
  const [fromPlasma, fromBlood] = [plasma, blood].map((input) =>
    options.convolution === 'exact' ? responder(input, timesS) : steppedResponder(input, timesS, steps),
  ) as [Responder, Responder];
  const amplitudes = exponentials + (accumulates ? 1 : 0) + (fitsBlood ? 1 : 0);
  const count = amplitudes + exponentials + (fitsDelay ? 1 : 0);
  const points = timesS.length;
  const low = new Float64Array(count);
  const high = new Float64Array(count).fill(0.2);
  if (fitsBlood) high[amplitudes - 1] = 0.3;
  for (let at = amplitudes; at < amplitudes + exponentials; at++) {
    low[at] = 1e-7;
    high[at] = 0.2;
  }
  if (typeof options.delay !== 'number') {
    low[count - 1] = options.delay.lowS;
    high[count - 1] = options.delay.highS;
  }
  const arrived = new Float64Array(points);
  const slope = new Float64Array(points);
  const inVessels = new Float64Array(points);
  const vesselSlope = new Float64Array(points);
  const given = typeof options.bloodShare === 'number' ? options.bloodShare : 0;
  return {
    ...{
      points,
      low,
      high,
      amplitudes,
      rates: exponentials,
      fitsBlood,
      fitsDelay,
      plasma: fromPlasma,
      blood: fromBlood,
    },
    evaluate(parameters, values, jacobian) {
      const late = typeof options.delay === 'number' ? options.delay : parameters[count - 1]!;
      fromPlasma.input(late, arrived, slope);
      fromBlood.input(late, inVessels, vesselSlope);
      const byDelay = fitsDelay ? jacobian[count - 1]! : undefined;
      byDelay?.fill(0);
      for (let at = 0; at < points; at++) values[at] = given * inVessels[at]!;
      if (byDelay) for (let at = 0; at < points; at++) byDelay[at]! -= given * vesselSlope[at]!;
      for (let term = 0; term < amplitudes; term++) {
        const amplitude = parameters[term]!;
        const answer = jacobian[term]!;
        if (term < exponentials) {
          const rate = parameters[amplitudes + term]!;
          const byRate = jacobian[amplitudes + term]!;
          fromPlasma.exponential(rate, late, answer, byRate);
          for (let at = 0; at < points; at++) {
            byRate[at]! *= amplitude;
            if (byDelay) byDelay[at]! -= amplitude * (arrived[at]! - rate * answer[at]!);
          }
        } else if (accumulates && term === exponentials) {
          fromPlasma.integral(late, answer);
          if (byDelay) for (let at = 0; at < points; at++) byDelay[at]! -= amplitude * arrived[at]!;
        } else {
          answer.set(inVessels);
          if (byDelay) for (let at = 0; at < points; at++) byDelay[at]! -= amplitude * vesselSlope[at]!;
        }
        for (let at = 0; at < points; at++) values[at]! += amplitude * answer[at]!;
      }
    },
  };
}

/** Sums over steps have no exact derivative by the delay: its column is a difference. */
function bySteps(id: Compartmental, input: BloodInput, timesS: Float64Array, options: CompartmentOptions): Structured {
  const model = structured(id, input, timesS, options);
  if (!model.fitsDelay) return model;
  const at = model.low.length - 1;
  const idle = Array.from(model.low, () => new Float64Array(model.points));
  const [above, below] = [new Float64Array(model.points), new Float64Array(model.points)];
  return {
    ...model,
    evaluate(parameters, values, jacobian) {
      const shifted = parameters.slice();
      shifted[at] = parameters[at]! + 0.02;
      model.evaluate(shifted, above, idle);
      shifted[at] = parameters[at]! - 0.02;
      model.evaluate(shifted, below, idle);
      model.evaluate(parameters, values, jacobian);
      for (let point = 0; point < model.points; point++) jacobian[at]![point] = (above[point]! - below[point]!) / 0.04;
    },
  };
}

/** A fitter of a compartment model, made once for many curves. Rates are given per minute, the delay in seconds. */
export function compartmentFitter(
  id: Compartmental,
  input: BloodInput,
  timesS: Float64Array,
  options: CompartmentOptions,
): (curve: Float64Array) => KineticFit | undefined {
  const model =
    options.convolution === 'exact' ? structured(id, input, timesS, options) : bySteps(id, input, timesS, options);
  const weights = Float64Array.from(options.weights);
  const fitter = leastSquares(model, { weights, iterations: 400 });
  const bases = basesOf(id, model, timesS, options);
  // Frames without weight are often the first ones, which alone tell when the input arrives: the search sees them, the last fit
  // does not.
  const least = Math.min(...weights.filter((one) => one > 0));
  const seen = weights.map((one) => (one > 0 ? one : least));
  const seeing = leastSquares(model, { weights: seen, iterations: 400 });
  return (curve) => {
    let start: Float64Array | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const from of bestStarts(bases, curve, seen, model)) {
      const { rss, parameters } = seeing(curve, from);
      if (!(rss < lowest)) continue;
      lowest = rss;
      start = parameters.slice();
    }
    if (!start) return undefined;
    const best = fitter(curve, start);
    const report = (natural: ArrayLike<number>): number[] => reportedOf(id, model, natural, options);
    const values = report(best.parameters);
    const errors = errorsOf(best.parameters, best.covariance, best.atBound, report, values.length);
    const result = fromFit(id, best, model, curve, timesS, values, errors, [
      `all ${timesS.length} frames, weights ${options.weightsSay}`,
      model.fitsBlood ? 'blood share fitted' : `blood share ${options.bloodShare} taken as known`,
      model.fitsDelay ? 'delay fitted' : `delay ${options.delay as number} s taken as known`,
      ...(options.convolution === 'stepped' ? ['convolution by steps'] : []),
    ]);
    if (model.fitsDelay) {
      const at = best.parameters.length - 1;
      const variance = best.covariance[at * best.parameters.length + at]!;
      result.estimates.push({ ...delay, value: best.parameters[at]!, standardError: Math.sqrt(variance) });
    }
    return result;
  };
}

interface Basis {
  columns: Float64Array[];
  rates: number[];
  delayS: number;
  /** Known blood, to be taken out of the curve first. */
  known: Float64Array;
}

function basesOf(id: Compartmental, model: Structured, timesS: Float64Array, options: CompartmentOptions): Basis[] {
  const { exponentials, accumulates } = structures[id];
  const rates = searchRates(timesS, exponentials === 2 ? 16 : 32);
  const delays =
    typeof options.delay === 'number'
      ? [options.delay]
      : Array.from({ length: 19 }, (_, at) => {
          const { lowS, highS } = options.delay as { lowS: number; highS: number };
          return lowS + ((highS - lowS) * at) / 18;
        });
  const fresh = (): Float64Array => new Float64Array(timesS.length);
  return delays.flatMap((delayS) => {
    const inVessels = fresh();
    model.blood.input(delayS, inVessels);
    const share = typeof options.bloodShare === 'number' ? options.bloodShare : 0;
    const known = inVessels.map((value) => value * share);
    const answers = rates.map((rate) => {
      const out = fresh();
      model.plasma.exponential(rate, delayS, out);
      return out;
    });
    const whole = fresh();
    model.plasma.integral(delayS, whole);
    const rest = [...(accumulates ? [whole] : []), ...(model.fitsBlood ? [inVessels] : [])];
    const of = (chosen: number[]): Basis => ({
      columns: [...chosen.map((at) => answers[at]!), ...rest],
      rates: chosen.map((at) => rates[at]!),
      delayS,
      known,
    });
    if (exponentials === 1) return rates.map((_, at) => of([at]));
    return rates.flatMap((_, fast) => Array.from({ length: fast }, (__, slow) => of([fast, slow])));
  });
}

/** The best five combinations of rates and delay, amplitudes by a linear fit and cut at zero. */
function bestStarts(
  bases: readonly Basis[],
  curve: Float64Array,
  weights: Float64Array,
  model: Structured,
): Float64Array[] {
  const found: { start: Float64Array; rss: number }[] = [];
  for (const { columns, rates, delayS, known } of bases) {
    const fit = linearFit(
      columns,
      curve.map((value, at) => value - known[at]!),
      weights,
    );
    if (!fit) continue;
    let clipped = fit.coefficients.map((one, at) => Math.min(model.high[at]!, Math.max(model.low[at]!, one)));
    if (!clipped.every(Number.isFinite)) continue;
    let rss = fit.rss;
    if (clipped.some((one, at) => one !== fit.coefficients[at])) {
      rss = 0;
      for (let at = 0; at < curve.length; at++) {
        let value = known[at]!;
        for (let column = 0; column < columns.length; column++) value += clipped[column]! * columns[column]![at]!;
        rss += weights[at]! * (curve[at]! - value) ** 2;
      }
    }
    clipped = Float64Array.from([...clipped, ...rates, ...(model.fitsDelay ? [delayS] : [])]);
    found.push({ start: clipped, rss });
  }
  return found
    .sort((a, b) => a.rss - b.rss)
    .slice(0, 5)
    .map(({ start }) => start);
}

/** Rate constants (per minute) of amplitudes and rates (per second); a (1 - vB) to a first. */
function reportedOf(
  id: Compartmental,
  model: Structured,
  natural: ArrayLike<number>,
  options: CompartmentOptions,
): number[] {
  const vb = model.fitsBlood ? natural[model.amplitudes - 1]! : (options.bloodShare as number);
  const a = (at: number): number => (60 * natural[at]!) / (1 - vb);
  const b = (at: number): number => 60 * natural[model.amplitudes + at]!;
  if (id === '1tcm') return [a(0), b(0), vb, a(0) / b(0)];
  if (id === '2tcm-irreversible') {
    // Impulse response a e^(-bt) + i with b = k2 + k3, i = K1 k3 / b, a = K1 k2 / b.
    const [exponential, flat] = [a(0), a(1)];
    const k1 = exponential + flat;
    const k3 = (b(0) * flat) / k1;
    return [k1, b(0) - k3, k3, vb, flat];
  }
  const k1 = a(0) + a(1);
  const k2 = (a(0) * b(0) + a(1) * b(1)) / k1;
  const k4 = (b(0) * b(1)) / k2;
  const k3 = b(0) + b(1) - k2 - k4;
  return [k1, k2, k3, k4, vb, a(0) / b(0) + a(1) / b(1)];
}

function errorsOf(
  parameters: Float64Array,
  covariance: Float64Array,
  atBound: Uint8Array,
  report: (natural: ArrayLike<number>) => number[],
  count: number,
): number[] {
  const n = parameters.length;
  const derivatives = Array.from({ length: n }, (_, by) => {
    const shifted = parameters.slice();
    const step = 1e-6 * (Math.abs(parameters[by]!) || 1e-6);
    shifted[by] = parameters[by]! + step;
    const above = report(shifted);
    shifted[by] = parameters[by]! - step;
    const below = report(shifted);
    return above.map((value, at) => (value - below[at]!) / (2 * step));
  });
  return Array.from({ length: count }, (_, at) => {
    let variance = 0;
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) {
        const [left, right] = [derivatives[a]![at]!, derivatives[b]![at]!];
        if (left === 0 || right === 0) continue;
        if (atBound[a] === 1 || atBound[b] === 1) return Number.NaN;
        variance += left * right * covariance[a * n + b]!;
      }
    return Math.sqrt(variance);
  });
}
