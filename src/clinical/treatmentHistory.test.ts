import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import type { Finding } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { outcomeInWords } from './response.ts';
import { medicationFact } from './testing.ts';
import { treatmentHistory } from './treatmentHistory.ts';

interface Given {
  dose?: number;
  start?: string;
  end?: string;
  status?: Fact['status'];
  statedAt?: string;
  response?: string;
  stopReason?: string;
}

function course(id: string, drug: string, { dose, start, end, response, stopReason, ...more }: Given): Fact {
  const fact = medicationFact(id, drug, {
    ...(dose ? { dose: [dose, 'mg'], perDay: 1 } : {}),
    ...(start || end ? { period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } } : {}),
    status: end ? 'stopped' : 'active',
    ...more,
  });
  if (fact.value?.type !== 'medication') return fact;
  return {
    ...fact,
    value: { ...fact.value, ...(response ? { response } : {}), ...(stopReason ? { stopReason } : {}) },
  };
}

function score(code: string, value: number, time: string): Finding {
  return {
    kind: 'finding',
    id: `${code}-${time}`,
    subject: 's1',
    run: 'r',
    slot: `${code}-${time}`,
    measure: { system: 'idiograph', code, display: code },
    time,
    value: { type: 'quantity', value, unit: '{score}' },
    issues: [],
    method: 'm',
    derivedFrom: [],
    valueHash: '0'.repeat(64),
  };
}

async function history(facts: Fact[], findings: Finding[] = []) {
  const made = (await runAll(treatmentHistory, dossierOf({ facts, findings }))).findings;
  const codeOf = (value: (typeof made)[number]['value']) => (value.type === 'code' ? value.code.code : value);
  return {
    trials: made
      .filter(({ measure }) => measure.code === 'treatment-trial')
      .map(({ site, value }) => [site!.code, codeOf(value)]),
    failed: (indication: string) =>
      made.find(({ measure, site }) => measure.code === 'adequate-trials-failed' && site!.code === indication),
    all: made,
  };
}

describe('clinical.treatment-history', () => {
  it.each<[string, Given]>([
    ['adequate-no-response', { dose: 50, start: '2025-01-01', end: '2025-01-29', response: 'no effect' }],
    ['not-adequate', { dose: 50, start: '2025-01-01', end: '2025-01-28', response: 'no effect' }],
    ['not-adequate', { dose: 25, start: '2025-01-01', end: '2025-06-01', response: 'no effect' }],
    ['adequate-response', { dose: 100, start: '2025-01-01', end: '2025-06-01', response: 'good' }],
    ['adequate-partial', { dose: 100, start: '2025-01-01', end: '2025-06-01', response: 'some benefit' }],
    ['response-below-range', { dose: 25, start: '2025-01-01', end: '2025-06-01', response: 'remission' }],
    ['intolerance', { dose: 100, start: '2025-01-01', end: '2025-01-10', stopReason: 'side effects' }],
    ['adequate-no-response', { dose: 100, start: '2025-01-01', end: '2025-06-01', stopReason: 'lack of efficacy' }],
    ['unknown', { dose: 100, start: '2025-01-01', end: '2025-06-01' }],
    ['unknown', { start: '2025-01-01', end: '2025-06-01', response: 'no effect' }],
    ['unknown', { dose: 100, status: 'stopped', statedAt: '2025-06-01', response: 'no effect' }],
  ])('%s: %o', async (code, given) => {
    expect((await history([course('f', 'sertraline', given)])).trials).toEqual([['sertraline', code]]);
  });

  it('adds up entries of one course and keeps courses apart after a gap', async () => {
    const step = (id: string, dose: number, start: string, end: string, response?: string) =>
      course(id, 'sertraline', { dose, start, end, ...(response ? { response } : {}) });
    const titrated = [
      step('f1', 25, '2025-01-01', '2025-01-08'),
      step('f2', 50, '2025-01-08', '2025-01-25'),
      step('f3', 100, '2025-01-25', '2025-02-10', 'no effect'),
    ];
    expect((await history(titrated)).trials).toEqual([['sertraline', 'adequate-no-response']]);
    const apart = [step('f1', 50, '2025-01-01', '2025-01-20'), step('f2', 50, '2025-03-01', '2025-03-20', 'no effect')];
    expect((await history(apart)).trials.map(([, code]) => code)).toEqual(['not-adequate', 'not-adequate']);
  });

  it('takes the response from scores where words are silent, and says that it may not be the drug', async () => {
    const taken = course('f', 'sertraline', { dose: 50, start: '2025-01-01', end: '2025-06-01' });
    const phq = (before: number, after: number) => [
      score('phq-9.total', before, '2024-12-20'),
      score('phq-9.total', after, '2025-03-01'),
    ];
    const codes = async (before: number, after: number) => (await history([taken], phq(before, after))).trials[0]![1];
    expect(await codes(20, 10)).toBe('adequate-response');
    expect(await codes(20, 11)).toBe('adequate-partial');
    expect(await codes(20, 16)).toBe('adequate-no-response');
    const [trial] = (await history([taken], phq(20, 10))).all;
    expect(trial!.issues.map(({ code }) => code)).toEqual(['not-attributable']);
    expect(trial!.derivedFrom).toEqual(['f', 'phq-9.total-2024-12-20', 'phq-9.total-2025-03-01']);
    const late = [score('phq-9.total', 20, '2024-10-01'), score('phq-9.total', 5, '2025-03-01')];
    expect((await history([taken], late)).trials[0]![1]).toBe('unknown');
  });

  it('counts failed drugs once, as an interval where ended trials are open', async () => {
    const failed = (id: string, drug: string, dose: number, year: number) =>
      course(id, drug, { dose, start: `${year}-01-01`, end: `${year}-06-01`, response: 'no effect' });
    const two = [
      failed('f1', 'sertraline', 50, 2023),
      failed('f2', 'sertraline', 100, 2024),
      failed('f3', 'bupropion', 300, 2025),
    ];
    expect((await history(two)).failed('depression')!.value).toEqual({ type: 'quantity', value: 2, unit: '1' });
    const open = [...two, course('f4', 'mirtazapine', { dose: 30, start: '2022-01-01', end: '2022-06-01' })];
    const finding = (await history(open)).failed('depression')!;
    expect(finding.value).toEqual({ type: 'interval', low: 2, high: 3, unit: '1' });
    expect(finding.issues[0]!.message).toContain('mirtazapine');
    expect((await history(two)).failed('ocd')).toBeUndefined();
    const ongoing = [...two, course('f4', 'mirtazapine', { dose: 30, start: '2025-06-01', statedAt: '2025-09-01' })];
    expect((await history(ongoing)).failed('depression')!.value).toMatchObject({ value: 2 });
  });
});

it.each([
  ['no effect', 'none'],
  ['not effective', 'none'],
  ['did not help', 'none'],
  ['Therapeutic failure', 'none'],
  ['side effects', 'intolerance'],
  ['good, no side effects', 'response'],
  ['partial response', 'partial'],
  ['effective', 'response'],
  ['patient moved', undefined],
])('reads %s as %s', (words, outcome) => {
  expect(outcomeInWords(words)).toBe(outcome);
});
