import { describe, expect, it } from 'vitest';
import { leastSquares, type Model } from './leastSquares.ts';

const times = Float64Array.from({ length: 40 }, (_, at) => at / 4);

/** a e^(-k t) + c */
function decay(low = [0, 0, -10], high = [100, 10, 10]): Model {
  return {
    points: times.length,
    low: Float64Array.from(low),
    high: Float64Array.from(high),
    evaluate([a, k, c], values, [byA, byK, byC]) {
      for (const [at, t] of times.entries()) {
        const e = Math.exp(-k! * t);
        values[at] = a! * e + c!;
        byA![at] = e;
        byK![at] = -a! * t * e;
        byC![at] = 1;
      }
    },
  };
}

/** Numbers that look like noise and are the same everywhere. */
function noise(at: number): number {
  return Math.sin(12.9898 * at + 4.1) * 0.05 + Math.sin(78.233 * at) * 0.05;
}
const exact = times.map((t) => 5 * Math.exp(-0.7 * t) + 1);

describe('least squares within bounds', () => {
  it('finds what made the data, from far away', () => {
    const { parameters, converged, rss } = leastSquares(decay())(exact, [60, 4, -8]);
    expect(converged).toBe(true);
    expect([...parameters].map((one) => Number(one.toFixed(8)))).toEqual([5, 0.7, 1]);
    expect(rss).toBeLessThan(1e-16);
  });

  it('gives the covariance of the linear problem at the minimum', () => {
    const data = exact.map((value, at) => value + noise(at));
    const fit = leastSquares(decay())(data, [1, 1, 1]);
    // By hand: s2 (J'J)^-1 with the derivatives at the solution, inverted by cofactors.
    const [a, k] = fit.parameters as unknown as [number, number];
    const j = [...times].map((t) => [Math.exp(-k * t), -a * t * Math.exp(-k * t), 1]);
    const m = [0, 1, 2].map((r) => [0, 1, 2].map((c) => j.reduce((sum, row) => sum + row[r]! * row[c]!, 0)));
    const minor = (r: number, c: number): number => {
      const [r1, r2] = [0, 1, 2].filter((one) => one !== r) as [number, number];
      const [c1, c2] = [0, 1, 2].filter((one) => one !== c) as [number, number];
      return m[r1]![c1]! * m[r2]![c2]! - m[r1]![c2]! * m[r2]![c1]!;
    };
    const determinant = [0, 1, 2].reduce((sum, c) => sum + (-1) ** c * m[0]![c]! * minor(0, c), 0);
    for (const at of [0, 1, 2])
      expect(fit.covariance[at * 4]).toBeCloseTo(((fit.rss / 37) * minor(at, at)) / determinant, 9);
  });

  it('stops at a bound, says so, and gives no error for what lies there', () => {
    const fit = leastSquares(decay([0, 1, -10]))(exact, [1, 2, 0]);
    expect(fit.converged).toBe(true);
    expect([...fit.atBound]).toEqual([0, 1, 0]);
    expect(fit.parameters[1]).toBe(1);
    expect(fit.covariance[4]).toBeNaN();
    expect(fit.covariance[0]).toBeGreaterThan(0);
  });

  it('does not depend on the units of its parameters', () => {
    const small = decay();
    const scaled: Model = {
      ...small,
      evaluate(parameters, values, jacobian) {
        small.evaluate(Float64Array.of(parameters[0]! * 1e6, parameters[1]! / 1e6, parameters[2]!), values, jacobian);
        for (const at of times.keys()) {
          jacobian[0]![at]! *= 1e6;
          jacobian[1]![at]! /= 1e6;
        }
      },
      low: Float64Array.of(0, 0, -10),
      high: Float64Array.of(1, 1e8, 10),
    };
    const fit = leastSquares(scaled)(exact, [1e-6, 3e6, 0]);
    expect(fit.parameters[0]! * 1e6).toBeCloseTo(5, 7);
    expect(fit.parameters[1]! / 1e6).toBeCloseTo(0.7, 7);
  });

  it('follows its weights', () => {
    const data = exact.slice();
    data[10] = 1000;
    const weights = new Float64Array(times.length).fill(1);
    weights[10] = 0;
    expect(leastSquares(decay(), { weights })(data, [1, 1, 1]).parameters[1]).toBeCloseTo(0.7, 8);
  });

  it('is not led astray by data that are no numbers', () => {
    const fit = leastSquares(decay())(
      exact.map((value, at) => (at === 3 ? Number.NaN : value)),
      [1, 1, 1],
    );
    expect(fit.converged).toBe(false);
    expect(fit.rss).toBeNaN();
  });
});
