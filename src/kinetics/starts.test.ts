import { expect, it } from 'vitest';
import { compartmentModel } from './compartments.ts';
import { convolved } from './convolve.ts';
import { inputFunction } from './input.ts';
import { startSearch } from './starts.ts';

const timesS = Float64Array.from({ length: 60 }, (_, at) => 2 * at);
const bolus = (time: number): number => (time < 0 ? 0 : time * Math.exp(-time / 6));
const input = inputFunction(timesS, timesS.map(bolus));
const grid = { ratesPerS: [0.005, 0.02, 0.1, 0.4], delaysS: Array.from({ length: 9 }, (_, at) => at) };
const structure = { terms: ['exponential', 'exponential'] as const, fitsDelay: true };

it('finds rates and delay of a curve made from points of its grid, with and without shared convolutions', () => {
  const truth = [0.004, 0.001, 0.1, 0.005, 5] as const;
  const [fast, slow, k1, k2, delayS] = truth;
  const [one, two] = [k1, k2].map((rate) => convolved(input, rate, timesS, delayS));
  const curve = Float64Array.from(one!, (value, at) => fast * value + slow * two![at]!);
  // Uneven times of the input look up each response by itself.
  const extra = inputFunction([...timesS, 119], [...input.values, input.values.at(-1)!]);
  for (const of of [input, extra]) {
    const [best] = startSearch(compartmentModel(of, timesS, structure), grid)(curve, 2);
    for (const [at, value] of truth.entries()) expect(best!.parameters[at]!).toBeCloseTo(value, 9);
    expect(best!.rss).toBeLessThan(1e-15);
  }
});
