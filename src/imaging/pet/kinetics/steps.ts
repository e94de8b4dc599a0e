import type { Responder } from '../../../kinetics/convolve.ts';
import type { InputFunction } from '../../../kinetics/input.ts';
import { delayedAt, sampled } from './curves.ts';

/**
 * Responses by sums over even steps, y[k] = h (c[k] + e^(-rate h) c[k-1] + ...): what kinfitr and other software call the
 * convolution. It counts half a step of the input too much, which goes into blood share or R1; for comparison with them
 * only. `steps` is the number of samples over the scan; results between them are straight lines.
 */
export function steppedResponder(input: InputFunction, timesS: Float64Array, steps: number): Responder {
  const begin = timesS[0]!;
  const h = (timesS.at(-1)! - begin) / (steps - 1);
  const grid = Float64Array.from({ length: steps }, (_, at) => begin + at * h);
  const y = new Float64Array(steps);
  const z = new Float64Array(steps);
  let known: { delayS: number; values: Float64Array } | undefined;
  const arriving = (delayS: number): Float64Array => {
    if (known?.delayS !== delayS) known = { delayS, values: delayedAt(input, grid, delayS) };
    return known.values;
  };
  const put = (of: Float64Array, out: Float64Array): void => out.set(sampled({ timesS: grid, values: of }, timesS));
  return {
    points: timesS.length,
    beatS: undefined,
    input(delayS, out, slope) {
      const values = arriving(delayS);
      put(values, out);
      if (!slope) return;
      for (let at = 0; at < steps; at++)
        y[at] = (values[Math.min(steps - 1, at + 1)]! - values[Math.max(0, at - 1)]!) / (2 * h);
      put(y, slope);
    },
    integral(delayS, out) {
      let sum = 0;
      for (const [at, value] of arriving(delayS).entries()) y[at] = sum += h * value;
      put(y, out);
    },
    exponential(rate, delayS, out, byRate) {
      const e = Math.exp(-rate * h);
      let [before, beforeZ] = [0, 0];
      for (const [at, value] of arriving(delayS).entries()) {
        beforeZ = z[at] = e * (beforeZ - h * before);
        before = y[at] = e * before + h * value;
      }
      put(y, out);
      if (byRate) put(z, byRate);
    },
  };
}
