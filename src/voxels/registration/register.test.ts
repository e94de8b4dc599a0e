import { expect, it } from 'vitest';
import { apply, invert, multiply } from '../affine.ts';
import { resample } from '../resample.ts';
import { minimise } from './powell.ts';
import { register } from './register.ts';
import { shrinkTo, smoothVolume } from './shrink.ts';

const shape: [number, number, number, number] = [40, 48, 36, 1];
const grid = { shape, affineRas: [-4, 0, 0, 78, 0, 4, 0, -94, 0, 0, 4, -70, 0, 0, 0, 1] };

/** A head with structures inside; `contrast` is what tissue looks like. */
function head(contrast: (tissue: number) => number): Float32Array {
  const values = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (let k = 0, at = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const [x, y, z] = apply(grid.affineRas, [i, j, k]);
        const r = Math.hypot(x / 60, y / 74, z / 52);
        const tissue =
          r > 1
            ? 0
            : 1 + (Math.sin(x / 14) + Math.cos(y / 17) * Math.sin(z / 12 + x / 40) > 0.2 ? 1 : 0) + (y > 30 ? 0.5 : 0);
        values[at] = contrast(tissue);
      }
  return smoothVolume(values, [shape[0], shape[1], shape[2]], 1);
}

it('lays images of different contrast on each other', () => {
  const fixed = { grid, values: head((tissue) => tissue * 100) };
  const [c, s] = [Math.cos(0.12), Math.sin(0.12)];
  const truth = [c, -s, 0, 6, s, c, 0, -9, 0, 0, 1, 5, 0, 0, 0, 1];
  const other = head((tissue) => (tissue === 0 ? 0 : 900 - 250 * tissue));
  // The moving image shows at truth(x) what the other one shows at x.
  const moving = {
    grid,
    values: resample(other, { ...grid, affineRas: multiply(truth, grid.affineRas) }, grid, {
      interpolation: 'trilinear',
    }),
  };
  const found = register(fixed, moving, { freedom: 6 }).fixedToMoving;
  const back = multiply(invert(truth), found);
  for (const point of [
    [0, 0, 0],
    [50, 0, 0],
    [0, 60, 20],
    [-30, -40, -30],
  ] as const) {
    const moved = apply(back, point);
    expect(Math.hypot(...moved.map((one, axis) => one - point[axis]!))).toBeLessThan(1);
  }
  expect(register(fixed, moving, { freedom: 6 }).fixedToMoving).toEqual(found);
});

it('finds the lowest point of a valley', () => {
  const { x } = minimise(([a, b]) => (1 - a!) ** 2 + 10 * (b! - a! * a!) ** 2, [-1, 1], [0.5, 0.5], {
    sweeps: 200,
    tolerance: 1e-12,
  });
  expect(x[0]).toBeCloseTo(1, 1);
  expect(x[1]).toBeCloseTo(1, 1);
});

it('shrinks by whole factors and keeps places', () => {
  const small = shrinkTo({ grid, values: new Float32Array(shape[0] * shape[1] * shape[2]).fill(3) }, 8);
  expect(small.grid.shape).toEqual([20, 24, 18, 1]);
  expect(new Set(small.values)).toEqual(new Set([3]));
  expect(apply(small.grid.affineRas, [0, 0, 0])).toEqual(apply(grid.affineRas, [0.5, 0.5, 0.5]));
});
