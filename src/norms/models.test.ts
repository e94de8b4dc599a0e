import { describe, expect, it } from 'vitest';
import { adapt, adaptedDeviation, deviationLimits, residualAt } from './adapt.ts';
import { designRow, splineBasis } from './design.ts';
import { moments, normalCdf, normalQuantile, quantile, studentToNormal } from './distributions.ts';
import { fitBlr, fitSums, mergeSums, spectrumOf, sumsOf } from './fitBlr.ts';
import { fitShash } from './fitShash.ts';
import { minimise } from './lbfgs.ts';
import { crossProduct } from './linear.ts';
import { shapiroW } from './metrics.ts';
import { deviation, type Model, predict } from './model.ts';
import { normals, syntheticPeople } from './testing.ts';

function designOf(people: ReturnType<typeof syntheticPeople>['people']) {
  const rows = people.map(({ ageYears, male }) => designRow({ ageYears: ageYears!, male: male! }, 0, -1));
  return { rows, spectrum: spectrumOf(crossProduct(rows, rows[0]!.length), rows[0]!.length) };
}

describe('distributions', () => {
  it('normal quantile and share undo each other far into the tails', () => {
    for (const p of [1e-12, 1e-5, 0.01, 0.2, 0.5, 0.9, 0.9999]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 14);
  });

  it('Student to normal agrees with the printed 2.5 % points', () => {
    for (const [t, df] of [
      [2.262157, 9],
      [2.093024, 19],
      [12.7062, 1],
    ] as const) {
      expect(studentToNormal(t, df)).toBeCloseTo(1.959964, 4);
      expect(studentToNormal(-t, df)).toBeCloseTo(-1.959964, 4);
    }
  });

  it("Shapiro and Wilk's W of their textbook example", () => {
    // Weights of eleven men, Shapiro and Wilk 1965: W = 0.79; one more value makes the twelve that we ask.
    expect(shapiroW([148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236, 160])).toBeLessThan(0.82);
    const noise = normals(3);
    expect(shapiroW(Array.from({ length: 300 }, noise))).toBeGreaterThan(0.985);
  });
});

