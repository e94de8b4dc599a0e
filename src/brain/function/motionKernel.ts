import type { Affine } from '../../dossier/grid.ts';
import { invert, multiply } from '../../voxels/affine.ts';
import type { Kernel } from '../../voxels/parallel.ts';
import { smoothVolume } from '../../voxels/registration/shrink.ts';
import { rigidAffine, rigidParameters } from './rigid.ts';

export interface MotionSetup {
  shape: [number, number, number];
  affineRas: Affine;
  centreRas: [number, number, number];
  /** Times that volumes are smoothed before they are compared. */
  smoothing: number;
}

const iterations = 25;
/** Steps that move the head by less, in mm, end the search. */
const smallestStepMm = 1e-3;

/**
 * Rigid motion of each volume against a reference, by Gauss-Newton on squared differences with the reference's gradient
 * (inverse composition: Baker and Matthews 2004). Reads `data` (volume-major), `points` (indices of voxels compared),
 * `reference` (smoothed values there) and `jacobian` (7 a point: derivatives by three shifts in mm, three turns in radians,
 * and the value itself, for drifts of brightness); writes `parameters` (6 a volume) and `residual` (RMS / mean of reference).
 */
export const kernel: Kernel<MotionSetup> = ({ shape, affineRas, centreRas, smoothing }, arrays) => {
  const { data, points, reference, jacobian, parameters, residual } = arrays as Required<typeof arrays>;
  const [ni, nj, nk] = shape;
  const size = ni * nj * nk;
  const count = points!.length;
  const inverse = invert(affineRas);
  const used = new Uint8Array(count);
  const difference = new Float64Array(count);
  return (from, to) => {
    for (let volume = from; volume < to; volume++) {
      const moving = smoothVolume(data!.subarray(volume * size, (volume + 1) * size), shape, smoothing);
      let toMoving: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
      let scale = 1;
      let rms = 0;
      for (let iteration = 0; iteration < iterations; iteration++) {
        const m = multiply(inverse, multiply(toMoving, affineRas));
        const normal = new Float64Array(49);
        const right = new Float64Array(7);
        let squares = 0;
        let inside = 0;
        let total = 0;
        for (let at = 0; at < count; at++) {
          const voxel = points![at]!;
          const i = voxel % ni;
          const j = Math.floor(voxel / ni) % nj;
          const k = Math.floor(voxel / (ni * nj));
          const x = m[0]! * i + m[1]! * j + m[2]! * k + m[3]!;
          const y = m[4]! * i + m[5]! * j + m[6]! * k + m[7]!;
          const z = m[8]! * i + m[9]! * j + m[10]! * k + m[11]!;
          const x0 = Math.floor(x);
          const y0 = Math.floor(y);
          const z0 = Math.floor(z);
          used[at] = 0;
          if (x0 < 0 || y0 < 0 || z0 < 0 || x0 >= ni - 1 || y0 >= nj - 1 || z0 >= nk - 1) continue;
          used[at] = 1;
          const p = x0 + ni * (y0 + nj * z0);
          const fx = x - x0;
          const fy = y - y0;
          const fz = z - z0;
          const plane = (q: number): number =>
            (1 - fy) * ((1 - fx) * moving[q]! + fx * moving[q + 1]!) +
            fy * ((1 - fx) * moving[q + ni]! + fx * moving[q + ni + 1]!);
          const value = (1 - fz) * plane(p) + fz * plane(p + ni * nj);
          const d = value - scale * reference![at]!;
          difference[at] = d;
          squares += d * d;
          total += reference![at]!;
          inside++;
        }
        if (inside < 100) break;
        rms = Math.sqrt(squares / inside) / (total / inside);
        for (let at = 0; at < count; at++) {
          if (used[at] === 0) continue;
          const d = difference[at]!;
          for (let a = 0; a < 7; a++) {
            const ja = jacobian![at * 7 + a]!;
            right[a]! += ja * d;
            for (let b = 0; b <= a; b++) normal[a * 7 + b]! += ja * jacobian![at * 7 + b]!;
          }
        }
        const step = solveSymmetric(normal, right, 7);
        if (step === undefined) break;
        scale += step[6]!;
        const turn = rigidAffine(
          step.subarray(0, 6).map((value) => value / (scale || 1)),
          centreRas,
        );
        toMoving = multiply(toMoving, invert(turn));
        const large = Math.max(...Array.from(step.subarray(0, 6), (value, at) => Math.abs(value) * (at < 3 ? 1 : 50)));
        if (large < smallestStepMm) break;
      }
      parameters!.set(rigidParameters(toMoving, centreRas), volume * 6);
      residual![volume] = rms;
    }
  };
};

/** Solves A x = b for a symmetric positive matrix given by its lower triangle, by Cholesky; undefined when it is singular. */
export function solveSymmetric(a: Float64Array, b: Float64Array, n: number): Float64Array | undefined {
  const l = Float64Array.from(a);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < n; i++) l[i * n + j]! -= l[i * n + k]! * l[j * n + k]!;
    const pivot = l[j * n + j]!;
    if (!(pivot > 1e-12 * a[j * n + j]!) || pivot === 0) return undefined;
    const root = Math.sqrt(pivot);
    for (let i = j; i < n; i++) l[i * n + j]! /= root;
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}
