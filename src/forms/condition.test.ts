import { describe, expect, it } from 'vitest';
import { Condition, holds, namesIn } from './condition.ts';

const known = {
  item: (number: number) => ({ 1: 0, 2: 3 })[number],
  scale: (code: string) => (code === 'x.total' ? 7 : undefined),
};

describe('conditions', () => {
  it('compare answers and scores with limits and with each other', () => {
    expect(holds({ item: 2, from: 3 }, known)).toBe(true);
    expect(holds({ item: 2, to: 2 }, known)).toBe(false);
    expect(holds({ item: 2, above: 1 }, known)).toBe(true);
    expect(holds({ item: 1, above: 2 }, known)).toBe(false);
    expect(holds({ scale: 'x.total', from: 7, to: 7 }, known)).toBe(true);
  });

  it('do not decide where an unknown answer could', () => {
    const [yes, no, unknown] = [
      { item: 2, from: 1 },
      { item: 1, from: 1 },
      { item: 9, from: 1 },
    ];
    expect(holds(unknown, known)).toBeUndefined();
    expect(holds({ item: 2, above: 9 }, known)).toBeUndefined();
    expect([{ any: [yes, unknown] }, { any: [no, unknown] }].map((one) => holds(one, known))).toEqual([
      true,
      undefined,
    ]);
    expect([{ all: [no, unknown] }, { all: [yes, unknown] }].map((one) => holds(one, known))).toEqual([
      false,
      undefined,
    ]);
    expect(holds({ atLeast: 2, of: [yes, yes, unknown] }, known)).toBe(true);
    expect(holds({ atLeast: 2, of: [yes, no, unknown] }, known)).toBeUndefined();
    expect(holds({ atLeast: 2, of: [no, no, unknown] }, known)).toBe(false);
  });

  it('are checked as data and name what they ask for', () => {
    expect(Condition.safeParse({ item: 1, form: 3 }).success).toBe(false);
    expect(namesIn({ all: [{ item: 1, above: 2 }, { any: [{ scale: 'x.total', to: 3 }] }] })).toEqual({
      items: [1, 2],
      scales: ['x.total'],
    });
  });
});
