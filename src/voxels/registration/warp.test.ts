import { expect, it } from 'vitest';
import { apply } from '../affine.ts';
import {
  axisTaps,
  bending,
  displacement,
  gather,
  jacobian,
  refined,
  spread,
  stillGrid,
  type Taps,
} from './controlGrid.ts';
import { descend } from './lbfgs.ts';
import { localCorrelation } from './localCorrelation.ts';
import { mappedPlaces, warper, warpFreely } from './warp.ts';

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const shape: [number, number, number, number] = [40, 46, 36, 1];
const grid = { shape, affineRas: [2, 0, 0, -39, 0, 2, 0, -45, 0, 0, 2, -35, 0, 0, 0, 1] };

/** Smooth structures in a ball of 34 mm. */
function tissue([x, y, z]: readonly number[]): number {
  if (Math.hypot(x!, y!, z!) > 34) return 0;
  return 100 + 40 * Math.sin(x! / 4) * Math.cos(y! / 5) + 30 * Math.cos(z! / 4 + x! / 9) + 20 * Math.sin((y! + z!) / 6);
}

/** From the moving image to the fixed one. */
const back = ([x, y, z]: readonly number[]): [number, number, number] => [
  x! + 2 * Math.sin(y! / 16),
  y! + 2.5 * Math.cos(z! / 18),
  z! + 2 * Math.sin(x! / 17),
];

function painted(of: (point: readonly number[]) => number): Float32Array {
  const [ni, nj, nk] = shape;
  return Float32Array.from({ length: ni * nj * nk }, (_, at) =>
    of(apply(grid.affineRas, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))])),
  );
}

it('finds a known deformation under another brightness', () => {
  const fixed = { grid, values: painted(tissue) };
  const moving = { grid, values: painted((point) => tissue(back(point)) * (1.4 + 0.01 * point[1]!)) };
  const mask = fixed.values.map((value) => (value > 0 ? 1 : 0));
  const warp = warpFreely(fixed, moving, identity, mask);
  const map = warper(warp);
  const errors: number[] = [];
  const before: number[] = [];
  for (let at = 0; at < mask.length; at += 53) {
    if (mask[at] === 0) continue;
    const point = apply(grid.affineRas, [
      at % shape[0],
      Math.floor(at / shape[0]) % shape[1],
      Math.floor(at / (shape[0] * shape[1])),
    ]);
    // Mapped and taken back, the point is where it was.
    errors.push(Math.hypot(...back(map(point)).map((one, axis) => one - point[axis]!)));
    before.push(Math.hypot(...back(point).map((one, axis) => one - point[axis]!)));
  }
  const median = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1]!;
  expect(median(before)).toBeGreaterThan(2);
  expect(median(errors)).toBeLessThan(0.5);
  const folds = jacobian(warp.control, warp).filter((one) => one <= 0);
  expect(folds.length).toBe(0);
  const places = mappedPlaces(warp, grid);
  expect(places.map((one) => one[20 + 40 * (23 + 46 * 18)])).toEqual(
    map(apply(grid.affineRas, [20, 23, 18])).map((one) => Math.fround(one)),
  );
});

it('has gradients that are those of the values', () => {
  const size = [9, 8, 10] as const;
  const values = (seed: number) => Float32Array.from({ length: 720 }, (_, at) => 50 + 40 * Math.sin(seed * (at + 1)));
  const [fixed, moving] = [values(0.7), values(0.31)];
  const mask = fixed.map((_, at) => (at % 3 === 0 ? 1 : 0));
  const like = localCorrelation(fixed, size, Uint8Array.from(mask), 1);
  const gradient = new Float32Array(720);
  like.of(moving, gradient);
  for (const at of [0, 100, 361, 719]) {
    const [up, down] = [0.5, -0.5].map((step) => like.of(moving.map((one, i) => (i === at ? one + step : one))));
    expect(gradient[at]!).toBeCloseTo(up! - down!, 5);
  }
  const part = Float64Array.from({ length: 720 }, (_, at) => Math.cos(at));
  const { gradient: bend } = bending(part, size, [4, 5, 6]);
  const [up, down] = [1e-3, -1e-3].map(
    (step) =>
      bending(
        part.map((one, at) => (at === 361 ? one + step : one)),
        size,
        [4, 5, 6],
      ).energy,
  );
  expect(bend[361]!).toBeCloseTo((up! - down!) / 2e-3, 6);
});

it('gives the same correlation whatever both images lie above zero', () => {
  const size = [9, 8, 10] as const;
  const values = (seed: number, above: number) =>
    Float32Array.from({ length: 720 }, (_, at) => above + 40 * Math.sin(seed * (at + 1)));
  const mask = new Uint8Array(720).fill(1);
  const likeness = (above: number) => localCorrelation(values(0.7, above), size, mask, 1).of(values(0.31, above));
  // Values of a scanner may lie in the ten thousands, where squares leave float32 nothing of the differences.
  for (const above of [1e3, 1e4, 1e5]) expect(Math.abs(likeness(above) / likeness(0) - 1)).toBeLessThan(1e-3);
});

it('gathers with the transpose of spreading, refines without a change, and does not bend straight fields', () => {
  const voxels = [17, 15, 13] as const;
  const coarse = stillGrid(voxels, [4, 4, 4]);
  for (let at = 0; at < coarse.coefficients.length; at++) coarse.coefficients[at] = Math.sin(at * 1.3);
  const fine = refined(coarse, voxels, [2, 2, 2]);
  const [a, b] = [displacement(coarse, voxels), displacement(fine, voxels)];
  // The outermost cell of the fine grid needs points that the coarse one does not have.
  const inner = 8 + 17 * (7 + 15 * 6);
  for (const axis of [0, 1, 2]) expect(b[axis]![inner]!).toBeCloseTo(a[axis]![inner]!, 5);
  const taps = voxels.map((n) => axisTaps(n, 4)) as [Taps, Taps, Taps];
  const part = coarse.coefficients.slice(0, coarse.size[0] * coarse.size[1] * coarse.size[2]);
  const values = Float32Array.from({ length: 17 * 15 * 13 }, (_, at) => Math.cos(at));
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, one, at) => sum + one * y[at]!, 0);
  expect(dot(spread(part, coarse.size, taps), values)).toBeCloseTo(dot(part, gather(values, coarse.size, taps)), 3);
  const flat = new Float64Array(12 ** 3).map((_, at) => 3 + (at % 12) - 2 * Math.floor(at / 144));
  expect(bending(flat, [12, 12, 12], [1, 1, 1]).gradient[6 + 12 * (6 + 12 * 6)]).toBeCloseTo(0, 9);
});

it('goes down a valley', () => {
  const { x } = descend(
    ([a, b], gradient) => {
      gradient[0] = 2 * (a! - 1) - 40 * a! * (b! - a! * a!);
      gradient[1] = 20 * (b! - a! * a!);
      return (1 - a!) ** 2 + 10 * (b! - a! * a!) ** 2;
    },
    Float64Array.of(-1, 1),
    { iterations: 200, firstMove: 0.5, tolerance: 1e-14 },
  );
  expect(x[0]).toBeCloseTo(1, 2);
  expect(x[1]).toBeCloseTo(1, 2);
});
