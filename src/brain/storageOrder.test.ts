import { expect, it } from 'vitest';
import { apply, invert } from '../voxels/affine.ts';
import { axisOrders } from '../voxels/axisOrders.ts';
import { reorder } from './storageOrder.ts';

const shape = [7, 5, 4] as const;
/** Oblique, uneven voxels, nearest to RAS; far from the origin, so that its place rounds. */
const affine = [1.1, -0.2, 0.1, -91.37, 0.22, 0.9, 0.3, 11.3, -0.08, -0.31, 2.5, -63.01, 0, 0, 0, 1];
const values = Float32Array.from({ length: 140 }, (_, at) => (at * 37) % 101);

/** The same image stored with axis `order[at]` of the original at place `at`, backwards where `flips` says so. */
function stored(order: readonly number[], flips: readonly boolean[]): Parameters<typeof reorder> {
  const sizes = order.map((axis) => shape[axis]!) as [number, number, number];
  const original = (place: readonly number[]): number[] => {
    const at = [0, 0, 0];
    for (const [axis, from] of order.entries()) at[from] = flips[axis] ? sizes[axis]! - 1 - place[axis]! : place[axis]!;
    return at;
  };
  const all = new Float32Array(values.length);
  for (let n = 0; n < all.length; n++) {
    const [i, j, k] = original([
      n % sizes[0],
      Math.floor(n / sizes[0]) % sizes[1],
      Math.floor(n / (sizes[0] * sizes[1])),
    ]);
    all[n] = values[i! + shape[0] * (j! + shape[1] * k!)]!;
  }
  const origin = apply(affine, original([0, 0, 0]) as [number, number, number]);
  const linear = [0, 4, 8].map((row) =>
    order.map((from, axis) => (flips[axis] ? -affine[row + from]! : affine[row + from]!)),
  );
  return [
    all,
    { shape: [...sizes, 1], affineRas: [...linear.flatMap((row, at) => [...row, origin[at]!]), 0, 0, 0, 1] },
  ];
}

it('gives the same bits for all 48 axisOrders of storage', () => {
  const known = reorder(...stored([0, 1, 2], [false, false, false]));
  expect(known.shape).toEqual([7, 4, 5, 1]);
  for (const order of axisOrders)
    for (let signs = 0; signs < 8; signs++) {
      const flips = [0, 1, 2].map((axis) => ((signs >> axis) & 1) === 1);
      const found = reorder(...stored(order, flips));
      expect([found.shape, found.affineRas, found.values]).toEqual([known.shape, known.affineRas, known.values]);
      for (const axis of [0, 1, 2]) expect(found.middleRas[axis]).toBeCloseTo(known.middleRas[axis]!, 9);
    }
});

it('moves no voxel', () => {
  const {
    values: found,
    shape: size,
    affineRas,
    middleRas,
  } = reorder(values, { shape: [...shape, 1], affineRas: affine });
  for (const place of [
    [0, 0, 0],
    [6, 3, 4],
    [2, 1, 3],
  ] as const) {
    const ras = apply(affineRas, place).map((mm, axis) => mm + middleRas[axis]!) as [number, number, number];
    const [i, j, k] = apply(invert(affine), ras).map(Math.round) as [number, number, number];
    expect(found[place[0] + size[0] * (place[1] + size[1] * place[2])]).toBe(values[i + shape[0] * (j + shape[1] * k)]);
  }
});

it('leaves alone what has that order', () => {
  const lia = [-1, 0, 0, 3, 0, 0, 1, 4, 0, -1, 0, 5, 0, 0, 0, 1];
  expect(reorder(values, { shape: [...shape, 1], affineRas: lia }).values).toBe(values);
});
