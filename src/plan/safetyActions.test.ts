import { describe, expect, it } from 'vitest';
import type { Entry } from '../dossier/entry.ts';
import { saysSomething } from '../dossier/safetyEntries.ts';
import { buildPlan } from './buildPlan.ts';
import { quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const item9 = (value: number, more: Parameters<typeof testFinding>[2] = { time: asOf }) =>
  testFinding('phq-9.item-9', quantity(value), more);
const refused = testFinding('phq-9.item-9', { type: 'refused', reason: 'item-not-answered' }, { time: '2026-03-12' });
const checks = (findings: ReturnType<typeof item9>[], entries: Entry[], day = asOf) =>
  buildPlan(testDossier(findings, { entries }), { asOf: day })
    .safetyChecks.filter(({ check }) => /^suicidality(-history|-acted)?$/.test(check))
    .map(({ check, state, urgency, acted }) => [check, state, urgency, acted?.by]);

function action(on: ReturnType<typeof item9>, more: Partial<Entry> = {}): Entry {
  return {
    kind: 'entry',
    id: 'entry-1',
    subject: 's1',
    type: 'safety-action',
    author: 'dr-one',
    role: 'clinician',
    at: '2026-03-10T10:00:00.000Z',
    targets: [on.id, ...on.derivedFrom],
    slot: on.slot,
    text: 'Spoken with, safety plan agreed',
    content: { form: 'safety-action' },
    ...more,
  };
}

describe('an action on a positive safety answer', () => {
  it.each([
    '',
    ' ',
    'x',
    'ok',
    '..........',
    'aaaaaaaaaaaaaa',
    undefined,
  ])('says something, or closes nothing: %j', (text) => {
    expect(saysSomething(text)).toBe(false);
    const { text: _, ...rest } = action(item9(2));
    expect(checks([item9(2)], [text === undefined ? rest : { ...rest, text }])).toEqual([
      ['suicidality', 'positive', 'now', undefined],
    ]);
  });

  it('closes the question and stays, with who and when', () => {
    expect(checks([item9(2)], [action(item9(2))])).toEqual([['suicidality', 'positive', 'none', 'dr-one']]);
  });

  it('is not erased by a later no, nor by a later form that leaves the question open', () => {
    const no = item9(0, { time: '2026-03-12' });
    expect(checks([item9(2), no], [action(item9(2))], '2026-03-12')).toEqual([
      ['suicidality', 'negative', 'none', undefined],
      ['suicidality-acted', 'positive', 'none', 'dr-one'],
    ]);
    expect(checks([item9(2), refused], [action(item9(2))], '2026-03-12')).toEqual([
      ['suicidality', 'not-assessed', 'open', undefined],
      ['suicidality-acted', 'positive', 'none', 'dr-one'],
    ]);
  });

  it('that is taken back or followed by another counts no more', () => {
    const first = action(item9(2));
    const back: Entry = {
      ...first,
      id: 'entry-2',
      supersedes: first.id,
      content: { form: 'safety-action', takenBack: true },
      text: 'Recorded for the wrong person',
    };
    expect(checks([item9(2)], [back])).toEqual([['suicidality', 'positive', 'now', undefined]]);
    expect(checks([item9(2)], [first, back])).toEqual([['suicidality', 'positive', 'now', undefined]]);
    const { content: _, ...plain } = back;
    expect(checks([item9(2)], [first, { ...plain, author: 'dr-two' }])).toEqual([
      ['suicidality', 'positive', 'none', 'dr-two'],
    ]);
  });

  it('is on the answer that it names: a second form without a date, or of the same day, opens the question again', () => {
    const first = item9(2, { derivedFrom: ['fact-1'] });
    const second = item9(1, { derivedFrom: ['fact-2'], run: 'run-second' });
    expect(second.slot).toBe(first.slot);
    expect(checks([second], [action(first)])).toEqual([['suicidality', 'positive', 'now', undefined]]);
    const again = item9(2, { derivedFrom: ['fact-1'], run: 'run-again' });
    expect(checks([again], [action(first)])).toEqual([['suicidality', 'positive', 'none', 'dr-one']]);
  });
});

it('an older positive answer without an action is not hidden by one of today', () => {
  const old = item9(2, { time: '2026-01-02' });
  expect(checks([old, item9(1)], [])).toEqual([
    ['suicidality', 'positive', 'now', undefined],
    ['suicidality-history', 'positive', 'historic', undefined],
  ]);
});
