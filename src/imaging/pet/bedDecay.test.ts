import { describe, expect, it } from 'vitest';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { bedDecay, scaledBySlice } from './bedDecay.ts';
import { petHeader } from './petHeader.ts';

const halfLifeS = 6586.2;
const rate = Math.LN2 / halfLifeS;
const within = (rate * 120) / (1 - Math.exp(-rate * 120));

/** Two beds of two slices, the second 600 s later. */
function series(secondFactor: number): Record<string, unknown> {
  return {
    DecayCorrection: 'START',
    SeriesDate: '20240301',
    SeriesTime: '100000',
    AcquisitionDate: '20240301',
    AcquisitionTime: ['100000', '100000', '101000', '101000'],
    ActualFrameDuration: 120_000,
    DecayFactor: [within, within, secondFactor, secondFactor],
  };
}
const found = (secondFactor: number) => {
  const metadata = series(secondFactor);
  return bedDecay(metadata, petHeader(metadata), halfLifeS, 4);
};

describe('decay of several bed positions', () => {
  it('leaves a series alone whose beds are all corrected to its start', () => {
    expect(found(within * Math.exp(600 * rate))).toEqual({ bySlice: undefined, issues: [] });
  });

  it('brings beds that were corrected each to its own start to one time, and says so', () => {
    const { bySlice, issues } = found(within);
    expect([...bySlice!]).toEqual([1, 1, Math.exp(600 * rate), Math.exp(600 * rate)]);
    expect(issues.map(({ code }) => code)).toEqual(['suv-beds-corrected-apart']);
  });

  it('names factors that fit neither', () => {
    const { bySlice, issues } = found(within * Math.exp(300 * rate));
    expect(bySlice).toBeUndefined();
    expect(issues.map(({ code }) => code)).toEqual(['suv-bed-decay-unclear']);
  });

  it('multiplies slices wherever a slab begins', async () => {
    const image = imageOf(axialGrid([2, 1, 4], [1, 1, 1]), new Float32Array(8).fill(2));
    const scaled = scaledBySlice(image, Float64Array.of(1, 2, 3, 4));
    expect([...(await scaled.readSlab(1, 3))]).toEqual([4, 4, 6, 6]);
    expect([...(await scaled.readVolume())]).toEqual([2, 2, 4, 4, 6, 6, 8, 8]);
  });
});
