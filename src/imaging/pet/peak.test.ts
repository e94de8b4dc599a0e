import { describe, expect, it } from 'vitest';
import { boxed } from '../../voxels/mask.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { peakRadiusMm, peaksOf } from './peak.ts';

const grid = axialGrid([9, 9, 9], [4, 4, 4]);
const all = boxed(new Uint8Array(729).fill(1), grid);
const at = (i: number, j: number, k: number): number => (k * 9 + j) * 9 + i;

describe('peaks', () => {
  it('has a sphere of one cubic centimetre', () => {
    expect((4 / 3) * Math.PI * peakRadiusMm ** 3).toBeCloseTo(1000, 9);
  });

  it('averages whole voxels whose centre is within reach', async () => {
    const values = new Float32Array(729);
    values[at(4, 4, 4)] = 19;
    // Within 6.2 mm of a centre on a 4 mm grid: itself, 6 at 4 mm, 12 at 5.66 mm.
    const peaks = (await peaksOf(imageOf(grid, values), all))!;
    expect(peaks.local).toEqual({ value: 1, at: [4, 4, 4], voxels: 19 });
    expect(peaks.global.value).toBe(1);
  });

  it('finds the place with the highest mean, which need not be the hottest voxel', async () => {
    const values = new Float32Array(729);
    values[at(1, 1, 1)] = 30;
    for (const [i, j, k] of [
      [6, 6, 6],
      [5, 6, 6],
      [7, 6, 6],
      [6, 5, 6],
      [6, 7, 6],
      [6, 6, 5],
      [6, 6, 7],
    ] as const)
      values[at(i, j, k)] = 20;
    const peaks = (await peaksOf(imageOf(grid, values), all))!;
    expect(peaks.local.at).toEqual([1, 1, 1]);
    expect(peaks.global).toMatchObject({ at: [6, 6, 6], value: 140 / 19 });
  });

  it('centres only within the region, reaches beyond it, and shrinks at the border of the image', async () => {
    const values = new Float32Array(729).fill(2);
    values[at(0, 0, 0)] = 8;
    const corner = new Uint8Array(729);
    corner[at(0, 0, 0)] = 1;
    const peaks = (await peaksOf(imageOf(grid, values), boxed(corner, grid)))!;
    expect(peaks.global).toEqual({ value: (8 + 2 * 6) / 7, at: [0, 0, 0], voxels: 7 });
  });

  it('leaves out values that are no numbers', async () => {
    const values = new Float32Array(729).fill(Number.NaN);
    expect(await peaksOf(imageOf(grid, values), all)).toBeUndefined();
    values[at(4, 4, 4)] = 3;
    expect((await peaksOf(imageOf(grid, values), all))!.global).toEqual({ value: 3, at: [4, 4, 4], voxels: 1 });
  });
});
