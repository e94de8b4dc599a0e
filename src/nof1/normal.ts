import { fTail } from '../kinetics/fTail.ts';

/** P(Z <= x), by Marsaglia's series (2004, doi 10.18637/jss.v011.i04); 0 or 1 beyond 7.5 standard deviations. */
export function normalBelow(x: number): number {
  if (x < -7.5) return 0;
  if (x > 7.5) return 1;
  let [sum, term, last, i] = [x, x, 0, 1];
  while (sum !== last) {
    last = sum;
    i += 2;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046727);
}

/** A mixture of normals: what is left of a parameter after the others are summed over. */
export interface Mixture {
  weights: readonly number[];
  means: readonly number[];
  deviations: readonly number[];
}

export function mixtureBelow({ weights, means, deviations }: Mixture, x: number): number {
  let below = 0;
  for (let i = 0; i < weights.length; i++) below += weights[i] * normalBelow((x - means[i]) / deviations[i]);
  return below;
}

export function mixtureMoments({ weights, means, deviations }: Mixture): { mean: number; deviation: number } {
  let [mean, square] = [0, 0];
  weights.forEach((weight, i) => {
    mean += weight * means[i];
    square += weight * (means[i] ** 2 + deviations[i] ** 2);
  });
  return { mean, deviation: Math.sqrt(Math.max(square - mean * mean, 0)) };
}

/** The x below which a share `p` lies, by bisection to 1e-9 of its standard deviation. */
export function mixtureQuantile(mixture: Mixture, p: number): number {
  const { mean, deviation } = mixtureMoments(mixture);
  return bisect((x) => mixtureBelow(mixture, x) - p, mean - 40 * deviation, mean + 40 * deviation);
}

/** Drops what weighs nothing, and lets the rest sum to 1. */
export function mixtureOf(
  logWeights: readonly number[],
  means: readonly number[],
  deviations: readonly number[],
): Mixture {
  const highest = logWeights.reduce((a, b) => Math.max(a, b));
  const kept = logWeights.flatMap((one, index) => (one > highest - 20 ? [index] : []));
  const raw = kept.map((index) => Math.exp(logWeights[index] - highest));
  const total = raw.reduce((a, b) => a + b);
  return {
    weights: raw.map((one) => one / total),
    means: kept.map((index) => means[index]),
    deviations: kept.map((index) => deviations[index]),
  };
}

/** Two-sided p of Student's t. */
export function tTwoSided(t: number, degrees: number): number {
  return fTail(t * t, 1, degrees);
}

/** The t that leaves 2.5 % on either side. */
export function tCritical(degrees: number): number {
  return bisect((t) => 0.05 - tTwoSided(t, degrees), 0, 1000);
}

function bisect(risingFrom: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (risingFrom(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
