import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Vector } from '../../voxels/affine.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';

/** Twelve directions of an icosahedron's corners and edges, for tests. */
export const directions: readonly Vector[] = (() => {
  const golden = (1 + Math.sqrt(5)) / 2;
  const six = [
    [0, 1, golden],
    [0, 1, -golden],
    [1, golden, 0],
    [1, -golden, 0],
    [golden, 0, 1],
    [-golden, 0, 1],
  ];
  const more = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 1, 1],
    [1, -1, 1],
    [-1, 1, 1],
  ];
  return [...six, ...more].map((one) => one.map((value) => value / Math.hypot(...one)) as unknown as Vector);
})();

/** A number that looks random and is the same everywhere. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

export interface TestSeries {
  image: ImageHandle;
  metadata: Record<string, unknown>;
  grid: Grid;
}

/**
 * A ball of tissue on dark ground: `signal` of a voxel (index from the middle, in voxels) under b (s/mm2) and a direction in
 * patient RAS, with uniform noise of `noise` at most. One unweighted volume, then each b-value with each direction.
 */
export function testSeries(
  signal: (b: number, g: Vector, at: Vector) => number,
  { b = [1000], noise = 0, side = 14 }: { b?: readonly number[]; noise?: number; side?: number } = {},
): TestSeries {
  const table = [{ b: 0, g: [0, 0, 0] as Vector }, ...b.flatMap((value) => directions.map((g) => ({ b: value, g })))];
  const random = pseudoRandom(5);
  const grid: Grid = {
    ...axialGrid([side, side, side], [2, 2, 2]),
    shape: [side, side, side, table.length],
  };
  const size = side ** 3;
  const values = new Float32Array(size * table.length);
  const middle = (side - 1) / 2;
  for (const [volume, { b: value, g }] of table.entries())
    for (let at = 0; at < size; at++) {
      const place = [at % side, Math.floor(at / side) % side, Math.floor(at / side ** 2)].map((x) => x - middle);
      const isInside = Math.hypot(...place) <= side / 2 - 1;
      const clean = isInside ? signal(value, g, place as unknown as Vector) : 0;
      values[volume * size + at] = Math.abs(clean + noise * (2 * random() - 1)) + (isInside ? 0 : 0.5 + random());
    }
  const metadata = { bval: table.map((one) => one.b), bvecRas: table.map((one) => [...one.g]) };
  return { image: imageOf(grid, values, metadata), metadata, grid };
}

/** Gaussian diffusion (um2/ms) with eigenvalues along x, y, z of the patient. */
export const gaussian =
  (dx: number, dy: number, dz: number, s0 = 1000) =>
  (b: number, [x, y, z]: Vector): number =>
    s0 * Math.exp((-b / 1000) * (dx * x * x + dy * y * y + dz * z * z));
