import { describe, expect, it } from 'vitest';
import type { Fact } from '../../dossier/fact.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { diaryPointsOf, promptsOf } from '../../forms/diary/points.ts';
import { runAll } from '../../knowledge/testing.ts';
import { diary } from './analysis.ts';
import { numbersOfSeries, partsOfDay } from './numbers.ts';
import { ranks, relationOf } from './relation.ts';

const pain = [5, 6, 6, 6, 6, 7, 8, 7, 7, 6, 5, 4, 2, 4, 4, 4, 2, 2, 4, 5, 6, 6, 7, 6, 7, 7, 6, 8, 6, 6];
const mood = [
  51, 54, 56, 57, 62, 62, 61, 55, 58, 65, 50, 53, 49, 43, 52, 60, 34, 44, 51, 50, 61, 58, 52, 63, 65, 67, 67, 66, 59,
  50,
];
const moment = (index: number) =>
  `2026-03-${String(1 + Math.floor(index / 3)).padStart(2, '0')}T${['08:00', '14:30', '21:05'][index % 3]}`;
const answers = pain.map((value, index) => {
  const at = moment(index);
  return { at, day: at.slice(0, 10), minutes: Number(at.slice(11, 13)) * 60 + Number(at.slice(14)), value };
});

function prompt(index: number, numbers: Record<string, number>): Fact {
  return {
    kind: 'fact',
    id: `f${String(index).padStart(3, '0')}`,
    subject: 's1',
    source: 'src-1',
    place: `line ${index + 2}`,
    type: 'observation',
    code: { system: 'idiograph', code: 'diary', display: 'Diary' },
    value: {
      type: 'components',
      components: Object.entries(numbers).map(([code, value]) => ({
        code: { system: 'diary', code, display: code },
        value,
        unit: '{score}',
      })),
    },
    at: moment(index),
    status: 'completed',
    isEvent: false,
    issues: [],
  };
}

describe('numbersOfSeries', () => {
  it('gives what an independent program gives', () => {
    // Python 3.11, module statistics, by the formulas of docs/methods/diaries.md.
    const numbers = numbersOfSeries(answers)!;
    expect(numbers.level).toEqual({
      mean: expect.closeTo(5.5, 12),
      low: expect.closeTo(3.765557895859497, 12),
      high: expect.closeTo(7.234442104140503, 12),
    });
    expect(numbers.spread).toEqual({
      all: expect.closeTo(1.6347519056735944, 12),
      betweenDays: expect.closeTo(1.517388920416407, 12),
      withinDays: expect.closeTo(0.8755950357709131, 12),
    });
    expect(numbers.instability).toEqual({
      value: expect.closeTo(1.0488088481701516, 12),
      pairs: 20,
      over: 'within days',
    });
    expect(numbers.inertia).toMatchObject({ pairs: 20, over: 'within days' });
  });

  it('compares neighbouring days where each has one answer, and never over a gap', () => {
    const daily = [1, 3, 2, 5, 4, 6, 5, 7].map((value, index) => {
      const day = `2026-03-${String(index < 7 ? index + 1 : 20).padStart(2, '0')}`;
      return { at: day, day, value };
    });
    expect(numbersOfSeries(daily)?.instability).toEqual({
      value: Math.sqrt((4 + 1 + 9 + 1 + 4 + 1) / 6),
      pairs: 6,
      over: 'between days',
    });
    expect(numbersOfSeries(daily.slice(0, 4))).toBeUndefined();
  });

  it('says nothing of inertia where nothing varies', () => {
    const flat = numbersOfSeries(answers.map((one) => ({ ...one, value: 4 })))!;
    expect(flat).not.toHaveProperty('inertia');
    expect(flat.level).toEqual({ mean: 4, low: 4, high: 4 });
  });

  it('knows the quarters of the day of answers that state one', () => {
    expect(partsOfDay(answers)).toEqual([
      { name: 'morning', answers: 10, mean: expect.closeTo(5.6, 9) },
      { name: 'afternoon', answers: 10, mean: expect.closeTo(5.5, 9) },
      { name: 'evening', answers: 10, mean: expect.closeTo(5.4, 9) },
    ]);
    expect(partsOfDay(answers.map(({ at, day, value }) => ({ at, day, value })))).toEqual([]);
  });
});

