import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Affine } from '../src/dossier/grid.ts';
import { type Connectivity, components, largestComponent, type Size } from '../src/voxels/components.ts';
import { dilate, erode, squaredDistance } from '../src/voxels/distance.ts';
import { resample } from '../src/voxels/resample.ts';
import type { Case, Conformance } from './method.ts';

/** Written by voxels-oracle.py; masks are bits in hexadecimal. */
interface Oracle {
  affine: number[][];
  cubic: number[];
  cubicSlice: number[];
  trilinear: number[];
  distance: Record<string, number[]>;
  components: Record<string, { count: number; sizes: number[]; largest: string }>;
  blobs: string;
  morphology: Record<string, { dilated: string; eroded: string }>;
}

const oracle = JSON.parse(readFileSync(join(import.meta.dirname, 'voxels-scipy.json'), 'utf8')) as Oracle;

/** Whole numbers from 0 to 999 without pattern, the same as in voxels-oracle.py. */
function scatter(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 10) % 1000;
  });
}

function bits(hex: string, count: number): Uint8Array {
  const bytes = Buffer.from(hex, 'hex');
  return Uint8Array.from({ length: count }, (_, at) => (bytes[at >> 3]! >> (7 - (at & 7))) & 1);
}

function verdict(name: string, isRight: boolean): Case {
  return { name, error: isRight ? 0 : 1, tolerance: 0 };
}

const equal = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.prototype.every.call(a, (value, at) => value === b[at]);

const identity: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const range = 999;

const resampling: Conformance = {
  id: 'voxels-resample',
  method: 'resampling under a full affine (src/voxels/resample.ts)',
  oracle: 'scipy.ndimage.affine_transform, orders 3 and 1, mode mirror, run once (BSD-3)',
  errorIs: 'largest difference over the range of the values',
  needs: [],
  async run() {
    const affine: Affine = [...oracle.affine.flat(), 0, 0, 0, 1];
    const inSlice: Affine = [
      ...affine.slice(0, 2),
      0,
      affine[3]!,
      ...affine.slice(4, 6),
      0,
      affine[7]!,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      1,
    ];
    const cases = [
      { name: 'cubic', expected: oracle.cubic, size: [11, 9, 7], target: [10, 9, 8], affine, seed: 5 },
      { name: 'trilinear', expected: oracle.trilinear, size: [11, 9, 7], target: [10, 9, 8], affine, seed: 5 },
      { name: 'cubic', expected: oracle.cubicSlice, size: [11, 9, 1], target: [10, 9, 1], affine: inSlice, seed: 8 },
    ] as const;
    return cases.map(({ name, expected, size: [ni, nj, nk], target: [ti, tj, tk], affine, seed }) => {
      const ours = resample(
        scatter(ni * nj * nk, seed),
        { shape: [ni, nj, nk, 1], affineRas: identity },
        { shape: [ti, tj, tk, 1], affineRas: affine },
        { interpolation: name, outside: Number.NaN },
      );
      let [error, compared] = [0, 0];
      for (const [at, value] of ours.entries()) {
        // Farther than half a voxel outside there is nothing of ours; scipy goes on with its mirror image there.
        if (Number.isNaN(value)) continue;
        // Between the outermost centres and faces, linear values stay at the border's and scipy's mirror does not.
        if (name === 'trilinear' && !isBetweenCentres(at, affine, [ni, nj, nk], [ti, tj])) continue;
        error = Math.max(error, Math.abs(value - expected[at]!) / range);
        compared++;
      }
      return {
        name: `${name}, ${ni} x ${nj} x ${nk}`,
        error: compared * 2 > expected.length ? error : Number.POSITIVE_INFINITY,
        tolerance: 1e-6,
        note: `${compared} of ${expected.length} voxels`,
      };
    });
  },
};

function isBetweenCentres(at: number, m: Affine, size: Size, [ti, tj]: readonly [number, number]): boolean {
  const [i, j, k] = [at % ti, Math.floor(at / ti) % tj, Math.floor(at / (ti * tj))];
  return [0, 1, 2].every((row) => {
    const x = m[4 * row]! * i + m[4 * row + 1]! * j + m[4 * row + 2]! * k + m[4 * row + 3]!;
    return x >= 0 && x <= size[row]! - 1;
  });
}

const shapes: Conformance = {
  id: 'voxels-shapes',
  method: 'distance transform, components, morphology (src/voxels)',
  oracle: 'scipy.ndimage distance_transform_edt, label, binary_dilation and binary_erosion, run once (BSD-3)',
  errorIs: 'relative for distances, verdict for sets of voxels',
  needs: [],
  async run() {
    const size: Size = [23, 19, 15];
    const total = size[0] * size[1] * size[2];
    const found: Case[] = [];
    const sparse = Uint8Array.from(scatter(total, 3), (value) => (value < 12 ? 1 : 0));
    for (const [name, expected] of Object.entries(oracle.distance)) {
      const spacing = name.split(' ').map(Number) as unknown as Size;
      const squared = squaredDistance(sparse, size, spacing);
      const error = expected.reduce(
        (most, value, at) => Math.max(most, Math.abs(Math.sqrt(squared[7 * at]!) - value) / Math.max(value, 1e-9)),
        0,
      );
      found.push({ name: `distance, voxels of ${name} mm`, error, tolerance: 1e-6 });
    }
    const dense = Uint8Array.from(scatter(total, 7), (value) => (value < 230 ? 1 : 0));
    for (const [name, { count, sizes, largest }] of Object.entries(oracle.components)) {
      const connectivity = Number(name) as Connectivity;
      const { voxels } = components(dense, size, connectivity);
      found.push(verdict(`components, ${name} neighbours: sizes in order`, equal(voxels.slice(1), sizes)));
      found.push(verdict(`components, ${name} neighbours: number`, voxels.length - 1 === count));
      const own = largestComponent(dense, size, connectivity).mask;
      found.push(verdict(`components, ${name} neighbours: the largest`, equal(own, bits(largest, total))));
    }
    const blobs = bits(oracle.blobs, total);
    for (const [name, { dilated, eroded }] of Object.entries(oracle.morphology)) {
      found.push(verdict(`dilated by ${name}`, equal(dilate(blobs, size, Number(name)), bits(dilated, total))));
      found.push(verdict(`eroded by ${name}`, equal(erode(blobs, size, Number(name)), bits(eroded, total))));
    }
    return found;
  },
};

export default [resampling, shapes];
