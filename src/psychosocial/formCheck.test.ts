import { describe, expect, it } from 'vitest';
import { loadInstruments } from '../forms/instrument.ts';
import type { Response } from '../forms/recognise.ts';
import { scoreResponse } from './score.ts';

const of = (id: string) => loadInstruments().find((one) => one.id === id)!;
const withForm = (id: string, numbers: readonly number[]): Response => ({
  type: 'response',
  instrument: { system: 'stated', code: id, display: id },
  answers: of(id).items.map(({ number }) => ({ item: String(number), value: 1 })),
  form: { items: [...numbers.map((number) => ({ item: `/${number}` })), { item: 'age' }] },
});

describe('a form that is not the instrument', () => {
  it('refuses the score of another order, a missing and a doubled item, and keeps the safety item', () => {
    for (const [numbers, says] of [
      [[1, 2, 3, 4, 5, 6, 7, 8], /lacks item 9/],
      [[2, 1, 3, 4, 5, 6, 7, 8, 9], /another order/],
      [[1, 2, 3, 4, 5, 6, 7, 8, 9, 9], /item 9 more than once/],
    ] as const) {
      const scored = scoreResponse(of('phq-9'), withForm('phq-9', numbers));
      expect(scored.scales).toMatchObject([
        { reason: 'form-differs', issues: [{ message: expect.stringMatching(says) }] },
      ]);
      expect(scored.scales[0]).not.toHaveProperty('value');
      expect(scored.items.get(9)).toMatchObject({ state: 'answered', value: 1 });
    }
    expect(scoreResponse(of('start-back'), withForm('start-back', [1, 2])).verdicts[0]).toMatchObject({
      reason: 'form-differs',
    });
  });
});

it('a score of the form that differs from ours is an issue, and ours stands', () => {
  const response = withForm('gad-2', [1, 2]);
  const total = { item: 'gad2_total', value: 5, calculated: true as const };
  const [scale] = scoreResponse(of('gad-2'), { ...response, answers: [...response.answers, total] }).scales;
  expect(scale).toMatchObject({
    value: 2,
    issues: [{ code: 'total-differs', message: expect.stringContaining('scoring expression') }],
  });
});
