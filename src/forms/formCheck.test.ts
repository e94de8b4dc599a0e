import { describe, expect, it } from 'vitest';
import { formIssue } from './formCheck.ts';
import { loadInstruments } from './instrument.ts';
import type { Response } from './recognise.ts';

const of = (id: string) => loadInstruments().find((one) => one.id === id)!;
const withForm = (id: string, numbers: readonly number[]): Response => ({
  type: 'response',
  instrument: { system: 'stated', code: id, display: id },
  answers: of(id).items.map(({ number }) => ({ item: String(number), value: 1 })),
  form: { items: [...numbers.map((number) => ({ item: `/${number}` })), { item: 'age' }] },
});

describe('formIssue', () => {
  it('accepts the instrument itself, and what a form asks besides', () => {
    for (const instrument of loadInstruments()) {
      const numbers = instrument.items.map(({ number }) => number);
      expect(formIssue(instrument, withForm(instrument.id, numbers)), instrument.id).toBeUndefined();
    }
  });

  it('lets a form leave out what only some people are asked', () => {
    const phq15 = of('phq-15');
    const numbers = phq15.items.map(({ number }) => number).filter((number) => number !== 4);
    expect(formIssue(phq15, withForm('phq-15', numbers))).toBeUndefined();
  });
});
