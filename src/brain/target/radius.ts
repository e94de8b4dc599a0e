import { fTail } from '../../kinetics/fTail.ts';
import type { Point } from './point.ts';

const level = 0.95;

/**
 * Radius round a target that holds the true place in 95 of 100 cases. Errors are what resampling shows (`cloud` less the target),
 * widened because that spread is itself known from few blocks of time, and shifted by `pull`: how far the rule is pulled from a
 * symmetric source at this place (see pull.ts), which no resampling shows.
 */
export function radius95(cloud: readonly Point[], target: Point, blocks: number, pull: Point): number {
  const wider = widening(cloud, blocks);
  const distances = cloud
    .map((one) => Math.hypot(...[0, 1, 2].map((axis) => wider * (one[axis]! - target[axis]!) + pull[axis]!)))
    .sort((a, b) => a - b);
  return distances[Math.ceil(level * distances.length) - 1]!;
}

/**
 * A squared distance is a sum of three variances, each known from n blocks. By moments (Satterthwaite 1946, Box 1954) it is a
 * chi-squared of p = (trace C)^2 / trace(C^2) degrees, its scale known with p (n - 1): the limit grows from chi-squared to
 * p F(p, p (n - 1)). The variance of n resampled blocks is (n - 1) / n of theirs.
 */
export function widening(cloud: readonly Point[], blocks: number): number {
  const n = cloud.length;
  const mean = [0, 1, 2].map((axis) => cloud.reduce((sum, one) => sum + one[axis]!, 0) / n);
  let trace = 0;
  let squares = 0;
  for (const a of [0, 1, 2])
    for (const b of [0, 1, 2]) {
      const covariance = cloud.reduce((sum, one) => sum + (one[a]! - mean[a]!) * (one[b]! - mean[b]!), 0) / n;
      if (a === b) trace += covariance;
      squares += covariance * covariance;
    }
  const bySample = blocks / (blocks - 1);
  if (squares === 0) return Math.sqrt(bySample);
  const p = (trace * trace) / squares;
  return Math.sqrt((bySample * fLimit(p, p * (blocks - 1))) / fLimit(p, 1e6));
}

/** The value that F exceeds in 5 of 100 cases. */
function fLimit(df1: number, df2: number): number {
  let [low, high] = [0, 1000];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (fTail(middle, df1, df2) > 1 - level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
