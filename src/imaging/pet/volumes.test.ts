import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../../knowledge/load.ts';
import { type Repeatability, realChangeLimits, smallestRealChange } from './repeatability.ts';
import { activeVolume, thresholdCode, thresholds, thresholdText } from './volumes.ts';

const suv = Float32Array.of(1, 2.5, 3, 4, 10, Number.NaN);

describe('active volume', () => {
  it('counts voxels at or above the threshold', () => {
    expect(activeVolume(suv, { type: 'suv', suv: 2.5 }, 500)).toEqual({
      voxels: 4,
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
      millilitres: 0,
      meanSuv: undefined,
      totalGlycolysisG: 0,
    });
  });

  it('names thresholds for codes and for people', () => {
    expect(thresholds.map(thresholdCode)).toEqual(['suv-2-5', 'suv-4', '41-percent']);
    expect(thresholds.map(thresholdText)).toEqual(['SUV ≥ 2.5', 'SUV ≥ 4', '≥ 41 % of the maximum']);
  });
});

describe('repeatability', () => {
  const { values } = loadKnowledge('imaging/repeatability.json').data as { values: Repeatability[] };
  const percent = (cv: number): number[] => Object.values(realChangeLimits(cv)).map((limit) => Math.round(100 * limit));

  it('turns a coefficient of variation into the unequal limits of the profile', () => {
    expect(percent(0.1)).toEqual([-24, 32]);
    expect(percent(0.12)).toEqual([-28, 39]);
  });

  it('is given only where a published repeatability covers the value', () => {
    expect(smallestRealChange(10, 10, 'Fluorodeoxyglucose', values)).toMatchObject({
      type: 'smallest-real-change',
      level: 0.95,
    });
    expect(smallestRealChange(10, 10, 'FDG -- fluorodeoxyglucose', values)!.high).toBeCloseTo(13.93, 2);
    expect(smallestRealChange(3.9, 3.9, 'FDG', values)).toBeUndefined();
    expect(smallestRealChange(10, 10, 'PSMA-1007', values)).toBeUndefined();
    expect(smallestRealChange(10, 10, undefined, values)).toBeUndefined();
  });
});
