import type { Kernel } from '../../voxels/parallel.ts';
import { backward, factorise, forward } from './linear.ts';
import { type ShellPlan, shellMeans } from './shellMeans.ts';
import { flags, type ReaderSetup, signalReader } from './signals.ts';

export interface IvimSetup extends ReaderSetup {
  shells: ShellPlan;
  method: 'full' | 'segmented';
  /** Noise in units of the signal, 0 when it is not known. */
  noise: number;
}

/** From this b-value on perfusion is taken to have decayed (s/mm2). */
export const perfusionGoneAt = 200;
/** Allowed diffusivities in um2/ms: tissue up to free water at 37 C with a margin; pseudo-diffusion beyond it. */
export const diffusionRange = [0.02, 4] as const;
export const pseudoRange = [4, 300] as const;
/**
 * D* is given where its 95 % interval is narrower than a factor of `within` squared, the perfusion fraction is that many
 * standard errors from none, and the noise is no more than this share of S0: below, fits that look sure are chance.
 */
const dStarGiven = { within: 2.5, fractionErrors: 3, noise: 1 / 28 } as const;
/** Degrees of freedom from which on an interval is given. */
const fewestDegrees = 3;

/** A fit of one voxel; diffusivities in um2/ms, intervals of 95 %. */
export interface IvimFit {
  s0: number;
  f: number;
  d: number;
  dStar: number;
  /** Undefined when the fit has no degrees of freedom or no curvature. */
  fSe: number | undefined;
  dSe: number | undefined;
  dStarInterval: readonly [number, number] | undefined;
  /** Noise of the fit / S0. */
  residual: number;
  atBound: boolean;
}

/**
 * Fits S/S0 = f exp(-b D*) + (1 - f) exp(-b D) (Le Bihan 1988) to shell means.
 * - `full`: the best of a grid of D and D* for which both amplitudes follow by linear least squares without negative ones,
 *   then bounded Levenberg-Marquardt on all four. The grid sees every valley, so no start value decides.
 * - `segmented`: D and 1 - f from b >= 200 s/mm2 and S at the lowest b, then D* alone from the rest.
 * `b` in s/mm2; `counts`: volumes averaged in each shell, which weigh as many times.
 */
