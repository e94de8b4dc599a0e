import { normalCdf, studentToNormal } from './distributions.ts';
import type { Prediction } from './model.ts';

/**
 * How a reference is brought to a scanner that it does not know. A: mean and SD of the controls taken as if they were
 * exact (PCNtoolkit). B: the same with what so few people leave open, by Student's distribution. C: as B, with the variance
 * drawn towards that of the reference by 10 pseudo-observations, for fewer than 8 controls.
 */
export type Rule = 'A' | 'B' | 'C';

/** Fewest controls of a site for a flag; with fewer the deviation is shown and nothing is flagged. */
export const controlsForFlag = 15;
/** Below this number rule C stands in for B. */
export const controlsForB = 8;
const pseudo = 10;

/** One measure at one site, in units of the reference's own SD. */
export interface Adaptation {
  rule: Rule;
  n: number;
  shift: number;
  /** SD of the site over the SD of the reference. */
  spread: number;
  /** Degrees of freedom of Student's distribution; rule A has none and uses the normal. */
  df: number;
}

/** A value as so many SDs of the reference from its own mean, without the SD of that mean. */
export function standardResidual({ toLatent, mean, noiseSd }: Prediction, value: number): number {
  return (toLatent(value) - mean) / noiseSd;
}

/**
 * Learns shift and spread of a site from the residuals of its controls. Undefined when they are too few for the rule
 * (2 for A and B, 1 for C) or do not differ from each other.
 */
export function adapt(residuals: readonly number[], rule?: Rule): Adaptation | undefined {
  const n = residuals.length;
  const chosen = rule ?? (n < controlsForB ? 'C' : 'B');
  if (n < (chosen === 'C' ? 1 : 2)) return undefined;
  const shift = residuals.reduce((sum, one) => sum + one, 0) / n;
  const squares = residuals.reduce((sum, one) => sum + (one - shift) ** 2, 0);
  if (n > 1 && !(squares > 0)) return undefined;
  if (chosen === 'A') return { rule: chosen, n, shift, spread: Math.sqrt(squares / n), df: n };
  if (chosen === 'B') return { rule: chosen, n, shift, spread: Math.sqrt(squares / (n - 1)), df: n - 1 };
  return { rule: chosen, n, shift, spread: Math.sqrt((squares + pseudo) / (n - 1 + pseudo)), df: n - 1 + pseudo };
}

/** Deviation of a residual under an adaptation. */
export function adaptedDeviation({ rule, n, shift, spread, df }: Adaptation, residual: number): number {
  const x = (residual - shift) / spread;
  return rule === 'A' ? x : studentToNormal(x / Math.sqrt(1 + 1 / n), df);
}

/** The residual that has this deviation: the inverse of {@link adaptedDeviation}. */
export function residualAt(adaptation: Adaptation, z: number): number {
  const { rule, shift, spread } = adaptation;
  if (rule === 'A') return shift + z * spread;
  // Deviation grows with the residual; the bracket is widened until it holds z, then halved.
  let width = (Math.abs(z) + 1) * spread;
  while (adaptedDeviation(adaptation, shift + width) < Math.abs(z)) width *= 2;
  let [low, high] = [0, width];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (adaptedDeviation(adaptation, shift + middle) < Math.abs(z)) low = middle;
    else high = middle;
  }
  return shift + (Math.sign(z) * (low + high)) / 2;
}

/**
 * Where the deviation of this person would lie if mean and SD of the site were known: 95 % limits of z. The mean of n
 * controls has the variance 1/n, their SD the relative variance 1/(2 df).
 */
export function deviationLimits({ n, shift, spread, df }: Adaptation, residual: number): [number, number] {
  const x = (residual - shift) / spread;
  const half = 1.959963984540054 * Math.sqrt(1 / n + (x * x) / (2 * df));
  return [x - half, x + half];
}

/** Limits of z without adaptation, from the SD of the predicted mean. */
export function ownLimits({ epistemicSd, noiseSd }: Prediction, residual: number): [number, number] {
  const half = (1.959963984540054 * epistemicSd) / noiseSd;
  return [residual - half, residual + half];
}

/** Limits of a deviation as limits of the centile in per cent. */
export function centileLimits([low, high]: [number, number]): [number, number] {
  return [100 * normalCdf(low), 100 * normalCdf(high)];
}
