import type { Affine } from '../../dossier/grid.ts';
import { apply, invert, multiply } from '../affine.ts';
import { mutualInformation, samplePoints } from './mutualInformation.ts';
import { minimise } from './powell.ts';
import { shrinkTo, smoothVolume, type Volume } from './shrink.ts';

export interface Registered {
  /** From RAS mm of the fixed image to RAS mm of the moving one. */
  fixedToMoving: Affine;
  /** Normalised mutual information, 1 to 2. */
  nmi: number;
}

export interface RegisterOptions {
  /** 6: shifts and turns. 12: also scales and shears. */
  freedom: 6 | 12;
  /** Where to compare, on the fixed grid; default everywhere. */
  fixedMask?: ArrayLike<number>;
  /** Default: the centres of mass of both are laid on each other. */
  start?: Affine;
  progress?: (fraction: number) => void;
}

/** Turns and scales move a point at this distance from the centre by as much as a shift of the same number. */
const radiusMm = 60;

/**
 * Lays two images of one head on each other by normalised mutual information: rigid first, then, where asked, affine; coarse
 * (4 mm) first, then fine (2 mm). Deterministic: no random points.
 */
export function register(fixed: Volume, moving: Volume, options: RegisterOptions): Registered {
  const centre = centreOfMass(fixed, options.fixedMask);
  const start = options.start ?? shift(centreOfMass(moving).map((one, axis) => one - centre[axis]!));
  let x = new Float64Array(12);
  let nmi = 1;
  const levels = [
    { spacing: 4, smoothing: 2, most: 12_000, step: 4 },
    { spacing: 2, smoothing: 1, most: 40_000, step: 1 },
  ];
  const stages = options.freedom === 6 ? [6] : [6, 12];
  let done = 0;
  for (const { spacing, smoothing, most, step } of levels) {
    const coarse = shrinkTo(moving, spacing);
    const [ni, nj, nk] = coarse.grid.shape;
    const points = samplePoints(fixed, options.fixedMask, most);
    const value = mutualInformation(points, {
      grid: coarse.grid,
      values: smoothVolume(coarse.values, [ni, nj, nk], smoothing),
    });
    for (const freedom of stages) {
      const affineOf = (free: Float64Array): Affine => {
        const whole = Float64Array.from(x);
        whole.set(free);
        return multiply(start, parametersAffine(whole, centre));
      };
      const found = minimise(
        (free) => -value(affineOf(free)),
        x.subarray(0, freedom),
        new Float64Array(freedom).fill(step),
        {
          sweeps: 8,
          tolerance: 1e-5,
        },
      );
      x = Float64Array.from(x);
      x.set(found.x);
      nmi = -found.value;
      options.progress?.(++done / (levels.length * stages.length));
    }
  }
  return { fixedToMoving: multiply(start, parametersAffine(x, centre)), nmi };
}

/** Three shifts, three turns, three scales, three shears about a centre; all in mm, at {@link radiusMm} from it. */
export function parametersAffine(x: Float64Array, centre: readonly [number, number, number]): Affine {
  const [a, b, c] = [x[3]! / radiusMm, x[4]! / radiusMm, x[5]! / radiusMm];
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)];
  const turn: Affine = [
    ...[cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa, 0],
    ...[sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa, 0],
    ...[-sb, cb * sa, cb * ca, 0],
    ...[0, 0, 0, 1],
  ];
  const [p, q, r] = [6, 7, 8].map((at) => Math.exp(x[at]! / radiusMm)) as [number, number, number];
  const [u, v, w] = [9, 10, 11].map((at) => x[at]! / radiusMm) as [number, number, number];
  const stretch: Affine = [p, u, v, 0, 0, q, w, 0, 0, 0, r, 0, 0, 0, 0, 1];
  const there = shift(centre.map((one, axis) => one + x[axis]!));
  return multiply(there, multiply(multiply(turn, stretch), shift(centre.map((one) => -one))));
}

export function shift([x, y, z]: readonly number[]): Affine {
  return [1, 0, 0, x!, 0, 1, 0, y!, 0, 0, 1, z!, 0, 0, 0, 1];
}

/** Centre of what is positive, RAS mm. */
export function centreOfMass({ grid, values }: Volume, mask?: ArrayLike<number>): [number, number, number] {
  const [ni, nj] = grid.shape;
  const sums = [0, 0, 0];
  let total = 0;
  for (let at = 0; at < values.length; at++) {
    const weight = mask === undefined ? Math.max(0, values[at]!) : mask[at]!;
    if (!(weight > 0)) continue;
    sums[0]! += weight * (at % ni);
    sums[1]! += weight * (Math.floor(at / ni) % nj);
    sums[2]! += weight * Math.floor(at / (ni * nj));
    total += weight;
  }
  return apply(grid.affineRas, sums.map((sum) => sum / (total || 1)) as [number, number, number]);
}

/** Correlation of two images where a mask of the fixed one lies inside the moving one. */
export function correlationUnder(
  fixed: Volume,
  moving: Volume,
  fixedToMoving: Affine,
  mask?: ArrayLike<number>,
): number {
  const m = multiply(invert(moving.grid.affineRas), multiply(fixedToMoving, fixed.grid.affineRas));
  const [ni, nj] = fixed.grid.shape;
  const [mi, mj, mk] = moving.grid.shape;
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < fixed.values.length; at++) {
    if (mask !== undefined && mask[at] === 0) continue;
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    const x = Math.round(m[0]! * i + m[1]! * j + m[2]! * k + m[3]!);
    const y = Math.round(m[4]! * i + m[5]! * j + m[6]! * k + m[7]!);
    const z = Math.round(m[8]! * i + m[9]! * j + m[10]! * k + m[11]!);
    if (x < 0 || y < 0 || z < 0 || x >= mi || y >= mj || z >= mk) continue;
    const a = fixed.values[at]!;
    const b = moving.values[x + mi * (y + mj * z)]!;
    n++;
    sa += a;
    sb += b;
    saa += a * a;
    sbb += b * b;
    sab += a * b;
  }
  const spread = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return n > 1 && spread > 0 ? (sab - (sa * sb) / n) / Math.sqrt(spread) : 0;
}
