import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan } from './buildPlan.ts';
import { coded, quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const present = (site: string) => testFinding('pain-present', coded('present'), { site });
const answers = (form: string, values: Record<number, number | undefined>, time?: string) =>
  Object.entries(values).map(([item, value]) =>
    testFinding(
      `${form}.item-${item}`,
      value === undefined ? { type: 'refused', reason: 'item-not-answered' } : quantity(value),
      { run: `run ${time}`, ...(time ? { time } : {}) },
    ),
  );
const flags = (...findings: Finding[]) =>
  buildPlan(testDossier(findings), { asOf })
    .safetyChecks.filter(({ check }) => check.startsWith('red-flag-'))
    .map(({ check, state, urgency }) => `${check} ${state} ${urgency}`);
const no = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };

describe('red flags of pain', () => {
  it('are asked of nobody without pain on record', () => {
    expect(flags()).toEqual([]);
  });

  it.each([
    ['back', ['cauda-equina', 'infection', 'fracture', 'malignancy']],
    ['leg', ['cauda-equina', 'infection', 'fracture', 'malignancy']],
    ['unlocated', ['cauda-equina', 'infection', 'fracture', 'malignancy']],
    ['elsewhere', ['infection', 'fracture', 'malignancy']],
    ['head', ['headache']],
    ['face', ['facial']],
  ])('with pain at %s are asked, and not asked is never no', (place, groups) => {
    expect(flags(present(place))).toEqual(groups.map((group) => `red-flag-${group} not-assessed open`));
  });

  it('are never hidden because no pain is on record: an answer is a reason by itself', () => {
    expect(flags(...answers('pain-red-flags', { 2: 1 }, '2026-03-09'))).toEqual(['red-flag-cauda-equina positive now']);
  });

  it('are positive with one yes, though other questions are open', () => {
    const found = flags(present('back'), ...answers('pain-red-flags', { ...no, 2: 1, 3: undefined }, '2026-03-09'));
    expect(found[0]).toBe('red-flag-cauda-equina positive now');
  });

  it('are negative with a no to every question, and not when one was left open', () => {
    expect(flags(present('back'), ...answers('pain-red-flags', no, '2026-03-09'))).toContain(
      'red-flag-cauda-equina negative none',
    );
    expect(flags(present('back'), ...answers('pain-red-flags', { ...no, 4: undefined }, '2026-03-09'))).toContain(
      'red-flag-cauda-equina not-assessed open',
    );
  });

  it('go out of date', () => {
    expect(flags(present('back'), ...answers('pain-red-flags', no, '2025-12-09'))).toContain(
      'red-flag-cauda-equina stale open',
    );
    expect(flags(present('back'), ...answers('pain-red-flags', no, '2025-12-11'))).toContain(
      'red-flag-cauda-equina negative none',
    );
  });

  it('stay positive though a later form says no', () => {
    const found = flags(
      present('back'),
      ...answers('pain-red-flags', { ...no, 1: 1 }, '2026-03-01'),
      ...answers('pain-red-flags', no, '2026-03-09'),
    );
    expect(found).toContain('red-flag-cauda-equina positive now');
  });

  it('become historic when nobody acted for a month', () => {
    const found = flags(present('back'), ...answers('pain-red-flags', { ...no, 1: 1 }, '2026-02-01'));
    expect(found).toContain('red-flag-cauda-equina-history positive historic');
  });
});
