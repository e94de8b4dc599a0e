import { describe, expect, it } from 'vitest';
import { multiply } from '../../voxels/affine.ts';
import { fslToRas, gradientTable, rasToAxes } from './gradients.ts';
import { studyDiffusion } from './study.ts';
import { gaussian, testSeries } from './testSeries.ts';

const middle = 7 + 14 * (7 + 14 * 7);

async function study(series: ReturnType<typeof testSeries>, options = {}) {
  const found = await studyDiffusion(series.image, series.metadata, { threads: 1, ...options });
  return { ...found, codes: found.issues.map(({ code }) => code), maps: 'maps' in found ? found.maps : undefined };
}

describe('studyDiffusion', () => {
  it('finds the tensor, its direction and the ADC of a noiseless ball, each by every method', async () => {
    for (const method of ['ols', 'wls', 'robust', 'nlls'] as const) {
      const { maps } = await study(testSeries(gaussian(1.7, 0.4, 0.3)), { method });
      const { fa, md, ad, rd, vector, flags } = maps!.dti!;
      expect(md![middle]).toBeCloseTo(0.8e-3, 8);
      expect(ad![middle]).toBeCloseTo(1.7e-3, 8);
      expect(rd![middle]).toBeCloseTo(0.35e-3, 8);
      expect(fa![middle]).toBeCloseTo(Math.sqrt(1.5 * (0.9 ** 2 + 0.4 ** 2 + 0.5 ** 2)) / Math.hypot(1.7, 0.4, 0.3), 6);
      expect(vector![middle]).toBeCloseTo(1, 6);
      expect(flags![middle]).toBe(0);
    }
  });

  it('gives the same bits on one thread and on two', async () => {
    const series = testSeries(gaussian(1.7, 0.4, 0.3), { noise: 20 });
    const [one, two] = [await study(series, { threads: 1 }), await study(series, { threads: 2 })];
    for (const name of ['fa', 'md', 'faSe', 'flags']) expect(two.maps!.dti![name]).toEqual(one.maps!.dti![name]);
  });

  it('states errors that are as large as the noise makes them', async () => {
    const { data, maps } = (await study(testSeries(gaussian(1.2, 0.7, 0.5), { noise: 30 }))) as never as {
      data: { voxels: Int32Array };
      maps: { dti: Record<string, Float32Array> };
    };
    const off = Array.from(data.voxels, (at) => (maps.dti['md']![at]! - 0.8e-3) ** 2);
    const spread = Math.sqrt(off.reduce((sum, one) => sum + one, 0) / off.length);
    const stated = Math.sqrt(
      Array.from(data.voxels, (at) => maps.dti['mdSe']![at]! ** 2).reduce((sum, one) => sum + one, 0) / off.length,
    );
    expect(stated / spread).toBeGreaterThan(0.85);
    expect(stated / spread).toBeLessThan(1.15);
  });

  it('robustly leaves a spoiled volume out of each voxel, where the plain fit is pulled', async () => {
    const series = testSeries((b, g) => gaussian(1.7, 0.4, 0.3)(b, g) * (b > 0 && g[0] > 0.99 ? 3 : 1), {
      b: [1000, 1000],
      noise: 2,
    });
    const plain = (await study(series, { method: 'wls' })).maps!.dti!['md']![middle]!;
    const robust = (await study(series, { method: 'robust' })).maps!.dti!;
    expect(Math.abs(plain - 0.8e-3)).toBeGreaterThan(5e-5);
    expect(Math.abs(robust['md']![middle]! - 0.8e-3)).toBeLessThan(1e-5);
    expect(robust['outliers']![middle]).toBeGreaterThanOrEqual(2);
  });

  it('counts negative eigenvalues, signals that are not positive and the noise floor', async () => {
    const rising = testSeries(gaussian(1, 1, -0.3));
    expect((await study(rising)).codes).toContain('negative-eigenvalues');
    const weak = testSeries((b, g) => (b > 0 ? 1.2 : 1000) + 0 * g[0], { b: [2500] });
    expect((await study(weak)).codes).toContain('diffusion-noise-floor');
    const dark = testSeries((b, g) => (b > 0 && g[2] > 0.9 ? 0 : gaussian(1, 1, 1)(b, g)));
    expect((await study(dark)).codes).toContain('signal-not-positive');
  });

  it('fits kurtosis where two shells allow it, and says why not elsewhere', async () => {
    const single = await study(testSeries(gaussian(1, 0.7, 0.7)));
    expect('left' in single && single.left.dki).toMatch(/two weighted shells/);
  });

  it('refuses what cannot be fitted', async () => {
    const series = testSeries(gaussian(1, 1, 1));
    const refused = async (metadata: Record<string, unknown>) => (await study({ ...series, metadata })).codes;
    expect(await refused({})).toEqual(['diffusion-no-b-values']);
    expect(await refused({ bval: [0, 1000] })).toEqual(['gradients-count-mismatch']);
    expect(await refused({ bval: series.metadata['bval'], bvecRas: [[1, 0, 0]] })).toEqual([
      'gradients-count-mismatch',
    ]);
    expect(await refused({ bval: [0, ...new Array(12).fill(1)] })).toEqual(['b-values-implausible']);
    expect(await refused({ bval: [0, ...new Array(12).fill(1e9)] })).toEqual(['b-values-implausible']);
    expect(await refused({ bval: [0, -5, ...new Array(11).fill(1000)] })).toEqual(['bval-invalid']);
    expect(await refused({ bval: new Array(13).fill(1000) })).toContain('diffusion-model-impossible');
  });

  it('refuses a table that lacks an entry for a measurement', async () => {
    const series = testSeries(gaussian(1.7, 0.4, 0.3), { noise: 10 });
    const bval = (series.metadata['bval'] as number[]).slice(0, -1);
    const bvecRas = (series.metadata['bvecRas'] as number[][]).slice(0, -1);
    const found = await study({ ...series, metadata: { bval, bvecRas } });
    expect(found.codes).toContain('diffusion-volume-unexplained');
    expect(found.maps).toBeUndefined();
  });
});

