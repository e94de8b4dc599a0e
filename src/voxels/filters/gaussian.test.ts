import { describe, expect, it } from 'vitest';
import type { Size } from '../components.ts';
import type { Boundary } from './boundary.ts';
import { convolveAxes } from './convolve.ts';
import { gaussian } from './gaussian.ts';

const size: Size = [21, 13, 18];
const values = Float32Array.from({ length: 21 * 13 * 18 }, (_, at) => (at * 7919) % 1009);

function kernel(sigma: number): number[] {
  const reach = Math.floor(4 * sigma + 0.5);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight);
  return weights.map((weight) => weight / sum);
}

describe('Gaussian smoothing', () => {
  it.each([
    'mirror',
    'nearest',
    'periodic',
    'zero',
  ] as Boundary[])('is the convolution in float64, %s', async (boundary) => {
    const sigma: Size = [2, 0.8, 1.5];
    const ours = await gaussian(values, size, { sigma, boundary, threads: 1 });
    const expected = convolveAxes(Float64Array.from(values), size, sigma.map(kernel), boundary);
    const worst = ours.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!)), 0);
    expect(worst).toBeLessThan(1e-3);
    expect(worst).toBeGreaterThan(0);
  });

  it('gives the same bits on two threads, in slices, and leaves an axis alone', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((threads) => gaussian(values, size, { sigma: [1, 2, 1], threads })),
    );
    expect(two).toEqual(one);
    const flat = await gaussian(values, size, { sigma: [1.2, 1.2, 0], threads: 1 });
    const slice = await gaussian(values.slice(0, 21 * 13), [21, 13, 1], { sigma: [1.2, 1.2, 3] });
    expect(flat.slice(0, 21 * 13)).toEqual(slice);
    expect(await gaussian(values, size, { sigma: [0, 0, 0] })).toEqual(values);
  });

  it('refuses a width that is no smoothing any more', async () => {
    await expect(gaussian(values, size, { sigma: [80, 1, 1] })).rejects.toThrow('cannot be smoothed');
  });
});
