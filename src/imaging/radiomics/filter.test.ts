import { describe, expect, it } from 'vitest';
import { placeBeyond } from '../../voxels/filters/boundary.ts';
import { rotated } from '../../voxels/filters/rotations.ts';
import { Filter, filtered } from './filter.ts';
import { scatter } from './testRegion.ts';

const size = [10, 8, 6] as const;
const noise = scatter(480, 1000);
const apply = (settings: unknown, values = noise) => filtered(values, size, [1, 1, 1], Filter.parse(settings));

describe('filters', () => {
  it('see beyond the border what they were told to', () => {
    const line = (boundary: Parameters<typeof placeBeyond>[2]) =>
      [-2, -1, 0, 3, 4, 5].map((at) => placeBeyond(at, 4, boundary));
    expect(line('zero')).toEqual([-1, -1, 0, 3, -1, -1]);
    expect(line('nearest')).toEqual([0, 0, 0, 3, 3, 3]);
    expect(line('periodic')).toEqual([2, 3, 0, 3, 0, 1]);
    expect(line('mirror')).toEqual([1, 0, 0, 3, 3, 2]);
  });

  it('turn kernels 24 ways in the volume and 4 in a slice', () => {
    const names = (kernels: readonly (readonly number[])[]) => kernels.map((kernel) => kernel.join()).join(' ');
    expect(
      new Set(
        rotated([
          [1, 2],
          [3, 4],
          [5, 6],
        ]).map(names),
      ).size,
    ).toBe(24);
    expect(
      rotated([
        [1, 2],
        [3, 4],
      ])
        .map(names)
        .sort(),
    ).toEqual(['1,2 3,4', '2,1 4,3', '3,4 2,1', '4,3 1,2']);
  });

  it.each([
    { type: 'log', sigmaMm: 1, cutoff: 6 },
    { type: 'laws', kernels: 'E5L5S5' },
    { type: 'wavelet', family: 'db4', passes: 'LHL' },
    { type: 'wavelet', family: 'coif1', passes: 'HHH', level: 2 },
    { type: 'simoncelli' },
  ])('%j answers nothing to a flat image', async (settings) => {
    const flat = new Float32Array(480).fill(100);
    for (const value of await apply(settings, flat)) expect(Math.abs(value)).toBeLessThan(1e-4 * 100);
  });

  it('a Gaussian keeps the mean, in slices too', async () => {
    for (const isFlat of [false, true]) {
      const smooth = await apply({ type: 'gaussian', sigmaMm: 1.5, isFlat });
      const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean(smooth) / mean(noise)).toBeCloseTo(1, 5);
    }
  });

  it('low and high pass of a wavelet hold all of the image', async () => {
    const passes = ['L', 'H'].flatMap((x) => ['L', 'H'].flatMap((y) => ['L', 'H'].map((z) => x + y + z)));
    const power = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    for (const family of ['haar', 'db2', 'db3', 'db4', 'coif1']) {
      let sum = 0;
      for (const of of passes) sum += power(await apply({ type: 'wavelet', family, passes: of, boundary: 'periodic' }));
      // Undecimated: eight times as many numbers.
      expect(sum / (8 * power(noise))).toBeCloseTo(1, 6);
    }
  });

  it('first-order Riesz transforms share the power of what they are made of', async () => {
    const power = async (riesz?: number[]) =>
      (await apply({ type: 'simoncelli', ...(riesz && { riesz }) })).reduce((sum, value) => sum + value * value, 0);
    const whole = await power();
    const parts = (await power([1, 0, 0])) + (await power([0, 1, 0])) + (await power([0, 0, 1]));

    // The frequencies of Nyquist of an even length have no sign and are lost to an odd transform.
    expect(parts / whole).toBeGreaterThan(0.8);
    expect(parts / whole).toBeLessThan(1.0001);
  });
});
