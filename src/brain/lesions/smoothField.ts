import { solveSymmetric } from '../function/motionKernel.ts';
import { quantile } from './histogram.ts';

type Size = readonly [number, number, number];

/** Products of powers of x, y, z up to the third degree together. */
const terms = 20;
const most = 15_000;
const rounds = 6;
/** Tukey's biweight at 95 % efficiency. */
const cut = 4.685;

/**
 * A cubic polynomial through numbers of which a part does not belong to it: least squares repeated with Tukey's biweight.
 * `at`: the voxels that count; `of`: the number of a voxel. Gives the field at any voxel, less its mean over those that
 * count. Lesions, vessels and fluid are the part that does not belong, so a field of log intensities is what coil and
 * receiver did to all tissue alike.
 */
export function smoothField(
  at: ArrayLike<number>,
  of: (voxel: number) => number,
  size: Size,
): ((voxel: number) => number) | undefined {
  const count = Math.min(most, at.length);
  if (count < 10 * terms) return undefined;
  const chosen = Int32Array.from({ length: count }, (_, n) => at[Math.floor((n * at.length) / count)]!);
  const values = Float64Array.from(chosen, of);
  const rows = Float64Array.from({ length: count * terms });
  const row = new Float64Array(terms);
  for (let n = 0; n < count; n++) {
    basis(chosen[n]!, size, row);
    rows.set(row, n * terms);
  }
  const weights = new Float64Array(count).fill(1);
  const fitted = new Float64Array(count);
  let solved: Float64Array | undefined;
  for (let round = 0; round < rounds; round++) {
    solved = solve(rows, values, weights);
    if (!solved) return undefined;
    for (let n = 0; n < count; n++) {
      let sum = 0;
      for (let p = 0; p < terms; p++) sum += solved[p]! * rows[n * terms + p]!;
      fitted[n] = sum;
    }
    const spread =
      1.4826 *
      quantile(
        values.map((value, n) => Math.abs(value - fitted[n]!)),
        0.5,
      );
    if (!(spread > 0)) break;
    for (let n = 0; n < count; n++) {
      const u = (values[n]! - fitted[n]!) / (cut * spread);
      weights[n] = Math.abs(u) < 1 ? (1 - u * u) ** 2 : 0;
    }
  }
  const coefficients = solved!;
  const mean = fitted.reduce((sum, one) => sum + one, 0) / count;
  const place = new Float64Array(terms);
  return (voxel) => {
    basis(voxel, size, place);
    let sum = -mean;
    for (let p = 0; p < terms; p++) sum += coefficients[p]! * place[p]!;
    return sum;
  };
}

function basis(voxel: number, [ni, nj, nk]: Size, into: Float64Array): void {
  const x = (2 * (voxel % ni)) / ni - 1;
  const y = (2 * (Math.floor(voxel / ni) % nj)) / nj - 1;
  const z = (2 * Math.floor(voxel / (ni * nj))) / nk - 1;
  let p = 0;
  for (let a = 0, px = 1; a <= 3; a++, px *= x)
    for (let b = 0, py = px; a + b <= 3; b++, py *= y)
      for (let c = 0, pz = py; a + b + c <= 3; c++, pz *= z) into[p++] = pz;
}

function solve(rows: Float64Array, values: Float64Array, weights: Float64Array): Float64Array | undefined {
  const n = terms;
  const a = new Float64Array(n * n);
  const b = new Float64Array(n);
  for (let point = 0; point < values.length; point++) {
    const weight = weights[point]!;
    if (weight === 0) continue;
    for (let i = 0; i < n; i++) {
      const one = weight * rows[point * n + i]!;
      b[i]! += one * values[point]!;
      for (let j = 0; j <= i; j++) a[i * n + j]! += one * rows[point * n + j]!;
    }
  }
  // One slice knows nothing of the third axis: a hair of ridge keeps such terms at 0.
  for (let i = 0; i < n; i++) a[i * n + i]! += 1e-9 * (a[0]! + 1);
  return solveSymmetric(a, b, n);
}
