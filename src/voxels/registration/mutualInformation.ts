import type { Affine } from '../../dossier/grid.ts';
import { invert, multiply } from '../affine.ts';
import type { Volume } from './shrink.ts';

const bins = 32;

/** Points of the fixed image that are compared: RAS mm (x, y, z, ...) and their bin of intensity. */
export interface Points {
  ras: Float64Array;
  bin: Uint8Array;
}

/** Voxels of a mask (or all), every n-th so that at most `most` are left, their values in 32 bins between the 1st and 99th percentile. */
export function samplePoints({ grid, values }: Volume, mask: ArrayLike<number> | undefined, most: number): Points {
  const [ni, nj, nk] = grid.shape;
  const inside: number[] = [];
  for (let at = 0; at < ni * nj * nk; at++) if (mask === undefined || mask[at] !== 0) inside.push(at);
  const count = Math.min(most, inside.length);
  const chosen = Array.from({ length: count }, (_, n) => inside[Math.floor((n * inside.length) / count)]!);
  const [low, high] = range(chosen.map((at) => values[at]!));
  const ras = new Float64Array(count * 3);
  const bin = new Uint8Array(count);
  const m = grid.affineRas;
  for (const [n, at] of chosen.entries()) {
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    for (let axis = 0; axis < 3; axis++)
      ras[n * 3 + axis] = m[axis * 4]! * i + m[axis * 4 + 1]! * j + m[axis * 4 + 2]! * k + m[axis * 4 + 3]!;
    bin[n] = Math.max(0, Math.min(bins - 1, Math.floor((bins * (values[at]! - low)) / (high - low || 1))));
  }
  return { ras, bin };
}

/**
 * Normalised mutual information (Studholme 1999) of points and a moving image as a function of the affine from fixed to
 * moving millimetres: (H(f) + H(m)) / H(f, m), from 1 (nothing in common) to 2. Points outside the moving image count as its
 * darkest bin. Values are shared between neighbouring bins, so that the result changes smoothly.
 */
export function mutualInformation(points: Points, moving: Volume): (fixedToMoving: Affine) => number {
  const [ni, nj, nk] = moving.grid.shape;
  const { values } = moving;
  const [low, high] = range(Float32Array.from(values));
  const scaled = Float32Array.from(values, (value) =>
    Math.max(0, Math.min(bins - 1.001, ((bins - 1) * (value - low)) / (high - low || 1))),
  );
  const toVoxel = invert(moving.grid.affineRas);
  const joint = new Float64Array(bins * bins);
  const count = points.bin.length;
  return (fixedToMoving) => {
    const m = multiply(toVoxel, fixedToMoving);
    joint.fill(0);
    for (let n = 0, at = 0; n < count; n++, at += 3) {
      const [a, b, c] = [points.ras[at]!, points.ras[at + 1]!, points.ras[at + 2]!];
      const x = m[0]! * a + m[1]! * b + m[2]! * c + m[3]!;
      const y = m[4]! * a + m[5]! * b + m[6]! * c + m[7]!;
      const z = m[8]! * a + m[9]! * b + m[10]! * c + m[11]!;
      let value = 0;
      const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
      if (x0 >= 0 && y0 >= 0 && z0 >= 0 && x0 < ni - 1 && y0 < nj - 1 && z0 < nk - 1) {
        const p = x0 + ni * (y0 + nj * z0);
        const q = p + ni * nj;
        const [fx, fy, fz] = [x - x0, y - y0, z - z0];
        const near =
          (1 - fy) * ((1 - fx) * scaled[p]! + fx * scaled[p + 1]!) +
          fy * ((1 - fx) * scaled[p + ni]! + fx * scaled[p + ni + 1]!);
        const far =
          (1 - fy) * ((1 - fx) * scaled[q]! + fx * scaled[q + 1]!) +
          fy * ((1 - fx) * scaled[q + ni]! + fx * scaled[q + ni + 1]!);
        value = (1 - fz) * near + fz * far;
      }
      const bin = Math.floor(value);
      const row = points.bin[n]! * bins + bin;
      joint[row]! += 1 - (value - bin);
      joint[row + 1]! += value - bin;
    }
    return normalised(joint, count);
  };
}

function normalised(joint: Float64Array, count: number): number {
  const rows = new Float64Array(bins);
  const columns = new Float64Array(bins);
  let both = 0;
  const part = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);
  for (let a = 0; a < bins; a++)
    for (let b = 0; b < bins; b++) {
      const p = joint[a * bins + b]! / count;
      rows[a]! += p;
      columns[b]! += p;
      both += part(p);
    }
  const sum = (all: Float64Array): number => all.reduce((total, p) => total + part(p), 0);
  return both > 0 ? (sum(rows) + sum(columns)) / both : 1;
}

/** 1st and 99th percentile. */
function range(values: ArrayLike<number>): [number, number] {
  const sorted = Float32Array.from(values).sort();
  return [sorted[Math.floor(0.01 * (sorted.length - 1))]!, sorted[Math.floor(0.99 * (sorted.length - 1))]!];
}
