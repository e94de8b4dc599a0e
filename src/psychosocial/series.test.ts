import { describe, expect, it } from 'vitest';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { daysOf, deviationOf, trendOf } from './series.ts';
import { series } from './seriesAnalysis.ts';
import { responseFact } from './testing.ts';

const week = 7 * 86_400_000;
const points = (values: readonly number[], times = values.map((_, index) => index)) =>
  values.map((value, index) => ({ ms: times[index]! * week, value }));

describe('trendOf', () => {
  // scipy 1.x, stats.theilslopes(y, x, 0.95)
  it.each([
    [[5, 5, 4, 3, 4, 3, 5, 7], undefined, 0, [-0.5, 1]],
    [[4, 4, 6, 5, 5, 3, 4, 6, 2, 3, 0, 1, 0, 3, 1], undefined, -1 / 3, [-0.5, -1 / 12]],
    [[6, 6, 5, 7, 5, 4, 4, 5, 3, 3], [0, 1, 2, 4, 7, 8, 11, 14, 15, 20], -3 / 19, [-0.25, -1 / 14]],
  ])('gives the slope and interval of an independent program: %j', (values, times, slope, interval) => {
    const trend = trendOf(points(values, times), false)!;
    expect(trend.slopePerWeek).toBeCloseTo(slope, 12);
    expect(trend.interval![0]).toBeCloseTo(interval[0]!, 12);
    expect(trend.interval![1]).toBeCloseTo(interval[1]!, 12);
  });

  it('says nothing from too few points, and gives no interval where none can be', () => {
    expect(trendOf(points([1, 2]))).toBeUndefined();
    expect(trendOf(points([1, 2, 3], [1, 1, 1]))).toBeUndefined();
    expect(trendOf(points([1, 2, 3]))).toMatchObject({ slopePerWeek: 1, interval: undefined });
  });

  it('holds the truth in about 95 of 100 series, also when each day resembles the one before', () => {
    let state = 12345;
    const uniform = () => {
      state = (state * 1664525 + 1013904223) % 2 ** 32;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const covered = (carry: number) => {
      let held = 0;
      for (let run = 0; run < 400; run++) {
        let left = normal() / Math.sqrt(1 - carry * carry);
        const values = Array.from({ length: 40 }, (_, index) => {
          left = carry * left + normal();
          return 5 - 0.1 * index + left;
        });
        const [low, high] = trendOf(points(values))!.interval!;
        if (low <= -0.1 && high >= -0.1) held++;
      }
      return held / 400;
    };
    expect(covered(0)).toBeGreaterThan(0.92);
    expect(covered(0.3)).toBeGreaterThan(0.9);
    expect(covered(0.3)).toBeLessThan(0.995);
  });
});

it('many answers a day become one row a day', () => {
  const days = daysOf([
    { at: '2026-03-02T21:00:00Z', value: 4 },
    { at: '2026-03-01T08:00:00Z', value: 2 },
    { at: '2026-03-01T20:00:00Z', value: 6 },
  ]);
  expect(days).toEqual([
    { day: '2026-03-01', count: 2, mean: 4, least: 2, most: 6 },
    { day: '2026-03-02', count: 1, mean: 4, least: 4, most: 4 },
  ]);
  expect(deviationOf([1])).toBeUndefined();
  expect(deviationOf([1, 3])).toBeCloseTo(Math.SQRT2, 12);
});

describe('psychosocial.series', () => {
  const diary = Array.from({ length: 12 }, (_, index) => {
    const day = String(1 + Math.floor(index / 2)).padStart(2, '0');
    const at = `2026-03-${day}T${index % 2 === 0 ? '08' : '20'}:00:00Z`;
    return responseFact(`f${index}`, 'pain-nrs', [8 - Math.floor(index / 2)], at);
  });

  it('makes days, spread and trend of a diary, each derived from the answers', async () => {
    const { findings } = await runAll(series, dossierOf({ facts: diary }));
    expect(findings.map(({ measure, value }) => [measure.code, value])).toEqual([
      ['pain-nrs.pain.days', { type: 'series', artifact: '' }],
      ['pain-nrs.pain.spread', { type: 'quantity', value: expect.closeTo(1.870829, 6), unit: '{score}' }],
      ['pain-nrs.pain.trend', { type: 'quantity', value: expect.closeTo(-7, 9), unit: '{score}/wk' }],
    ]);
    expect(findings[0]).toMatchObject({
      time: '2026-03-06',
      methodNote: expect.stringContaining('12 answers on 6 of 6'),
    });
    expect(findings[2]!.derivedFrom).toHaveLength(12);
    expect(findings[2]!.codes).toEqual([{ system: 'domain', code: 'pain', display: 'pain' }]);
  });

  it('needs five days, and leaves out what was refused or has no date', async () => {
    expect(series.select(dossierOf({ facts: diary.slice(0, 8) })).selections).toEqual([]);
    const undated = diary.map((fact) => ({ ...fact, at: undefined }));
    expect(series.select(dossierOf({ facts: undated })).selections).toEqual([]);
    const wrong = Array.from({ length: 6 }, (_, index) =>
      responseFact(`w${index}`, 'pain-nrs', [index < 2 ? 99 : 3], `2026-04-0${index + 1}`),
    );
    const { findings } = await runAll(series, dossierOf({ facts: wrong }));
    expect(findings).toEqual([]);
  });
});