export function ivimFitter(b: readonly number[], counts: readonly number[], method: IvimSetup['method']) {
  const m = b.length;
  const beta = Float64Array.from(b, (value) => value / 1000);
  const w = Float64Array.from(counts);
  const slow = ladder(diffusionRange, 28, beta);
  const fast = ladder(pseudoRange, 24, beta);
  const slowSquare = slow.decays.map((e) => dot(e, e, w));
  const fastSquare = fast.decays.map((e) => dot(e, e, w));
  const cross = slow.decays.map((e) => Float64Array.from(fast.decays, (g) => dot(e, g, w)));
  const onSlow = new Float64Array(slow.rates.length);
  const onFast = new Float64Array(fast.rates.length);
  const theta = new Float64Array(4);
  const trial = new Float64Array(4);
  const jacobian = new Float64Array(4 * m);
  const left = new Float64Array(m);
  const normal = new Float64Array(16);
  const step = new Float64Array(4);
  const lower = [0, 0, diffusionRange[0], pseudoRange[0]];
  const upper = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, diffusionRange[1], pseudoRange[1]];
  const late = b.flatMap((value, at) => (value >= perfusionGoneAt ? [at] : []));

  /** Residuals and Jacobian of A exp(-b D) + B exp(-b D*); returns the weighted sum of squares. */
  const look = (s: Float64Array, of: Float64Array, withJacobian: boolean): number => {
    let sum = 0;
    for (let j = 0; j < m; j++) {
      const e = Math.exp(-beta[j]! * of[2]!);
      const g = Math.exp(-beta[j]! * of[3]!);
      left[j] = s[j]! - of[0]! * e - of[1]! * g;
      sum += w[j]! * left[j]! ** 2;
      if (!withJacobian) continue;
      jacobian[4 * j] = e;
      jacobian[4 * j + 1] = g;
      jacobian[4 * j + 2] = -of[0]! * beta[j]! * e;
      jacobian[4 * j + 3] = -of[1]! * beta[j]! * g;
    }
    return sum;
  };

  const start = (s: Float64Array): void => {
    for (let k = 0; k < onSlow.length; k++) onSlow[k] = dot(slow.decays[k]!, s, w);
    for (let l = 0; l < onFast.length; l++) onFast[l] = dot(fast.decays[l]!, s, w);
    let best = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < onSlow.length; k++)
      for (let l = 0; l < onFast.length; l++) {
        const [p, q, r] = [slowSquare[k]!, cross[k]![l]!, fastSquare[l]!];
        const size = p * r - q * q;
        let a = (r * onSlow[k]! - q * onFast[l]!) / size;
        let c = (p * onFast[l]! - q * onSlow[k]!) / size;
        if (!(size > 1e-12 * p * r) || a < 0 || c < 0) {
          a = Math.max(0, onSlow[k]! / p);
          c = 0;
        }
        const explained = a * onSlow[k]! + c * onFast[l]!;
        if (explained <= best) continue;
        best = explained;
        theta.set([a, c, slow.rates[k]!, fast.rates[l]!]);
      }
  };

  const isFree = (a: number): boolean => theta[a]! > lower[a]! && theta[a]! < upper[a]!;

  /** Factor of the weighted normal equations of the free parameters; the others get a row of the unit matrix. */
  const normalise = (free: readonly boolean[], damping: number): boolean => {
    for (let a = 0; a < 4; a++)
      for (let c = 0; c <= a; c++) {
        let sum = 0;
        if (free[a]! && free[c]!)
          for (let j = 0; j < m; j++) sum += w[j]! * jacobian[4 * j + a]! * jacobian[4 * j + c]!;
        normal[4 * a + c] = a === c ? (free[a]! ? sum * (1 + damping) : 1) : sum;
      }
    return factorise(normal, 4);
  };

  const refine = (s: Float64Array): number => {
    let damping = 1e-3;
    let cost = look(s, theta, true);
    for (let turn = 0; turn < 200 && damping < 1e12; turn++) {
      for (let a = 0; a < 4; a++) {
        step[a] = 0;
        for (let j = 0; j < m; j++) step[a]! += w[j]! * jacobian[4 * j + a]! * left[j]!;
      }
      // A parameter on its bound that wants out of its range stays there for this step.
      const free = [0, 1, 2, 3].map(
        (a) => !((theta[a]! <= lower[a]! && step[a]! <= 0) || (theta[a]! >= upper[a]! && step[a]! >= 0)),
      );
      for (let a = 0; a < 4; a++) if (!free[a]) step[a] = 0;
      if (!normalise(free, damping)) {
        damping = Math.max(damping, 1e-8) * 10;
        continue;
      }
      forward(normal, step, 4);
      backward(normal, step, 4);
      let change = 0;
      for (let a = 0; a < 4; a++) {
        trial[a] = Math.min(upper[a]!, Math.max(lower[a]!, theta[a]! + step[a]!));
        change = Math.max(change, Math.abs(trial[a]! - theta[a]!) / (Math.abs(theta[a]!) + 1e-9));
      }
      const after = look(s, trial, false);
      if (after <= cost) {
        const isDone = change < 1e-9 || cost - after <= 1e-15 * cost;
        theta.set(trial);
        cost = look(s, theta, true);
        damping = Math.max(1e-12, damping / 5);
        if (isDone) break;
      } else {
        if (change < 1e-9) break;
        damping *= 5;
        look(s, theta, true);
      }
    }
    return cost;
  };

  const segmented = (s: Float64Array): number => {
    let [sum, sumB, sumY, square, product] = [0, 0, 0, 0, 0];
    for (const j of late) {
      const weight = w[j]! * s[j]! ** 2;
      const y = Math.log(s[j]!);
      sum += weight;
      sumB += weight * beta[j]!;
      sumY += weight * y;
      square += weight * beta[j]! ** 2;
      product += weight * beta[j]! * y;
    }
    const slope = -(sum * product - sumB * sumY) / (sum * square - sumB * sumB);
    const d = Math.min(diffusionRange[1], Math.max(diffusionRange[0], slope));
    const s0 = s[0]!;
    const a = Math.min(s0, Math.exp((sumY + d * sumB) / sum));
    theta.set([a, s0 - a, d, pseudoRange[0]]);
    // One unknown is left: the best of the ladder, then golden section between its neighbours.
    const cost = (rate: number): number => {
      theta[3] = rate;
      return look(s, theta, false);
    };
    let best = 0;
    for (let l = 1; l < fast.rates.length; l++) if (cost(fast.rates[l]!) < cost(fast.rates[best]!)) best = l;
    let low = Math.log(fast.rates[Math.max(0, best - 1)]!);
    let high = Math.log(fast.rates[Math.min(fast.rates.length - 1, best + 1)]!);
    const golden = (Math.sqrt(5) - 1) / 2;
    for (let turn = 0; turn < 60; turn++) {
      const x = high - golden * (high - low);
      const y = low + golden * (high - low);
      if (cost(Math.exp(x)) < cost(Math.exp(y))) high = y;
      else low = x;
    }
    theta[3] = Math.exp((low + high) / 2);
    return look(s, theta, true);
  };

  return (s: Float64Array): IvimFit => {
    if (method === 'full') start(s);
    const cost = method === 'full' ? refine(s) : segmented(s);
    const [a, c, d, dStar] = [theta[0]!, theta[1]!, theta[2]!, theta[3]!];
    const s0 = a + c;
    const free = [0, 1, 2, 3].map(isFree);
    const degrees = m - 4;
    const variance = degrees > 0 ? cost / degrees : Number.NaN;
    const isJudged = degrees > 0 && free[0]! && normalise(free, 0);
    const standardError = (g: readonly number[]): number => {
      for (let k = 0; k < 4; k++) step[k] = free[k] ? g[k]! : 0;
      forward(normal, step, 4);
      return Math.sqrt(variance * (step[0]! ** 2 + step[1]! ** 2 + step[2]! ** 2 + step[3]! ** 2));
    };
    // f = c / (a + c)
    const fSe = isJudged ? standardError([-c / (s0 * s0), a / (s0 * s0), 0, 0]) : undefined;
    const dSe = isJudged && free[2] ? standardError([0, 0, 1, 0]) : undefined;
    const error = isJudged && degrees >= fewestDegrees && free[3] && free[1] ? standardError([0, 0, 0, 1]) : Number.NaN;
    const reach = (student95(degrees) * error) / dStar;
    const residual = s0 > 0 ? Math.sqrt(variance) / s0 : Number.NaN;
    const isGiven =
      fSe !== undefined &&
      reach <= Math.log(dStarGiven.within) &&
      c / s0 > dStarGiven.fractionErrors * fSe &&
      residual <= dStarGiven.noise;
    return {
      s0,
      f: s0 > 0 ? c / s0 : 0,
      d,
      dStar,
      fSe,
      dSe,
      dStarInterval: isGiven ? [dStar * Math.exp(-reach), dStar * Math.exp(reach)] : undefined,
      residual,
      atBound: !free.every(Boolean),
    };
  };
}

