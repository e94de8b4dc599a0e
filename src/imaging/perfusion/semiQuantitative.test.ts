import { expect, it } from 'vitest';
import { enhancement, enhancementPlan, semiQuantitative } from './semiQuantitative.ts';

function numbers(signal: number[], timesS: number[], baseline: readonly [number, number]): Record<string, number> {
  const out = new Float64Array(semiQuantitative.length);
  enhancement(signal, enhancementPlan(Float64Array.from(timesS), baseline)!, out);
  return Object.fromEntries(semiQuantitative.map(({ name }, at) => [name, out[at]!]));
}

it('three phases: before, early, late', () => {
  expect(numbers([100, 180, 150], [0, 120, 420], [0, 1])).toEqual({
    pe: 80,
    'pe-early': 80,
    ser: 1.6,
    'time-to-peak': 120,
    'wash-in': 40,
    'wash-out': -6,
  });
});

it('longer courses: early is two minutes after arrival, late the last', () => {
  const of = numbers([300, 100, 100, 150, 200, 210, 190], [0, 60, 120, 180, 240, 300, 360], [1, 3]);
  expect(of).toMatchObject({
    pe: 110,
    'pe-early': 110,
    ser: 110 / 90,
    'time-to-peak': 180,
    'wash-in': 50,
    'wash-out': -20,
  });
});

it('has no ratio where the late signal is not above the first, and no number without a signal', () => {
  expect(numbers([100, 180, 100], [0, 60, 120], [0, 1])['ser']).toBeNaN();
  for (const signal of [
    [0, 10, 20],
    [100, Number.NaN, 120],
  ])
    for (const value of Object.values(numbers(signal, [0, 60, 120], [0, 1]))) expect(value).toBeNaN();
  expect(enhancementPlan(Float64Array.of(0, 1), [0, 2])).toBeUndefined();
});
