import { IdiographError } from '../../../dossier/errors.ts';
import { checkTimes, type InputFunction, inputFunction } from '../../../kinetics/input.ts';

/** Activity of a tissue over time, corrected for decay. */
export interface TissueCurve {
  /** Middle of each frame after injection, rising, in seconds. */
  timesS: Float64Array;
  /** In the unit of the input, such as kBq/mL. */
  values: Float64Array;
}

/** What arrives: parent tracer in plasma drives the tissue, whole blood fills its vessels. In the unit of the tissue. */
export interface BloodInput {
  /** Free of metabolites. */
  plasma: InputFunction;
  blood: InputFunction;
}

/**
 * The tissue from the time of injection: a curve that begins later starts at zero, with weight zero, at time zero.
 * Throws `usage` for times before the injection, times that do not rise and values that are no numbers.
 */
export function fromInjection(
  curve: TissueCurve,
  weights?: ArrayLike<number>,
): { curve: TissueCurve; weights: Float64Array } {
  checkTimes(curve.timesS);
  if (curve.values.length !== curve.timesS.length)
    throw wrong(`a curve has ${curve.timesS.length} times and ${curve.values.length} values`);
  if (!curve.values.every(Number.isFinite)) throw wrong('a curve has values that are no numbers');
  const own = weights === undefined ? curve.values.map(() => 1) : Float64Array.from(weights);
  if (own.length !== curve.timesS.length || !own.every((one) => one >= 0 && Number.isFinite(one)))
    throw wrong('weights must be one for each frame, zero or more', 'Give one weight for each frame.');
  const begin = curve.timesS[0]!;
  if (begin < 0) throw wrong('a frame lies before the injection', 'Count time from the injection.');
  if (begin === 0) return { curve, weights: own };
  const after = (first: number, rest: Float64Array): Float64Array => Float64Array.from([first, ...rest]);
  return { curve: { timesS: after(0, curve.timesS), values: after(0, curve.values) }, weights: after(0, own) };
}

/**
 * Blood samples to what drives a model. `wholeBlood` or `plasma` may be missing: then the other stands for it, as `assumed`
 * says. `parentFraction` (0..1, with times of its own) takes metabolites out of the plasma; straight lines between samples.
 */
export function bloodInput(of: {
  timesS: ArrayLike<number>;
  plasma?: ArrayLike<number>;
  wholeBlood?: ArrayLike<number>;
  parentFraction?: { timesS: ArrayLike<number>; values: ArrayLike<number> };
}): { input: BloodInput; assumed: string[] } {
  const { plasma, wholeBlood, parentFraction } = of;
  const total = plasma ?? wholeBlood;
  if (total === undefined) throw wrong('the blood table has neither plasma nor whole blood');
  const assumed: string[] = [];
  if (plasma === undefined) assumed.push('whole blood stands for plasma');
  if (wholeBlood === undefined) assumed.push('plasma stands for whole blood');
  let parent = inputFunction(of.timesS, total);
  if (parentFraction) {
    const fraction = inputFunction(parentFraction.timesS, parentFraction.values);
    if (!fraction.values.every((one) => one >= 0 && one <= 1.2))
      throw wrong('a parent fraction is not between 0 and 1', 'Give fractions, not per cent.');
    const share = sampled(fraction, parent.timesS, fraction.values[0]!);
    parent = { timesS: parent.timesS, values: parent.values.map((value, at) => value * share[at]!) };
  } else assumed.push('no correction for metabolites');
  return { input: { plasma: parent, blood: inputFunction(of.timesS, wholeBlood ?? total) }, assumed };
}

/** Values of straight lines at other times; `before` in front of the first sample, the last value after the last. */
export function sampled({ timesS, values }: InputFunction, at: ArrayLike<number>, before = 0): Float64Array {
  const out = new Float64Array(at.length);
  const last = timesS.length - 1;
  let node = 0;
  for (let n = 0; n < at.length; n++) {
    const time = at[n]!;
    if (n > 0 && time < at[n - 1]!) node = 0;
    if (time < timesS[0]!) out[n] = before;
    else if (time >= timesS[last]!) out[n] = values[last]!;
    else {
      while (timesS[node + 1]! <= time) node++;
      const share = (time - timesS[node]!) / (timesS[node + 1]! - timesS[node]!);
      out[n] = values[node]! + share * (values[node + 1]! - values[node]!);
    }
  }
  return out;
}

/** An input that arrives later, at other times: nothing at time zero, from there straight to its first sample. */
export function delayedAt(input: InputFunction, at: ArrayLike<number>, delayS: number): Float64Array {
  const timesS = input.timesS.map((time) => time + delayS);
  if (!(timesS[0]! > 0)) return sampled({ timesS, values: input.values }, at);
  return sampled({ timesS: Float64Array.from([0, ...timesS]), values: Float64Array.from([0, ...input.values]) }, at);
}

/** Integral from the first time to each, by trapezoids: exact for straight lines. */
export function cumulative(timesS: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(timesS.length);
  for (let at = 1; at < timesS.length; at++)
    out[at] = out[at - 1]! + ((timesS[at]! - timesS[at - 1]!) * (values[at]! + values[at - 1]!)) / 2;
  return out;
}

export function wrong(message: string, remedy?: string): IdiographError {
  return new IdiographError('usage', message, { ...(remedy !== undefined && { remedy }) });
}
