import { describe, expect, it } from 'vitest';
import { sharedFloat32, sharedInt32, sharedUint8 } from '../../voxels/parallel.ts';
import { axisChanges, describeChange, fibreCoherence, isUnchanged } from './coherence.ts';
import { kurtosisTerms } from './designs.ts';
import { eigen3 } from './eigen3.ts';
import { shellsOf } from './gradients.ts';
import { ivimFitter } from './ivimKernel.ts';
import { kurtoses } from './kurtosisKernel.ts';
import { intensityMask } from './mask.ts';
import { fitKurtosis } from './models.ts';
import { directions, pseudoRandom } from './testSeries.ts';

describe('eigen3', () => {
  it('rebuilds the matrix, also where eigenvalues meet', () => {
    const random = pseudoRandom(1);
    const cases = [
      ...Array.from({ length: 50 }, () => Float64Array.from({ length: 6 }, () => random() - 0.3)),
      Float64Array.of(1, 0, 1, 0, 0, 1),
      Float64Array.of(1, 1e-9, 1, 0, 1e-9, 1 + 1e-12),
    ];
    const [values, v] = [new Float64Array(3), new Float64Array(9)];
    for (const d of cases) {
      eigen3(d, values, v);
      expect(values[0]! >= values[1]! && values[1]! >= values[2]!).toBe(true);
      for (const [at, [a, b]] of [
        [0, 0],
        [0, 1],
        [1, 1],
        [0, 2],
        [1, 2],
        [2, 2],
      ].entries()) {
        const sum = [0, 1, 2].reduce((total, k) => total + values[k]! * v[3 * k + a!]! * v[3 * k + b!]!, 0);
        expect(sum).toBeCloseTo(d[at]!, 14);
      }
    }
  });
});

describe('kurtoses', () => {
  it('are the averages over sphere and circle', () => {
    const l = Float64Array.of(1.8, 0.5, 0.3);
    const v = Float64Array.of(0.9, 0.3, 0.2, 0.15, 0.1, 0.08);
    const out = new Float64Array(3);
    kurtoses(l, v, out);
    const at = (x: number, y: number, z: number): number =>
      (v[0]! * x ** 4 +
        v[1]! * y ** 4 +
        v[2]! * z ** 4 +
        6 * (v[3]! * x * x * y * y + v[4]! * x * x * z * z + v[5]! * y * y * z * z)) /
      (l[0]! * x * x + l[1]! * y * y + l[2]! * z * z) ** 2;
    let mean = 0;
    const n = 400;
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) {
        const x = (a + 0.5) / n;
        const angle = ((b + 0.5) / n) * 2 * Math.PI;
        const side = Math.sqrt(1 - x * x);
        mean += at(x, side * Math.cos(angle), side * Math.sin(angle)) / n ** 2;
      }
    let circle = 0;
    for (let b = 0; b < n; b++) circle += at(0, Math.cos((2 * Math.PI * b) / n), Math.sin((2 * Math.PI * b) / n)) / n;
    expect(out[0]).toBeCloseTo(mean, 5);
    expect(out[1]).toBeCloseTo(at(1, 0, 0), 12);
    expect(out[2]).toBeCloseTo(circle, 8);
  });

  it('come out of signals that have them, whatever way the fibre runs', async () => {
    // Two Gaussian compartments along a tilted fibre: D and V are their moments.
    const fibre = [0.6, 0.48, 0.64] as const;
    const parts = [
      { share: 0.5, along: 2, across: 0.6 },
      { share: 0.5, along: 1, across: 0.4 },
    ];
    const d = (of: (typeof parts)[number], g: readonly number[]) =>
      of.across + (of.along - of.across) * (g[0]! * fibre[0] + g[1]! * fibre[1] + g[2]! * fibre[2]) ** 2;
    const random = pseudoRandom(2);
    const many = [
      ...directions,
      ...Array.from({ length: 30 }, () => {
        const one = [random() - 0.5, random() - 0.5, random() - 0.5];
        return one.map((x) => x / Math.hypot(...one)) as unknown as (typeof directions)[number];
      }),
    ];
    const table = [{ b: 0, g: [0, 0, 0] as const }, ...[500, 1500].flatMap((b) => many.map((g) => ({ b, g })))];
    const data = sharedFloat32(table.length);
    for (const [at, { b, g }] of table.entries()) {
      const mean = parts.reduce((sum, of) => sum + of.share * d(of, g), 0);
      const variance = parts.reduce((sum, of) => sum + of.share * (d(of, g) - mean) ** 2, 0);
      data[at] = 1000 * Math.exp(-(b / 1000) * mean + ((b / 1000) ** 2 / 2) * variance);
    }
    const maps = await fitKurtosis(
      {
        grid: { shape: [1, 1, 1, 1], affineRas: [] },
        table: {
          b: table.map(({ b }) => b),
          ras: table.map(({ g }) => g),
          volumes: table.map((_, at) => at),
          hasDirections: true,
          appended: [],
        },
        ...{
          data,
          size: 1,
          mask: sharedUint8(1).fill(1),
          voxels: sharedInt32(1),
          unweighted: data,
          noise: undefined,
          floor: 1e-4,
        },
      },
      'ols',
    );
    expect(maps['ak']![0]).toBeCloseTo((3 * 0.25) / 1.5 ** 2, 4);
    expect(maps['rk']![0]).toBeCloseTo((3 * 0.01) / 0.5 ** 2, 4);
    expect(kurtosisTerms.reduce((sum, { times }) => sum + times, 0)).toBe(81);
  });
});

