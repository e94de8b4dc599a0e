import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { safetyAnswers, safetyState } from './safety.ts';
import { responseFact } from './testing.ts';

const day = { check: 'suicidality', asOf: '2026-11-24', staleAfterDays: 30 };
const phq9 = (id: string, item9: number | undefined, at?: string) =>
  responseFact(id, 'PHQ-9', [0, 0, 0, 0, 0, 0, 0, 0, item9], at);

describe('safetyState', () => {
  const state = (...facts: Fact[]) => safetyState(safetyAnswers(facts), day);

  it('is now for today, for the future and for no date at all', () => {
    expect(state(phq9('f1', 1, '2026-11-24T08:00:00+01:00'))).toMatchObject({ state: 'positive', urgency: 'now' });
    expect(state(phq9('f1', 1, '2027-01-01'))).toMatchObject({ state: 'positive', urgency: 'now' });
    expect(state(phq9('f1', 1))).toMatchObject({ state: 'positive', urgency: 'now' });
  });

  it('is open while the answer is recent and historic after that', () => {
    expect(state(phq9('f1', 1, '2026-11-10'))).toMatchObject({ state: 'positive', urgency: 'open' });
    expect(state(phq9('f1', 3, '2025-11-10'))).toMatchObject({ state: 'positive', urgency: 'historic' });
  });

  it('is not erased by a later no', () => {
    const both = state(phq9('f1', 2, '2026-06-01'), phq9('f2', 0, '2026-11-20'));
    expect(both).toMatchObject({ state: 'positive', urgency: 'historic', basis: ['f1', 'f2'] });
    expect(both.decidedBy?.fact).toBe('f1');
  });

  it('closes with a recorded action on or after the answer, not before it', () => {
    const answers = safetyAnswers([phq9('f1', 2, '2026-11-20'), phq9('f2', 0, '2026-11-22')]);
    expect(safetyState(answers, { ...day, actedAt: ['2026-11-21'] })).toMatchObject({
      state: 'negative',
      urgency: 'none',
    });
    expect(safetyState(answers, { ...day, actedAt: ['2026-11-01'] })).toMatchObject({
      state: 'positive',
      urgency: 'open',
    });
  });

  it('never reads silence as safety', () => {
    expect(state()).toMatchObject({ state: 'not-assessed', basis: [] });
    expect(state(phq9('f1', undefined, '2026-11-24'))).toMatchObject({ state: 'not-assessed', basis: ['f1'] });
    expect(state(phq9('f1', 7, '2026-11-24'))).toMatchObject({ state: 'not-assessed' });
    expect(state(phq9('f1', 0, '2026-01-01'))).toMatchObject({ state: 'stale' });
    expect(state(phq9('f1', 0, '2026-11-20'))).toMatchObject({ state: 'negative' });
  });

  it('takes the more urgent of two answers of one day first', () => {
    expect(state(phq9('f1', 1, '2026-11-24'), phq9('f2', 3, '2026-11-24')).decidedBy).toMatchObject({
      value: 3,
      urgent: true,
    });
  });
});

describe('safetyAnswers', () => {
  it('reads the item as a coded observation of its own', () => {
    const fact: Fact = {
      ...phq9('f1', undefined, '2026-11-24'),
      type: 'observation',
      code: { system: 'LOINC', code: '44260-8', display: 'item 9' },
      value: { type: 'code', code: { system: 'LOINC', code: 'LA6569-3', display: 'LA6569-3' } },
    };
    expect(safetyAnswers([fact])).toMatchObject([{ state: 'positive', value: 1, measure: 'phq-9.item-9' }]);
  });

  it('finds the item by its code in a form that nobody knows', () => {
    const fact = responseFact('f1', 'home-made form', [], '2026-11-24');
    const code = { system: 'LOINC', code: '44260-8', display: '44260-8' };
    const instrument = { system: 'local', code: 'home-made', display: 'home-made form' };
    const value = { type: 'response' as const, instrument, answers: [{ item: 'x', code, value: 2 }] };
    expect(safetyAnswers([{ ...fact, value }])).toMatchObject([{ state: 'positive', urgent: true }]);
  });

  it('leaves out what was entered in error', () => {
    expect(safetyAnswers([{ ...phq9('f1', 3), status: 'entered-in-error' }])).toEqual([]);
  });
});
