import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { safetyAnswers } from './safety.ts';
import { responseFact } from './testing.ts';

const phq9 = (id: string, item9: number | undefined, at?: string) =>
  responseFact(id, 'PHQ-9', [0, 0, 0, 0, 0, 0, 0, 0, item9], at);

describe('safetyAnswers', () => {
  it('tells positive, negative, unanswered and unreadable apart', () => {
    const state = (item9: number | undefined) => safetyAnswers([phq9('f1', item9, '2026-11-24')])[0];
    expect(state(2)).toMatchObject({
      state: 'positive',
      value: 2,
      urgent: true,
      check: 'suicidality',
      at: '2026-11-24',
    });
    expect(state(1)).toMatchObject({ state: 'positive', urgent: false });
    expect(state(0)).toMatchObject({ state: 'negative', value: 0 });
    expect(state(undefined)).toMatchObject({ state: 'not-answered' });
    expect(state(7)).toMatchObject({ state: 'unreadable' });
    expect(safetyAnswers([responseFact('f1', 'GAD-7', [3, 3, 3, 3, 3, 3, 3])])).toEqual([]);
  });

  it('counts the worst of two answers that differ', () => {
    const twice = (first: number, second: number) => {
      const fact = phq9('f1', first, '2026-11-24');
      if (fact.value?.type !== 'response') throw new Error('no response');
      fact.value.answers.push({ ...fact.value.answers.at(-1)!, value: second });
      return safetyAnswers([fact])[0];
    };
    expect(twice(0, 3)).toMatchObject({ state: 'positive', value: 3, urgent: true });
    expect(twice(2, 1)).toMatchObject({ state: 'positive', value: 2 });
    expect(twice(0, 9)).toMatchObject({ state: 'unreadable' });
  });

  it('puts undated answers first, then the newest', () => {
    const facts = [phq9('f1', 0, '2026-01-01'), phq9('f2', 0, '2026-02-01'), phq9('f3', 0)];
    expect(safetyAnswers(facts).map((one) => one.fact)).toEqual(['f3', 'f2', 'f1']);
  });

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
