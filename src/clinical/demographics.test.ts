import { describe, expect, it } from 'vitest';
import { ageAt, birthDateOf, sexOf } from './demographics.ts';
import { observationFact, plainFact } from './testing.ts';
import { latestVital } from './vitals.ts';

const born = (id: string, date: string) => plainFact(id, 'birth-date', { value: { type: 'date', date } });
const sex = (id: string, code: string) =>
  plainFact(id, 'sex', { value: { type: 'code', code: { system: 'x', code, display: code } } });

describe('demographics', () => {
  it('joins sources that agree and names those that do not', () => {
    expect(sexOf([sex('f1', 'female'), sex('f2', 'F'), sex('f3', 'unknown')])).toMatchObject({
      value: 'female',
      facts: ['f1', 'f2'],
    });
    const contradicts = sexOf([sex('f1', 'female'), sex('f2', 'M')]);
    expect(contradicts.value).toBeUndefined();
    expect(contradicts.issues[0]?.code).toBe('sex-contradictory');
    expect(birthDateOf([born('f1', '1980'), born('f2', '1980-05-06')]).value).toBe('1980-05-06');
    expect(birthDateOf([born('f1', '1981'), born('f2', '1980-05-06')]).issues[0]?.code).toBe(
      'birth-date-contradictory',
    );
  });

  it('counts full years around birthdays and leap days, and says when it cannot know', () => {
    expect(ageAt([born('f1', '1980-05-06')], '2026-05-05')).toMatchObject({ value: 45, uncertain: false });
    expect(ageAt([born('f1', '1980-05-06')], '2026-05-06T08:00:00Z')).toMatchObject({ value: 46 });
    expect(ageAt([born('f1', '2000-02-29')], '2025-02-28')).toMatchObject({ value: 24 });
    expect(ageAt([born('f1', '1980')], '2026-05-06')).toMatchObject({ value: 45, uncertain: true });
    expect(ageAt([born('f1', '2030-01-01')], '2026-05-06').issues[0]?.code).toBe('age-implausible');
    expect(ageAt([], '2026-05-06')).toEqual({ facts: [], issues: [], uncertain: true });
  });
});

describe('latestVital', () => {
  const facts = [
    observationFact('f1', '29463-7', 80, 'kg', '2026-01-01'),
    observationFact('f2', '29463-7', 176.4, '[lb_av]', '2026-06-01T10:00:00Z'),
    observationFact('f3', '29463-7', 90, 'kg', '2026-12-01'),
    observationFact('f4', '8302-2', 1.75, 'm', '2026-01-01'),
    observationFact('f5', '29463-7', 85, 'stone', '2026-07-01'),
    observationFact('f6', '29463-7', 9000, 'kg', '2026-07-02'),
    observationFact('f7', '29463-7', 70, 'kg'),
  ];

  it('takes the latest usable value not after the day, in kg and cm', () => {
    const weight = latestVital(facts, 'body-weight', '2026-08-01');
    expect(weight).toMatchObject({ unit: 'kg', fact: 'f2', ageDays: 61 });
    expect(weight!.value).toBeCloseTo(80.01, 2);
    expect(latestVital(facts, 'body-weight')).toMatchObject({ value: 90, fact: 'f3' });
    expect(latestVital(facts, 'body-height')).toMatchObject({ value: 175, unit: 'cm' });
    expect(latestVital(facts, 'body-weight', '2025-01-01')).toBeUndefined();
  });

  it('warns when one day has two values', () => {
    const two = [
      observationFact('a', '29463-7', 80, 'kg', '2026-01-01'),
      observationFact('b', '29463-7', 81, 'kg', '2026-01-01'),
    ];
    expect(latestVital(two, 'body-weight')?.issues.map((one) => one.code)).toEqual(['body-weight-several']);
  });
});
