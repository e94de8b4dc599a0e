import { describe, expect, it } from 'vitest';
import { TrialPlan } from '../dossier/trial.ts';
import { analyseTrial } from './analyse.ts';
import { brokenSeal, freezeTrial } from './freeze.ts';
import { type DayAnswer, fromTable, onFrozenDays, stopDay } from './trialOfDays.ts';

const plan = TrialPlan.parse({
  title: 't',
  treatment: 'drug',
  comparison: 'placebo',
  measure: 'pain',
  seed: '3',
  design: { type: 'pairs', cycles: 3, periodDays: 4 },
  sideEffect: { measure: 'nausea', stopAt: 7 },
});
const trial = freezeTrial(plan, '2026-03-01', '2026-02-20T08:00:00Z');
const answer = (day: string | number, value: number | undefined, more: Partial<DayAnswer> = {}): DayAnswer => ({
  day,
  tier: '',
  value,
  letter: undefined,
  sideEffect: undefined,
  place: `line ${day}`,
  ...more,
});
const choice = { better: 'lower', alternative: 'two-sided', lagDays: 0, carryOverHalfLifeDays: 1, seed: '1' } as const;
const ofLetters = (letters: string, value: (letter: string, day: number) => number | undefined) =>
  [...letters].map((letter, day) => answer(day + 1, value(letter, day), { letter: letter as 'A' }));

describe('a frozen trial', () => {
  it('keeps its seal, and tells when anything was changed', () => {
    expect(brokenSeal(trial)).toBeUndefined();
    expect(brokenSeal({ ...trial, startDay: '2026-03-02' })).toMatch(/changed/);
    expect(brokenSeal({ ...trial, plan: { ...plan, lagDays: 1 } })).toMatch(/changed/);
    expect(freezeTrial(plan, '2026-03-01', '2026-02-21T08:00:00Z').hash).toBe(trial.hash);
    expect(() => freezeTrial({ ...plan, lagDays: 4 }, '2026-03-01', trial.frozenAt)).toThrow(/leaves nothing/);
    expect(() => freezeTrial(plan, '2026-02-30', trial.frozenAt)).toThrow(/no day/);
  });

  it('takes answers of its days only, by their mean, and tells the place of what does not fit', () => {
    const other = trial.schedule[0][0] === 'A' ? 'B' : 'A';
    const { read, issues } = onFrozenDays(trial, [
      answer('2026-03-01', 4, { letter: other }),
      answer('2026-03-01', 6),
      answer('2026-03-02', 11),
      answer('2026-02-28', 5),
      answer('2026-03-25', 5),
    ]);
    expect(read.daily[0].slice(0, 2)).toEqual([5, undefined]);
    expect(issues.map(({ code, place }) => `${code} ${place}`)).toEqual([
      'treatment-differs line 2026-03-01',
      'outside-trial line 2026-02-28',
      'value-out-of-range line 2026-03-02',
      'days-averaged line 2026-03-01',
    ]);
  });

  it('ends where a side effect stays at its limit; a day without an answer neither counts nor saves', () => {
    expect(stopDay(plan, [7, 6, 8, undefined, 7, 2])).toBe(4);
    expect(stopDay(plan, [7, 6, 8, 6])).toBeUndefined();
  });
});

describe('a table', () => {
  it('of cycles is assumed to be drawn so, with gaps', () => {
    const { read, issues } = fromTable(
      ofLetters('AAABBBBBBAAAAAABBB', (letter, day) => (letter === 'A' ? 6 : 4) + (day % 3)).filter(
        ({ day }) => day !== 5,
      ),
      choice,
    );
    expect(issues).toEqual([]);
    expect(read!.known).toBe('assumed');
    expect(read!.plan.design).toMatchObject({ type: 'pairs', cycles: 3, periodDays: 3 });
    const analysis = analyseTrial(read!.plan, read!.schedule, read!.daily, read!.known);
    expect(analysis.effect!.value).toBeLessThan(-1);
    expect(analysis.randomisation!.minimumP).toBe(0.25);
    expect(analysis.issues.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['design-assumed', 'p-cannot-be-small']),
    );
  });

  it('of another order has an estimate and no p', () => {
    const { read } = fromTable(
      ofLetters('AAAAAAABBBBBBBBB', (letter, day) => (letter === 'A' ? 6 : 4) + (day % 3)),
      choice,
    );
    expect(read!.known).toBe('unknown');
    const analysis = analyseTrial(read!.plan, read!.schedule, read!.daily, read!.known);
    expect(analysis.randomisation).toBeUndefined();
    expect(analysis.effect).toBeDefined();
  });

  it.each([
    ['one-treatment', ofLetters('AAAAAA', () => 3)],
    ['treatment-contradicts', [answer(1, 3, { letter: 'A' }), answer(1, 3, { letter: 'B' })]],
    ['days-mixed', [answer(1, 3, { letter: 'A' }), answer('2026-03-01', 3, { letter: 'B' })]],
    ['plan-needed', [answer(1, 3, { tier: 'x' }), answer(2, 3, { tier: 'y' })]],
    ['trial-too-long', [answer(1, 3, { letter: 'A' }), answer(3000, 3, { letter: 'B' })]],
    ['one-treatment', []],
  ])('is refused: %s', (code, answers) => {
    const { read, issues } = fromTable(answers, choice);
    expect(read).toBeUndefined();
    expect(issues.map((one) => one.code)).toEqual([code]);
  });

  it('with answers that never vary has no estimate', () => {
    const { read } = fromTable(
      ofLetters('AABBABABAABB', () => 5),
      choice,
    );
    const analysis = analyseTrial(read!.plan, read!.schedule, read!.daily, read!.known);
    expect(analysis.effect).toBeUndefined();
    expect(analysis.issues.map(({ code }) => code)).toContain('trial-too-thin');
  });
});