describe('gradientTable', () => {
  const { grid } = testSeries(gaussian(1, 1, 1), { side: 4 });
  const shape: typeof grid.shape = [4, 4, 4, 8];
  const bval = [0, 1000, 1000, 1000, 1000, 1000, 1000, 1000];
  const bvecRas = [
    [Number.NaN, Number.NaN, Number.NaN],
    [1, 0, 0],
    [0, 2, 0],
    [0, 0, 1],
    [0.6, 0.8, 0],
    [0, 0.6, 0.8],
    [0.6, 0, 0.8],
    [0, 0, 0],
  ];

  it('sanitises directions: NaN at b 0, another length than 1, none at a weighted volume', () => {
    const { table, issues } = gradientTable({ bval, bvecRas }, { ...grid, shape });
    expect(table!.ras[0]).toEqual([0, 0, 0]);
    expect(table!.ras[2]).toEqual([0, 1, 0]);
    expect(table).toMatchObject({ appended: [7], volumes: [0, 1, 2, 3, 4, 5, 6] });
    expect(issues.map(({ code }) => code)).toEqual(['diffusion-volume-without-direction', 'bvec-not-unit']);
  });

  it('turns directions of an image with its affine, and keeps them through the way back', () => {
    const turn = [0.8, -0.6, 0, 5, 0.6, 0.8, 0, -3, 0, 0, 1, 2, 0, 0, 0, 1];
    const affine = [-2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1];
    const before = fslToRas([0.6, 0, 0.8], affine);
    const [x, y, z] = fslToRas([0.6, 0, 0.8], multiply(turn, affine));
    expect([x, y, z]).toEqual([0.8 * before[0] - 0.6 * before[1], 0.6 * before[0] + 0.8 * before[1], before[2]]);
    for (const [axis, value] of [0.6, 0, 0.8].entries()) expect(rasToAxes(before, affine)[axis]).toBeCloseTo(value, 14);
    // Right-handed axes: FSL turns i round.
    expect(fslToRas([1, 0, 0], [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1])).toEqual([-1, 0, 0]);
  });
});
