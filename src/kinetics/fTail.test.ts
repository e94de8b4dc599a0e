import { expect, it } from 'vitest';
import { fTail, logGamma } from './fTail.ts';

it.each([
  // Tables of the F distribution: 5 % and 1 % points.
  [4.964603, 1, 10, 0.05],
  [3.492828, 2, 20, 0.05],
  [5.390346, 2, 30, 0.01],
  [4.125892, 3, 60, 0.01],
])('F above %s with %s and %s degrees of freedom', (f, df1, df2, p) => {
  expect(fTail(f, df1, df2)).toBeCloseTo(p, 6);
});

it('agrees with the closed form for two degrees of freedom', () => {
  for (const f of [0.1, 1, 7]) expect(fTail(f, 2, 17)).toBeCloseTo((17 / (17 + 2 * f)) ** 8.5, 12);
  expect(fTail(0, 1, 5)).toBe(1);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 11);
});