it('the spline of age sums to one and is local', () => {
  for (const age of [-5, 3, 23.75, 60, 110]) expect(splineBasis(age).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect([...splineBasis(0)].filter((one) => one > 0)).toHaveLength(4);
});

it('the search finds the bottom of a curved valley', () => {
  const { x } = minimise(
    ([a, b]) => ({
      value: (1 - a!) ** 2 + 100 * (b! - a! * a!) ** 2,
      gradient: Float64Array.of(-2 * (1 - a!) - 400 * a! * (b! - a! * a!), 200 * (b! - a! * a!)),
    }),
    [-1.2, 1],
  );
  expect([...x].every((one) => Math.abs(one - 1) < 1e-4)).toBe(true);
});

describe('fits', () => {
  const skewed = syntheticPeople(400, 5, {
    y: (age, male, noise) => 5 + age / 30 + male / 3 + Math.exp(0.7 * noise()),
  });
  const fresh = syntheticPeople(2000, 6, {
    y: (age, male, noise) => 5 + age / 30 + male / 3 + Math.exp(0.7 * noise()),
  });
  const { rows, spectrum } = designOf(skewed.people);
  const y = skewed.people.map(({ values }) => values[0]!);
  const zOf = (model: Model) =>
    fresh.people.map((one) => {
      const who = { ageYears: one.ageYears!, male: one.male! };
      return deviation(predict(model, who, designRow(who, 0, -1))!, one.values[0]!);
    });

  it('warp and shape follow skewed people, a plain regression does not', () => {
    const plain = fitBlr(rows, y, spectrum);
    const scaleRows = skewed.people.map(({ ageYears, male }) => [ageYears! / 100, male!] as const);
    expect(Math.abs(moments(zOf(plain)).skew)).toBeGreaterThan(1.5);
    for (const model of [fitBlr(rows, y, spectrum, { warp: true }), fitShash(rows, y, scaleRows, plain)]) {
      const z = zOf(model);
      expect(Math.abs(moments(z).skew)).toBeLessThan(0.8);
      expect(z.filter((one) => Math.abs(one) > 1.96).length / z.length).toBeLessThan(0.065);
    }
  });

  it('the heteroscedastic option finds noise that grows with age', () => {
    const growing = syntheticPeople(500, 9, { y: (age, _male, noise) => 10 + Math.exp((2 * age) / 100) * noise() });
    const design = designOf(growing.people);
    const noiseRows = growing.people.map(({ ageYears, male }) => [ageYears! / 100, male!] as const);
    const values = growing.people.map(({ values }) => values[0]!);
    const [byAge, bySex] = fitBlr(design.rows, values, design.spectrum, { noiseRows }).noiseBy!;
    expect(byAge).toBeGreaterThan(3);
    expect(byAge).toBeLessThan(5);
    expect(Math.abs(bySex)).toBeLessThan(0.3);
  });

  it('sums of three sites give the fit of all people together', () => {
    const parts = [0, 1, 2].map((k) => ({
      rows: rows.filter((_, i) => i % 3 === k),
      y: y.filter((_, i) => i % 3 === k),
    }));
    const together = fitSums(sumsOf(rows, y));
    const merged = fitSums(mergeSums(parts.map((one) => sumsOf(one.rows, one.y))));
    const who = { ageYears: 47, male: 1 } as const;
    const at = (mean: Float64Array) => designRow(who, 0, -1).reduce((sum, x, k) => sum + x * mean[k]!, 0);
    expect(Math.abs(at(merged.mean) - at(together.mean))).toBeLessThan(1e-8);
    expect(merged.noisePrecision).toBeCloseTo(together.noisePrecision, 8);
    expect(() => mergeSums([sumsOf(rows, y), sumsOf([Float64Array.of(1)], [1])])).toThrow(RangeError);
  });
});

describe('adaptation to a site', () => {
  it('the limits of a deviation hold the truth in 95 % of sites', () => {
    const noise = normals(11);
    let inside = 0;
    const sites = 2000;
    for (let k = 0; k < sites; k++) {
      const learnt = adapt(Array.from({ length: 20 }, () => 0.4 + 1.3 * noise()))!;
      const [low, high] = deviationLimits(learnt, 0.4 + 1.3 * 1.5);
      if (low <= 1.5 && 1.5 <= high) inside++;
    }
    expect(inside / sites).toBeGreaterThan(0.93);
    expect(inside / sites).toBeLessThan(0.97);
  });

  it('under rule B five per cent of new people lie beyond 1.96 however few controls there are', () => {
    const noise = normals(12);
    let beyond = 0;
    for (let k = 0; k < 4000; k++) {
      const learnt = adapt(Array.from({ length: 10 }, noise), 'B')!;
      if (Math.abs(adaptedDeviation(learnt, noise())) > 1.96) beyond++;
    }
    expect(beyond / 4000).toBeGreaterThan(0.04);
    expect(beyond / 4000).toBeLessThan(0.06);
  });

  it('takes C for fewer than 8 controls, and nothing from people who do not differ', () => {
    expect(adapt([1, 2, 3])!.rule).toBe('C');
    expect(adapt([1, 2, 3, 4, 5, 6, 7, 8])!.rule).toBe('B');
    expect(adapt([2, 2, 2])).toBeUndefined();
    expect(adapt([], 'C')).toBeUndefined();
  });

  it('finds the residual of a deviation', () => {
    for (const rule of ['A', 'B', 'C'] as const) {
      const learnt = adapt([0.1, -0.4, 1.2, 0.7, -1.1, 0.3, 0.2, -0.6, 0.9], rule)!;
      for (const z of [-2.5, -0.3, 0, 1.645]) expect(adaptedDeviation(learnt, residualAt(learnt, z))).toBeCloseTo(z, 9);
    }
  });
});

it('quantiles run linearly between values', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
});
