import { fTail } from '../../kinetics/fTail.ts';

/** Two-sided p of Student's t. */
export function twoSidedP(t: number, degreesOfFreedom: number): number {
  return t === 0 ? 1 : fTail(t * t, 1, degreesOfFreedom);
}

/** The |t| whose two-sided p is `p`, by bisection to 1e-6. */
export function criticalT(p: number, degreesOfFreedom: number): number {
  let [low, high] = [0, 1e3];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (twoSidedP(middle, degreesOfFreedom) > p) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The smallest |t| that is significant at a false discovery rate (Benjamini and Hochberg 1995) over all voxels, two-sided;
 * undefined when none is.
 */
export function fdrThreshold(t: ArrayLike<number>, degreesOfFreedom: number, rate = 0.05): number | undefined {
  const sorted = Float64Array.from(t, Math.abs).sort();
  for (let at = 0; at < sorted.length; at++) {
    const rank = sorted.length - at;
    // Values below the level at which even all of them would not pass need no p.
    if (twoSidedP(sorted[at]!, degreesOfFreedom) <= (rate * rank) / sorted.length) return sorted[at]!;
  }
  return undefined;
}
