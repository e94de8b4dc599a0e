import type { Scale } from '../forms/scale.ts';

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
  const { sd, reliability, standardError: published } = scale.change;
  const standardError = published ?? sd! * Math.sqrt(1 - reliability!);
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

/**
 * Published important differences that a change reaches, in words. `difference` is later minus earlier; shares are of the
 * earlier score. Unverified ones are left out.
 */
export function importantDifferences(scale: Scale, earlier: number, difference: number): string[] {
  return scale.important
    .filter(({ verified, points, percent }) => {
      if (!verified) return false;
      if (points !== undefined) return Math.abs(difference) >= points;
      return percent !== undefined && earlier > 0 && Math.abs(difference) * 100 >= percent * earlier;
    })
    .map(({ statement, source }) => `${statement}, ${source}`);
}

export interface Course {
  code: 'reliable-recovery' | 'remission' | 'response' | 'reliable-deterioration' | 'reliable-improvement' | 'none';
  label: string;
  /** Sources of the words that were asked. */
  source: string;
}

/**
 * What published words call the way from one score to a later one: reliable recovery (reliable improvement, from a case
 * to below the limit), remission, response; else the reliable change. Only words with a verified source are used;
 * undefined where a scale has none. For scales on which higher is worse.
 */
export function courseOf(scale: Scale, earlier: number, later: number): Course | undefined {
  if (scale.worse !== 'higher') return undefined;
  const usable = <T extends { verified: boolean }>(rule: T | undefined) => (rule?.verified ? rule : undefined);
  const [caseness, remission, response] = [usable(scale.caseness), usable(scale.remission), usable(scale.response)];
  const asked = [caseness, remission, response].filter((rule) => rule !== undefined);
  if (asked.length === 0) return undefined;
  const source = asked.map((rule) => rule.source).join('; ');
  const state = reliableChange(scale, earlier, later)?.state;
  if (state === 'reliable deterioration') return { code: 'reliable-deterioration', label: state, source };
  if (caseness && state === 'reliable improvement' && earlier >= caseness.from && later < caseness.from) {
    return { code: 'reliable-recovery', label: `reliable improvement to below ${caseness.from}`, source };
  }
  if (remission && earlier > remission.atMost && later <= remission.atMost) {
    return { code: 'remission', label: `remission (${remission.atMost} or less)`, source };
  }
  if (response && earlier > 0 && (earlier - later) * 100 >= response.percent * earlier) {
    return { code: 'response', label: `response (a fall of ${response.percent} % or more)`, source };
  }
  if (state === 'reliable improvement') return { code: 'reliable-improvement', label: state, source };
  return { code: 'none', label: 'none of the published words', source };
}