describe('ivimFitter', () => {
  const b = [0, 10, 20, 40, 60, 80, 110, 150, 200, 300, 400, 500, 600, 800];
  const signal = (f: number, d: number, dStar: number) =>
    Float64Array.from(b, (x) => 500 * (f * Math.exp((-x / 1000) * dStar) + (1 - f) * Math.exp((-x / 1000) * d)));
  const counts = b.map(() => 1);

  it('finds the truth without noise, and gives D* an interval', () => {
    const found = ivimFitter(b, counts, 'full')(signal(0.2, 1.1, 25));
    expect([found.f, found.d, found.dStar, found.s0].map((one, at) => one / [0.2, 1.1, 25, 500][at]!)).toEqual(
      [1, 1, 1, 1].map((one) => expect.closeTo(one, 6)),
    );
    expect(found.dStarInterval).toBeDefined();
    const stepwise = ivimFitter(b, counts, 'segmented')(signal(0.2, 1.1, 60));
    expect(stepwise.f).toBeCloseTo(0.2, 2);
  });

  it('gives no D* where there is no perfusion, too much noise, or as many unknowns as weightings', () => {
    expect(ivimFitter(b, counts, 'full')(signal(0, 1.1, 25)).dStarInterval).toBeUndefined();
    const random = pseudoRandom(4);
    const noisy = signal(0.2, 1.1, 25).map((one) => one + 150 * (random() - 0.5));
    expect(ivimFitter(b, counts, 'full')(noisy).dStarInterval).toBeUndefined();
    const few = [0, 50, 100, 400, 800];
    const short = Float64Array.from(few, (x) => 0.2 * Math.exp(-x * 0.025) + 0.8 * Math.exp(-x * 0.0011));
    expect(
      ivimFitter(
        few,
        few.map(() => 1),
        'full',
      )(short),
    ).toMatchObject({ dStarInterval: undefined });
  });

  it('keeps a flat and a falling-to-nothing signal inside the bounds', () => {
    for (const flat of [b.map(() => 100), b.map((x) => (x === 0 ? 100 : 1e-3))]) {
      const found = ivimFitter(b, counts, 'full')(Float64Array.from(flat));
      expect(found.f >= 0 && found.f <= 1 && Number.isFinite(found.d) && Number.isFinite(found.dStar)).toBe(true);
    }
  });
});

describe('fibreCoherence', () => {
  it('names the change that was made to the directions of thin rings', () => {
    const side = 24;
    const size = side ** 3;
    const affineRas = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
    const fa = new Float32Array(size);
    const vector = new Float32Array(3 * size);
    const voxels = Int32Array.from({ length: size }, (_, at) => at);
    for (const at of voxels) {
      // Thin rings round a tilted axis: what leads out of a ring leads into nothing.
      const [x, y, z] = [(at % side) - 11.5, (Math.floor(at / side) % side) - 11.5, Math.floor(at / side ** 2) - 11.5];
      const one = [0.48 * z - 0.8 * y, 0.8 * x - 0.36 * z, 0.36 * y - 0.48 * x];
      const radius = Math.hypot(...one);
      const height = 0.36 * x + 0.48 * y + 0.8 * z;
      if (Math.abs(radius - 9) > 1.2 || Math.abs(height - 6 * Math.round(height / 6)) > 1.2) continue;
      fa[at] = 0.7;
      for (let axis = 0; axis < 3; axis++) vector[axis * size + at] = one[axis]! / radius;
    }
    const grid = { shape: [side, side, side, 1] as [number, number, number, number], affineRas };
    expect(isUnchanged(fibreCoherence(grid, fa, vector, voxels).best)).toBe(true);
    const flipped = Float32Array.from(vector, (one, at) => (at >= 2 * size ? -one : one));
    expect(describeChange(fibreCoherence(grid, fa, flipped, voxels).best)).toBe('k turned round');
    expect(axisChanges).toHaveLength(24);
  });
});

it('shells keep close low b-values apart and join what one shell spreads', () => {
  expect(shellsOf({ b: [0, 10, 20, 995, 1005, 1000, 0] }).map(({ b, entries }) => [b, entries.length])).toEqual([
    [0, 2],
    [10, 1],
    [20, 1],
    [1000, 3],
  ]);
});

it('the mask is the head on dark ground, and everything where there is no ground', () => {
  const side = 12;
  const ball = Float32Array.from({ length: side ** 3 }, (_, at) => {
    const off = [at % side, Math.floor(at / side) % side, Math.floor(at / side ** 2)].map((x) => x - 5.5);
    return Math.hypot(...off) < 4 ? 800 + (at % 7) : 3 + (at % 3);
  });
  const weighted = ball.map((one) => (one > 100 ? 300 : one));
  const count = (mask: Uint8Array) => mask.reduce((sum, one) => sum + one, 0);
  expect(count(intensityMask(ball, weighted, [side, side, side]))).toBe(ball.filter((one) => one > 100).length);
  const crop = Float32Array.from({ length: side ** 3 }, (_, at) => (at % 5 === 0 ? 1200 : 200));
  const decayed = crop.map((one) => one / 3);
  expect(count(intensityMask(crop, decayed, [side, side, side]))).toBe(side ** 3);
});