describe('relationOf', () => {
  it('is the rank correlation with an interval for the moments that count', () => {
    const relation = relationOf(pain.map((value, index) => [value, mood[index]!] as const))!;
    expect(relation.value).toBeCloseTo(0.6915427835085238, 12);
    expect(relation.interval![0]).toBeCloseTo(0.2280930523570753, 12);
    expect(relation.interval![1]).toBeCloseTo(0.8995080310069193, 12);
    expect(relation.effective).toBeCloseTo(13.636536330884194, 12);
    expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
    expect(relationOf(pain.slice(0, 19).map((value) => [value, value] as const))).toBeUndefined();
    expect(relationOf(pain.map((value) => [value, 1] as const))).toBeUndefined();
  });

  it('finds independent drifting series related in about 5 of 100 cases only', () => {
    let state = 99;
    const uniform = () => {
      state = (state * 1664525 + 1013904223) % 2 ** 32;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const series = () => {
      let left = normal();
      return Array.from({ length: 60 }, () => (left = 0.6 * left + 0.8 * normal()));
    };
    let found = 0;
    for (let run = 0; run < 500; run++) {
      const [a, b] = [series(), series()];
      const [low, high] = relationOf(a.map((value, index) => [value, b[index]!] as const))!.interval!;
      if (low > 0 || high < 0) found++;
    }
    expect(found / 500).toBeGreaterThan(0.02);
    expect(found / 500).toBeLessThan(0.09);
  });
});

describe('psychosocial.diary', () => {
  const facts = pain.map((value, index) =>
    index % 10 === 9 ? prompt(index, {}) : prompt(index, { pain: value, mood: mood[index]! }),
  );

  it('describes each measure, adherence, and what goes together without calling it a cause', async () => {
    const { findings, issues } = await runAll(diary, dossierOf({ facts }));
    const of = (code: string, site?: string) =>
      findings.find((one) => one.measure.code === code && one.site?.code === site)!;
    expect(of('diary-prompts-answered').value).toEqual({ type: 'quantity', value: 90, unit: '%' });
    expect(of('diary-days-answered').value).toMatchObject({ value: 100 });
    expect(of('diary-level', 'pain').uncertainty).toMatchObject({ type: 'interval' });
    expect(of('diary-range-of-day', 'mood').methodNote).toMatch(/highest in the (morning|afternoon|evening)/);
    const relation = of('diary-relation', 'mood+pain');
    expect(relation.issues.map(({ code }) => code)).toEqual(['relation-not-causal']);
    expect(relation.uncertainty).toMatchObject({ level: 0.95 });
    expect(new Set(findings.map(({ measure }) => measure.code)).size).toBe(11);
    expect(issues).toEqual([]);
    expect(findings.every(({ derivedFrom }) => derivedFrom.length > 0)).toBe(true);
  });

  it('says that missed prompts are unknown where none is listed, and waits for five days', async () => {
    const answered = facts.filter((_, index) => index % 10 !== 9);
    const { findings, issues } = await runAll(diary, dossierOf({ facts: answered }));
    expect(issues.map(({ code }) => code)).toEqual(['prompts-unknown']);
    expect(findings.map(({ measure }) => measure.code)).not.toContain('diary-prompts-answered');
    expect(diary.select(dossierOf({ facts: facts.slice(0, 12) })).selections).toEqual([]);
  });

  it('reads the clock of the person, with a zone or without', () => {
    const zoned = { ...prompt(0, { pain: 3 }), at: '2026-03-01T21:05:00+05:30' };
    expect(diaryPointsOf([zoned])).toMatchObject([{ day: '2026-03-01', minutes: 21 * 60 + 5, value: 3 }]);
    expect(diaryPointsOf([{ ...zoned, at: '2026-03-01' }])[0]).not.toHaveProperty('minutes');
    expect(diaryPointsOf([{ ...zoned, at: '2026-03' }])).toEqual([]);
    expect(promptsOf(facts.slice(8, 11)).map(({ answered }) => answered)).toEqual([true, false, true]);
  });
});
