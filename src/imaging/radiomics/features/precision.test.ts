import { describe, expect, it } from 'vitest';
import { statisticsOf } from '../../../voxels/maskStatistics.ts';
import type { Prepared } from '../prepare.ts';
import { autocorrelation } from './autocorrelation.ts';
import { coOccurrenceTags, pairFeatures } from './coOccurrence.ts';
import { matrixFeatures, matrixTags } from './matrixFeatures.ts';
import { statistics, statisticsTags } from './statistics.ts';

/** Values of small spread on a large offset, as signals in arbitrary units have it: whole numbers, exact in float32. */
const offset = 2 ** 22;
const small = (at: number): number => (at * at + (at >> 3)) % 11;

/** Sums of float32, and differences of sums of squares, are off by percents here. */
describe('a large offset changes nothing that does not depend on it', () => {
  const n = 400_000;
  const near = Float32Array.from({ length: n }, (_, at) => small(at));
  const far = near.map((value) => value + offset);

  it('first-order statistics', () => {
    const [a, b] = [near, far].map((values) => statisticsOf(values)!);
    expect(b!.mean - offset).toBeCloseTo(a!.mean, 8);
    expect(b!.standardDeviation).toBeCloseTo(a!.standardDeviation, 8);
    const [c, d] = [near, far].map((values) => statistics(values.slice()));
    for (const ending of ['var', 'skew', 'kurt', 'iqr', 'range', 'mad', 'rmad', 'medad']) {
      const at = statisticsTags.indexOf(`stat_${ending}`);
      expect(d![at], ending).toBeCloseTo(c![at]!, 7);
    }
  });

  it('correlation between neighbours', () => {
    const size = [20, 20, 20] as const;
    const prepared = (values: Float32Array): Prepared => {
      const [minimum, maximum] = [Math.min(...values), Math.max(...values)];
      return {
        ...{ size, imageSize: size, spacingMm: [1, 1, 1], values, range: { low: [0, 0, 0], high: size } },
        intensity: new Uint8Array(values.length).fill(1),
        statistics: { voxels: values.length, minimum, maximum, notNumbers: 0 },
      } as unknown as Prepared;
    };
    const part = near.slice(0, 8000);
    const [moran, geary] = autocorrelation(prepared(part))!;
    const [moranFar, gearyFar] = autocorrelation(prepared(part.map((value) => value + offset)))!;
    expect(moranFar).toBeCloseTo(moran!, 9);
    expect(gearyFar).toBeCloseTo(geary!, 9);
  });

  it('correlation and clusters of pairs of levels', () => {
    const [ranks, high] = [11, 65_000];
    const side = ranks + 1;
    const pairs = new Float64Array(side * side);
    for (let at = 0; at < n; at++) pairs[(1 + small(at)) * side + 1 + small(at + 3)]!++;
    const levels = Array.from({ length: side }, (_, rank) => (rank === 0 ? 0 : high - ranks + rank));
    const found = pairFeatures(ranks)(pairs, ranks)!;
    const foundFar = pairFeatures(high, levels)(pairs, ranks)!;
    for (const ending of ['corr', 'joint_var', 'clust_tend', 'clust_shade', 'clust_prom', 'contrast', 'diff_var']) {
      const at = coOccurrenceTags.indexOf(`cm_${ending}`);
      expect(Math.abs(foundFar[at]! - found[at]!) / Math.abs(found[at]!), ending).toBeLessThan(1e-9);
    }
  });

  it('variance of levels of zones', () => {
    const of = (above: number) =>
      matrixFeatures({
        level: Int32Array.from({ length: 11 }, (_, at) => at + 1 + above),
        column: new Float64Array(11).fill(2),
        count: Float64Array.from({ length: 11 }, (_, at) => 1000 * (at + 1)),
        voxels: 200_000,
      })![matrixTags.glszm.indexOf('szm_gl_var')]!;
    expect(of(65_000)).toBeCloseTo(of(0), 9);
  });
});
