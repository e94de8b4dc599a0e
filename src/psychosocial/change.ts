import type { Scale } from './instrument.ts';

/** Difference between two scores of one person, held against what one pair of scores can show. */
export interface Change {
  /** Later minus earlier. */
  difference: number;
  /** Standard error of measurement: SD * sqrt(1 - reliability). */
  standardError: number;
  /** Smallest difference that is not noise at 95 %: 1.96 * sqrt(2) * SEM. */
  smallestRealChange: number;
  /** Reliable change index: difference / (sqrt(2) * SEM). */
  index: number;
  state: 'reliable improvement' | 'reliable deterioration' | 'no reliable change';
}

/**
 * SEM and smallest real change of a scale in its own unit, or undefined where nobody published SD and reliability.
 * Jacobson & Truax 1991, doi 10.1037/0022-006X.59.1.12.
 */
export function smallestRealChange(scale: Scale): { standardError: number; value: number } | undefined {
  if (!scale.change) return undefined;
  const standardError = scale.change.sd * Math.sqrt(1 - scale.change.reliability);
  return { standardError, value: 1.96 * Math.SQRT2 * standardError };
}

/** Compares two scores of one scale. Undefined where the scale has no published SD and reliability. */
export function reliableChange(scale: Scale, earlier: number, later: number): Change | undefined {
  const noise = smallestRealChange(scale);
  if (!noise) return undefined;
  const difference = later - earlier;
  const index = difference / (Math.SQRT2 * noise.standardError);
  const worse = scale.worse === 'higher' ? difference > 0 : difference < 0;
  const reliable = Math.abs(index) > 1.96;
  return {
    difference,
    standardError: noise.standardError,
    smallestRealChange: noise.value,
    index,
    state: !reliable ? 'no reliable change' : worse ? 'reliable deterioration' : 'reliable improvement',
  };
}
