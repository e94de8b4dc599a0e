import { logGamma } from '../kinetics/fTail.ts';
import type { Adaptation } from './adapt.ts';
import { standardResidual } from './adapt.ts';
import { moments, normalCdf, normalQuantile } from './distributions.ts';
import type { Prediction } from './model.ts';

/** One measured value with what the reference said of it. */
export interface Judged {
  value: number;
  z: number;
  /** Median of the prediction, in the unit of the measure. */
  expected: number;
  /** Negative log density of the value, in the unit of the measure. */
  logLoss: number;
  site: string;
  male: 0 | 1;
}

/** Negative log density of a value under a prediction: normal in the latent space, Student's under adaptation B and C. */
export function logLoss(prediction: Prediction, value: number, learnt?: Adaptation): number {
  const residual = standardResidual(prediction, value);
  const { noiseSd, epistemicSd, logSlope } = prediction;
  if (!learnt) {
    const sd = Math.sqrt(noiseSd ** 2 + epistemicSd ** 2);
    const x = (residual * noiseSd) / sd;
    return 0.5 * Math.log(2 * Math.PI) + Math.log(sd) + 0.5 * x * x - logSlope(value);
  }
  const { rule, n, shift, spread, df } = learnt;
  const scale = spread * (rule === 'A' ? 1 : Math.sqrt(1 + 1 / n));
  const x = (residual - shift) / scale;
  const log =
    rule === 'A'
      ? 0.5 * Math.log(2 * Math.PI) + 0.5 * x * x
      : -(logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI)) +
        ((df + 1) / 2) * Math.log1p((x * x) / df);
  return log + Math.log(scale * noiseSd) - logSlope(value);
}

export interface Evaluation {
  measure: string;
  n: number;
  /** Explained variance 1 - var(y - expected) / var(y). */
  ev: number;
  smse: number;
  /** Mean log loss less that of a normal distribution with mean and SD of the training people. */
  msll: number;
  nll: number;
  /** k log n + 2 n NLL with k hyperparameters. */
  bic: number;
  rho: number;
  rmse: number;
  zMean: number;
  zSd: number;
  skew: number;
  kurtosis: number;
  /** Shares of |z| beyond 1.96 and 2.58; nominal .05 and .0099. */
  tails: { above196: number; above258: number };
  shapiroW: number;
  /** Mean absolute difference between share below a centile and the centile, over 5, 10 ... 95. */
  mace: number;
  /** Shares of people in tenths of the reference, lowest first: flat when calibrated. */
  pit: number[];
  bySite: Record<string, { n: number; zMean: number; zSd: number; above196: number }>;
  bySex: Record<'female' | 'male', { n: number; zMean: number; zSd: number; above196: number }>;
}

/** How well a reference describes people. `training`: mean and SD of those it was learnt from (or adapted with). */
export function evaluate(
  measure: string,
  judged: readonly Judged[],
  training: { mean: number; sd: number },
  hyperparameters = 4,
): Evaluation {
  const n = judged.length;
  const y = judged.map(({ value }) => value);
  const expected = judged.map((one) => one.expected);
  const z = judged.map((one) => one.z);
  const errors = judged.map((one) => one.value - one.expected);
  const [ofY, ofZ, ofE] = [moments(y), moments(z), moments(errors)];
  const mse = errors.reduce((sum, one) => sum + one * one, 0) / n;
  const nll = judged.reduce((sum, one) => sum + one.logLoss, 0) / n;
  const plain =
    y.reduce((sum, one) => sum + 0.5 * ((one - training.mean) / training.sd) ** 2, 0) / n +
    0.5 * Math.log(2 * Math.PI) +
    Math.log(training.sd);
  const pit = z.map(normalCdf);
  const groups = (key: (one: Judged) => string) => {
    const found = new Map<string, number[]>();
    for (const one of judged) found.set(key(one), [...(found.get(key(one)) ?? []), one.z]);
    return found;
  };
  const sexes = groups(({ male }) => (male ? 'male' : 'female'));
  return {
    measure,
    n,
    ev: 1 - ofE.sd ** 2 / ofY.sd ** 2,
    smse: mse / ofY.sd ** 2,
    msll: nll - plain,
    nll,
    bic: hyperparameters * Math.log(n) + 2 * n * nll,
    rho: correlation(y, expected),
    rmse: Math.sqrt(mse),
    zMean: ofZ.mean,
    zSd: ofZ.sd,
    skew: ofZ.skew,
    kurtosis: ofZ.kurtosis,
    tails: { above196: beyond(z, 1.96), above258: beyond(z, 2.58) },
    shapiroW: shapiroW(z),
    mace: calibrationError(pit),
    pit: Array.from({ length: 10 }, (_, k) => pit.filter((one) => Math.min(9, Math.floor(one * 10)) === k).length / n),
    bySite: Object.fromEntries(
      [...groups(({ site }) => site)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([site, list]) => [site, group(list)]),
    ),
    bySex: { female: group(sexes.get('female') ?? []), male: group(sexes.get('male') ?? []) },
  };
}

function group(z: readonly number[]) {
  const { mean, sd } = moments(z);
  return { n: z.length, zMean: z.length ? mean : 0, zSd: z.length ? sd : 0, above196: beyond(z, 1.96) };
}

function beyond(z: readonly number[], limit: number): number {
  return z.filter((one) => Math.abs(one) > limit).length / Math.max(z.length, 1);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [moments(a), moments(b)];
  const sum = a.reduce((total, one, k) => total + (one - left.mean) * (b[k]! - right.mean), 0);
  return sum / (a.length * left.sd * right.sd);
}

function calibrationError(pit: readonly number[]): number {
  const levels = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);
  const off = levels.map((p) => Math.abs(pit.filter((one) => one < p).length / pit.length - p));
  return off.reduce((sum, one) => sum + one, 0) / levels.length;
}

/** Shapiro and Wilk's W with Royston's weights (1992, AS R94), n from 12 on; NaN below. */
export function shapiroW(values: readonly number[]): number {
  const n = values.length;
  if (n < 12) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const m = Float64Array.from({ length: n }, (_, i) => normalQuantile((i + 1 - 0.375) / (n + 0.25)));
  const mm = m.reduce((sum, one) => sum + one * one, 0);
  const u = 1 / Math.sqrt(n);
  const root = Math.sqrt(mm);
  const last = m[n - 1]! / root + u * (0.221157 + u * (-0.147981 + u * (-2.07119 + u * (4.434685 - u * 2.706056))));
  const before = m[n - 2]! / root + u * (0.042981 + u * (-0.293762 + u * (-1.752461 + u * (5.682633 - u * 3.582633))));
  const phi = (mm - 2 * m[n - 1]! ** 2 - 2 * m[n - 2]! ** 2) / (1 - 2 * last ** 2 - 2 * before ** 2);
  const { mean } = moments(values);
  let [top, bottom] = [0, 0];
  for (let i = 0; i < n; i++) {
    const weight =
      i === 0 ? -last : i === 1 ? -before : i === n - 1 ? last : i === n - 2 ? before : m[i]! / Math.sqrt(phi);
    top += weight * sorted[i]!;
    bottom += (sorted[i]! - mean) ** 2;
  }
  return top ** 2 / bottom;
}
