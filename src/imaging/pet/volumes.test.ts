import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../../knowledge/load.ts';
import { judgeChange, type RepeatabilityRow, realChangeLimits, smallestChange } from '../repeatability.ts';
import { uptakeChange } from './repeatability.ts';
import { activeVolume, limitOf, otsu, thresholdCode, thresholds, thresholdText } from './volumes.ts';

const suv = Float32Array.of(1, 2.5, 3, 4, 10, Number.NaN);

describe('active volume', () => {
  it('counts voxels at or above the threshold', () => {
    expect(activeVolume(suv, { type: 'suv', suv: 2.5 }, 500)).toEqual({
      voxels: 4,
      limit: 2.5,
      millilitres: 2,
      meanSuv: 19.5 / 4,
      totalGlycolysisG: 9.75,
    });
    expect(activeVolume(suv, { type: 'of-maximum', fraction: 0.4 }, 500)).toMatchObject({
      voxels: 2,
      millilitres: 1,
      totalGlycolysisG: 7,
    });
  });

  it('is zero, not an error, when nothing is hot', () => {
    expect(activeVolume(suv, { type: 'suv', suv: 40 }, 500)).toEqual({
      voxels: 0,
      limit: 40,
      millilitres: 0,
      meanSuv: undefined,
      totalGlycolysisG: 0,
    });
  });

  it('names thresholds for codes and for people', () => {
    expect(thresholds.map(thresholdCode)).toEqual([
      ...['suv-2-5', 'suv-4', '41-percent', '50-percent', 'percist-liver', 'percist-blood', 'otsu'],
    ]);
    expect(thresholds.slice(0, 3).map(thresholdText)).toEqual(['SUV ≥ 2.5', 'SUV ≥ 4', '≥ 41 % of the maximum']);
  });
});

describe('thresholds of references and of the region itself', () => {
  it('are not given without their reference', () => {
    expect(limitOf(suv, { type: 'percist-liver' })).toBeUndefined();
    expect(limitOf(suv, { type: 'percist-liver' }, { liver: { mean: 2, sd: 0.25 } })).toBe(3.5);
    expect(limitOf(suv, { type: 'percist-blood' }, { bloodPool: { mean: 1.5, sd: 0.2 } })).toBeCloseTo(3.4, 12);
  });

  it('Otsu cuts between two populations and refuses one', () => {
    const two = Float32Array.from({ length: 200 }, (_, at) => (at < 100 ? 1 + at / 1000 : 8 + at / 1000));
    expect(otsu(two)).toBeGreaterThan(1.1);
    expect(otsu(two)).toBeLessThan(8);
    expect(otsu(Float32Array.of(3, 3, 3))).toBeUndefined();
  });
});

describe('repeatability', () => {
  const { values } = loadKnowledge('imaging/repeatability.json').data as { values: RepeatabilityRow[] };
  const percent = (cv: number): number[] => Object.values(realChangeLimits(cv)).map((limit) => Math.round(100 * limit));

  it('turns a coefficient of variation into the unequal limits of the profile', () => {
    expect(percent(0.1)).toEqual([-24, 32]);
    expect(percent(0.12)).toEqual([-28, 39]);
  });

  it('is given only where a published repeatability covers the value', () => {
    const max = (suvMax: number, tracer: string | undefined, site: 'lesion' | 'tissue' = 'lesion') =>
      uptakeChange('suv-max', suvMax, { suvMax, tracer, site }, values);
    expect(max(10, 'Fluorodeoxyglucose')).toMatchObject({ type: 'smallest-real-change', level: 0.95 });
    expect(max(10, 'FDG -- fluorodeoxyglucose')!.high).toBeCloseTo(13.93, 2);
    expect(max(3.9, 'FDG')).toBeUndefined();
    expect(max(10, 'FDG', 'tissue')).toBeUndefined();
    expect(max(10, 'PSMA-1007')).toBeUndefined();
    expect(max(10, undefined)).toBeUndefined();
  });

  it('tells a real change from one that error explains, by unequal limits', () => {
    const known = uptakeChange('suv-max', 10, { suvMax: 10, tracer: 'FDG', site: 'lesion' }, values);
    expect(judgeChange(10, 7.3, known).verdict).toBe('not-distinguishable');
    expect(judgeChange(10, 7.1, known).verdict).toBe('real');
    expect(judgeChange(10, 13.8, known).verdict).toBe('not-distinguishable');
    expect(judgeChange(10, 14, known)).toMatchObject({ verdict: 'real', percent: 40 });
    expect(judgeChange(10, 100, undefined).verdict).toBe('unknown');
  });

  it('gives SUL the figure of its SUV, and a best case to nobody', () => {
    const of = { suvMax: 10, tracer: 'FDG', site: 'lesion' } as const;
    expect(uptakeChange('suv-mean', 5, of, values)).toBeUndefined();
    expect(uptakeChange('sul-peak', 5, of, values)!.high).toBeCloseTo(5 * 1.214, 2);
    const mean = values.find(({ measure }) => measure === 'suv-mean')!;
    expect(smallestChange(mean, 5)).toMatchObject({ low: 4.47, high: 5.53 });
  });
});
