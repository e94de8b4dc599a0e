import { type Responder, responder } from './convolve.ts';
import type { InputFunction } from './input.ts';
import type { Model } from './leastSquares.ts';

/** What a system answers its input with: a share of the input itself, of its integral, of its decayed past. */
export type Term = 'input' | 'integral' | 'exponential';

/** C(t) = sum of amplitude times response, the input moved by a delay. */
export interface Structure {
  readonly terms: readonly Term[];
  /** The arrival of the input is fitted too; otherwise it is taken as known. */
  readonly fitsDelay: boolean;
}

export interface Limits {
  /** Upper bound of an `input` amplitude (a volume fraction or a scale). Default 1. */
  inputHigh?: number;
  /** Upper bound of other amplitudes, per second. Default 10. */
  amplitudeHigh?: number;
  /** Bounds of rates, per second. */
  rateLow?: number;
  rateHigh?: number;
  delayLowS?: number;
  delayHighS?: number;
}

/**
 * A structure as a model for {@link leastSquares}. Parameters: amplitudes in the order of the terms, rates of the exponential
 * terms in their order (per second), then the delay in seconds where it is fitted.
 */
export interface CompartmentModel extends Model {
  readonly structure: Structure;
  readonly responses: Responder;
  readonly delayS: number;
}

export function compartmentModel(
  input: InputFunction,
  timesS: Float64Array,
  structure: Structure,
  limits: Limits = {},
  delayS = 0,
): CompartmentModel {
  const { terms, fitsDelay } = structure;
  const responses = responder(input, timesS);
  const points = timesS.length;
  const amplitudes = terms.length;
  const exponentials = terms.filter((term) => term === 'exponential').length;
  const count = amplitudes + exponentials + (fitsDelay ? 1 : 0);
  const low = new Float64Array(count);
  const high = new Float64Array(count).fill(limits.amplitudeHigh ?? 10);
  for (const [at, term] of terms.entries()) if (term === 'input') high[at] = limits.inputHigh ?? 1;
  for (let at = amplitudes; at < amplitudes + exponentials; at++) {
    low[at] = limits.rateLow ?? 0;
    high[at] = limits.rateHigh ?? 10;
  }
  if (fitsDelay) {
    low[count - 1] = limits.delayLowS ?? 0;
    high[count - 1] = limits.delayHighS ?? 20;
  }
  const arrived = new Float64Array(points);
  const slope = new Float64Array(points);
  const whole = new Float64Array(points);
  // While the delay stands still, so do the responses that depend on nothing else.
  let answeredAt = Number.NaN;

  function evaluate(parameters: Float64Array, values: Float64Array, jacobian: readonly Float64Array[]): void {
    const delay = fitsDelay ? parameters[count - 1]! : delayS;
    if (delay !== answeredAt) {
      responses.input(delay, arrived, slope);
      if (terms.includes('integral')) responses.integral(delay, whole);
      answeredAt = delay;
    }
    values.fill(0);
    const late = fitsDelay ? jacobian[count - 1]! : undefined;
    late?.fill(0);
    let rateAt = amplitudes;
    for (let term = 0; term < amplitudes; term++) {
      const amplitude = parameters[term]!;
      const answer = jacobian[term]!;
      const kind = terms[term]!;
      if (kind === 'input') answer.set(arrived);
      else if (kind === 'integral') answer.set(whole);
      else {
        const rate = parameters[rateAt]!;
        const byRate = jacobian[rateAt++]!;
        responses.exponential(rate, delay, answer, byRate);
        for (let at = 0; at < points; at++) byRate[at]! *= amplitude;
        if (late) for (let at = 0; at < points; at++) late[at]! -= amplitude * (arrived[at]! - rate * answer[at]!);
      }
      if (late && kind !== 'exponential') {
        const growth = kind === 'input' ? slope : arrived;
        for (let at = 0; at < points; at++) late[at]! -= amplitude * growth[at]!;
      }
      for (let at = 0; at < points; at++) values[at]! += amplitude * answer[at]!;
    }
  }

  return { structure, responses, delayS, points, low, high, evaluate };
}
