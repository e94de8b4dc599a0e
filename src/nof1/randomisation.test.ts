import { describe, expect, it } from 'vitest';
import { TrialPlan } from '../dossier/trial.ts';
import { randomisationTest } from './randomisation.ts';
import { drawSchedule } from './schedules.ts';

const plan = (design: object, more: object = {}) =>
  TrialPlan.parse({ title: 't', treatment: 'b', comparison: 'a', measure: 'm', seed: 's', design, ...more });
const three = { type: 'pairs', cycles: 3, periodDays: 1 };
const values = [5, 3, 2, 6, 5, 1];

describe('randomisationTest', () => {
  it('is the share of all schedules whose difference is as large', () => {
    // By hand: differences of the cycles -2, -4, -4 in favour of B; only this order and its mirror reach 10 / 3.
    const test = randomisationTest(plan(three), ['ABBAAB'], [values])!;
    expect(test).toMatchObject({ p: 2 / 8, minimumP: 2 / 8, schedules: 8, looked: 8, exact: true });
    expect(test.statistic).toBeCloseTo(-10 / 3, 12);
    const oneSided = randomisationTest(plan(three, { alternative: 'treatment-better' }), ['ABBAAB'], [values])!;
    expect(oneSided).toMatchObject({ p: 1 / 8, minimumP: 1 / 8 });
    const wrongWay = randomisationTest(
      plan(three, { alternative: 'treatment-better', better: 'higher' }),
      ['ABBAAB'],
      [values],
    )!;
    expect(wrongWay.p).toBe(1);
  });

  it('is 1 where nothing differs, and nothing where a side has no answer', () => {
    expect(randomisationTest(plan(three), ['ABABAB'], [[4, 4, 4, 4, 4, 4]])!.p).toBe(1);
    expect(randomisationTest(plan(three), ['ABABAB'], [[4, undefined, 4, undefined, 4, undefined]])).toBeUndefined();
  });

  it('never calls a schedule small that leaves a side without answers', () => {
    const phases = plan({ type: 'phases', order: 'AB', days: 8, minimumDays: 3 });
    const test = randomisationTest(phases, ['AAAABBBB'], [[9, 9, 9, undefined, 1, undefined, undefined, undefined]])!;
    // Starts on day 4, 5 and 6: the last leaves B without an answer and counts.
    expect(test.p).toBe(1);
  });

  it('draws with the seed where schedules are too many, and says so', () => {
    const many = plan({ type: 'pairs', cycles: 22, periodDays: 1 });
    const [line] = drawSchedule(many.design, 's');
    const daily = [[...line].map((letter, day) => (letter === 'B' ? 3 : 5) + Math.sin(day))];
    const test = randomisationTest(many, [line], daily)!;
    expect(test).toMatchObject({ exact: false, looked: 9_999, minimumP: 1e-4, schedules: 2 ** 22 });
    expect(test.p).toBeLessThan(0.01);
    expect(randomisationTest(many, [line], daily)).toEqual(test);
  });
});
