import { describe, expect, it } from 'vitest';
import { sameGrid } from './indexFrame.ts';
import { isInside, wholeMask } from './mask.ts';
import { indexOfVoxel, maskValues, statisticsOf } from './maskStatistics.ts';
import { regionMask } from './regionMask.ts';
import { axialGrid, imageOf } from './testImage.ts';

const grid = axialGrid([6, 5, 4], [2, 2, 2]);

function block(shape: [number, number, number], from: number[], to: number[]): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let k = from[2]!; k <= to[2]!; k++)
    for (let j = from[1]!; j <= to[1]!; j++)
      for (let i = from[0]!; i <= to[0]!; i++) mask[(k * shape[1] + j) * shape[0] + i] = 1;
  return mask;
}

describe('regionMask', () => {
  it('keeps a mask on the same grid as it is', () => {
    const whole = block([6, 5, 4], [1, 1, 1], [3, 2, 2]);
    const { mask, issues } = regionMask({ type: 'mask', grid, mask: whole }, grid);
    expect(issues).toEqual([]);
    expect(mask).toMatchObject({ origin: [1, 1, 1], size: [3, 2, 2], voxels: 12 });
    expect(wholeMask(mask)).toEqual(whole);
  });

  it('samples a finer mask at the nearest voxel and says so', () => {
    const fine = axialGrid([12, 10, 8], [1, 1, 1], [0.5, 0.5, -0.5]);
    const { mask, issues } = regionMask(
      { type: 'mask', grid: fine, mask: block([12, 10, 8], [2, 2, 2], [7, 5, 5]) },
      grid,
    );
    expect(issues.map(({ code }) => code)).toEqual(['mask-resampled']);
    expect(mask.voxels).toBe(3 * 2 * 2);
    expect(isInside(mask, 1, 1, 1) && isInside(mask, 3, 2, 2)).toBe(true);
  });

  it('says how much of a region lies outside the image, and where a region is that lies there wholly', () => {
    const mask = block([6, 5, 4], [1, 1, 1], [4, 2, 2]);
    const at = (mm: number) =>
      regionMask({ type: 'mask', grid: axialGrid([6, 5, 4], [2, 2, 2], [mm, 0, 0]), mask }, grid);
    expect(at(-4).issues).toMatchObject([
      { code: 'region-partly-outside', message: '25 % of the region lies outside the image and is not measured.' },
      { code: 'mask-resampled' },
    ]);
    const far = at(100);
    expect(far.mask.voxels).toBe(0);
    expect(far.issues[0]).toMatchObject({ code: 'region-outside-image', severity: 'error' });
    expect(far.issues[0]!.message).toContain('its middle is at 95, -3, 3 mm (RAS), the image spans -11 to 1,');
  });

  it('samples across turned axes', () => {
    const turned = {
      ...grid,
      shape: [5, 6, 4, 1] as [number, number, number, number],
      affineRas: [0, -2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
    };
    const { mask } = regionMask({ type: 'mask', grid: turned, mask: block([5, 6, 4], [1, 2, 0], [1, 4, 0]) }, grid);
    expect(mask.voxels).toBe(3);
    expect([2, 3, 4].every((i) => isInside(mask, i, 1, 0))).toBe(true);
  });

  it('ends empty when mask and image do not meet', () => {
    const far = axialGrid([6, 5, 4], [2, 2, 2], [500, 0, 0]);
    expect(
      regionMask({ type: 'mask', grid: far, mask: block([6, 5, 4], [0, 0, 0], [5, 4, 3]) }, grid).mask.voxels,
    ).toBe(0);
  });

  it('calls grids the same only within a thousandth of a millimetre', () => {
    expect(sameGrid(grid, axialGrid([6, 5, 4], [2, 2, 2], [0.0005, 0, 0]))).toBe(true);
    expect(sameGrid(grid, axialGrid([6, 5, 4], [2, 2, 2.001]))).toBe(false);
  });
});

describe('statistics within a mask', () => {
  it('reads only the slices of the region', async () => {
    const values = Float32Array.from({ length: 120 }, (_, at) => at);
    const image = imageOf(grid, values);
    const { mask } = regionMask({ type: 'mask', grid, mask: block([6, 5, 4], [1, 1, 2], [2, 2, 2]) }, grid);
    const inside = await maskValues(image, mask);
    expect([...inside]).toEqual([67, 68, 73, 74]);
    expect(image.slicesRead).toBe(1);
    const statistics = statisticsOf(inside)!;
    expect(statistics).toMatchObject({ voxels: 4, minimum: 67, maximum: 74, mean: 70.5, notNumbers: 0 });
    expect(statistics.standardDeviation).toBeCloseTo(Math.sqrt(9.25), 12);
    expect(indexOfVoxel(mask, statistics.maximumAt)).toEqual([2, 2, 2]);
  });

  it('leaves out what is no number and refuses when nothing is left', () => {
    expect(statisticsOf(Float32Array.of(1, Number.NaN, 3))).toMatchObject({ voxels: 2, notNumbers: 1, mean: 2 });
    expect(statisticsOf(Float32Array.of(Number.NaN))).toBeUndefined();
  });
});
