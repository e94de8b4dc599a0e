import { describe, expect, it } from 'vitest';
import { convolved, responder } from './convolve.ts';
import { type InputFunction, inputAt, inputFunction } from './input.ts';

const uneven = inputFunction([0, 1, 1.5, 4, 7, 7.2, 12], [0, 2, 5, 3, 3, 1, 0.5]);
const even = inputFunction([0, 2, 4, 6, 8, 10], [0, 1, 4, 2, 1, 1]);

/** The integral by the midpoint rule on a fine grid. */
function slowly(input: InputFunction, rate: number, timeS: number): number {
  const pieces = 200_000;
  const width = (timeS - input.timesS[0]!) / pieces;
  let sum = 0;
  for (let at = 0; at < pieces; at++) {
    const u = input.timesS[0]! + (at + 0.5) * width;
    sum += Math.exp(-rate * (timeS - u)) * inputAt(input, u);
  }
  return sum * width;
}

describe('convolution with an exponential', () => {
  it.each([0, 1e-6, 0.04, 0.0999 / 2, 0.3, 5])('is that of a fine grid for straight lines, rate %s', (rate) => {
    for (const input of [uneven, even]) {
      const out = convolved(input, rate);
      for (const [at, time] of input.timesS.entries()) expect(out[at]).toBeCloseTo(slowly(input, rate, time), 7);
    }
  });

  it('needs no common times, and moves the input without sampling it anew', () => {
    const times = Float64Array.of(-1, 0.3, 2.2, 5, 9.9, 15);
    const out = convolved(uneven, 0.4, times, 0.7);
    for (const [at, time] of times.entries())
      expect(out[at]).toBeCloseTo(time < 0.7 ? 0 : slowly(uneven, 0.4, time - 0.7), 7);
  });

  it('keeps its digits across the border between series and quotient', () => {
    const [below, above] = [convolved(even, 0.1 / 2 - 1e-12), convolved(even, 0.1 / 2 + 1e-12)];
    for (const at of even.timesS.keys()) expect(above[at]! - below[at]!).toBeCloseTo(0, 9);
  });

  it.each([
    ['at the samples of the input', even.timesS, 0],
    ['between them', Float64Array.of(1, 3.3, 6.1, 9, 14), 0.6],
  ])('knows its derivatives by rate and delay %s', (_, times, delay) => {
    const of = responder(even, times);
    const n = times.length;
    for (const rate of [0.01, 0.2, 1]) {
      const arrays = Array.from({ length: 6 }, () => new Float64Array(n)) as Float64Array[];
      const [y, byRate, low, high, before, after] = arrays as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      of.exponential(rate, delay, y, byRate);
      of.exponential(rate - 1e-5, delay, low);
      of.exponential(rate + 1e-5, delay, high);
      of.exponential(rate, delay + 0.1 - 1e-5, before);
      of.exponential(rate, delay + 0.1 + 1e-5, after);
      const arrived = new Float64Array(n);
      of.input(delay + 0.1, arrived);
      of.exponential(rate, delay + 0.1, y);
      for (let at = 0; at < n; at++) {
        expect(byRate[at]).toBeCloseTo((high[at]! - low[at]!) / 2e-5, 5);
        expect(-(arrived[at]! - rate * y[at]!)).toBeCloseTo((after[at]! - before[at]!) / 2e-5, 4);
      }
    }
  });

  it('of rate zero is the integral', () => {
    const [whole, none] = [new Float64Array(6), new Float64Array(6)];
    const of = responder(even, even.timesS);
    of.integral(0, whole);
    of.exponential(0, 0, none);
    expect(whole).toEqual(none);
    expect(whole[5]).toBeCloseTo(17, 12);
  });
});

describe('an input function', () => {
  it('is refused when times and values do not belong together', () => {
    expect(() => inputFunction([0, 1, 2], [1, 2])).toThrow('3 times and 2 values');
    expect(() => inputFunction([0, 1, 1], [1, 2, 3])).toThrow('times must rise');
    expect(() => inputFunction([0, 1], [1, Number.NaN])).toThrow('no numbers');
    expect(() => inputFunction([0], [1])).toThrow('at least two');
  });
});

it('shifts by whole and broken beats as it does piece by piece', () => {
  const timesS = Float64Array.from({ length: 30 }, (_, at) => 2 * at);
  const input = inputFunction(
    timesS,
    timesS.map((time) => time * Math.exp(-time / 9)),
  );
  // One more node in the input makes the two lists of times unlike: then each piece is looked up.
  const longer = inputFunction([...timesS, 100], [...input.values, input.values.at(-1)!]);
  for (const delayS of [0.3, 2, 3.7, 80])
    for (const rate of [0, 0.02, 1.5]) {
      const [fast, slow] = [input, longer].map((one) => {
        const [out, byRate] = [new Float64Array(30), new Float64Array(30)];
        responder(one, timesS).exponential(rate, delayS, out, byRate);
        return [...out, ...byRate];
      });
      for (const [at, value] of fast!.entries()) expect(value).toBeCloseTo(slow![at]!, 10);
    }
});