/**
 * Intravoxel incoherent motion of each voxel. Writes `f`, `d`, and `dStar` with `dStarLow` and `dStarHigh` (mm2/s) only where
 * the data determine D*, 0 elsewhere; `fSe`, `dSe`, `s0`, `residual`, `flags`.
 */
export const kernel: Kernel<IvimSetup> = (setup, arrays) => {
  const { shells, volumes, method, noise } = setup;
  const {
    voxels,
    f,
    d,
    dStar,
    dStarLow,
    dStarHigh,
    fSe,
    dSe,
    s0,
    residual,
    flags: flagged,
  } = arrays as Required<typeof arrays>;
  const n = volumes.length;
  const reader = signalReader(arrays, setup);
  const means = new Float64Array(shells.b.length);
  const fitVoxel = ivimFitter(
    shells.b,
    shells.entries.map(({ length }) => length),
    method,
  );
  return (from, to) => {
    reader.read(from, to);
    for (let item = from; item < to; item++) {
      const voxel = voxels![item]!;
      shellMeans(shells, reader.log, (item - from) * n, means);
      for (let j = 0; j < means.length; j++) means[j] = Math.exp(means[j]!);
      const found = fitVoxel(means);
      let bits = reader.broken[item - from] === 1 ? flags.signalNotPositive : 0;
      if (noise > 0 && means[means.length - 1]! < 3 * noise) bits |= flags.noiseFloor;
      if (found.atBound) bits |= flags.atBound;
      f![voxel] = found.f;
      d![voxel] = found.d * 1e-3;
      fSe![voxel] = found.fSe ?? 0;
      dSe![voxel] = (found.dSe ?? 0) * 1e-3;
      s0![voxel] = found.s0;
      residual![voxel] = Number.isFinite(found.residual) ? found.residual : 0;
      flagged![voxel] = bits;
      if (found.dStarInterval === undefined) continue;
      dStar![voxel] = found.dStar * 1e-3;
      dStarLow![voxel] = found.dStarInterval[0] * 1e-3;
      dStarHigh![voxel] = found.dStarInterval[1] * 1e-3;
    }
  };
};

/** Two-sided 95 % quantile of Student's t, within 1 % from 3 degrees of freedom on (Cornish-Fisher). */
function student95(degrees: number): number {
  const z = 1.959964;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, w: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < w.length; j++) sum += w[j]! * a[j]! * b[j]!;
  return sum;
}

/** Rates spaced evenly on a logarithmic scale, with their decays at the b-values. */
function ladder([low, high]: readonly [number, number], steps: number, beta: Float64Array) {
  const rates = Array.from({ length: steps }, (_, k) => low * (high / low) ** (k / (steps - 1)));
  return { rates, decays: rates.map((rate) => beta.map((value) => Math.exp(-value * rate))) };
}
