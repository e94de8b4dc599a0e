/** Between ill and well: limits of clinical significance, and the four words for the way of one person. */

import type { Reference, Scale } from '../forms/scale.ts';
import { reliableChange } from './change.ts';

interface Distribution {
  mean: number;
  sd: number;
}

/**
 * Limits between a group of patients and people at large, after Jacobson and Truax 1991 (doi 10.1037/0022-006X.59.1.12):
 * a: two SD of the patients from their mean, towards health; b: two SD of the others from theirs, towards illness;
 * c: where both are equally likely. For scales on which higher is better the signs of a and b turn.
 */
export function clinicalLimits(
  patients: Distribution,
  others: Distribution,
  worse: 'higher' | 'lower',
): { a: number; b: number; c: number } {
  const towardsHealth = worse === 'higher' ? -1 : 1;
  return {
    a: patients.mean + towardsHealth * 2 * patients.sd,
    b: others.mean - towardsHealth * 2 * others.sd,
    c: (others.sd * patients.mean + patients.sd * others.mean) / (patients.sd + others.sd),
  };
}

/** The limit that a scale has: of a service, as published, else c where both groups are verified with mean and SD. */
export function limitOf(scale: Scale): { limit: number; words: string; source: string } | undefined {
  if (scale.caseness?.verified) {
    const { from, source } = scale.caseness;
    return { limit: from, words: `caseness from ${from}`, source };
  }
  const known = (group: Reference['group']) =>
    scale.references.find(
      (one): one is Reference & Distribution =>
        one.verified && one.group === group && one.mean !== undefined && one.sd !== undefined,
    );
  const patients = known('clinical') ?? known('pain-clinic');
  const others = known('general-population');
  if (!patients || !others) return undefined;
  const { a, b, c } = clinicalLimits(patients, others, scale.worse);
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    limit: c,
    words: `limit c ${round(c)} (a ${round(a)}, b ${round(b)})`,
    source: `${patients.source}; ${others.source}`,
  };
}

export interface State {
  code: 'recovered' | 'improved' | 'unchanged' | 'deteriorated';
  /** The limit that was used, or that there is none and recovery cannot be said. */
  basis: string;
  source: string;
}

/**
 * Recovered: a reliable improvement from the side of illness to that of health. Improved, deteriorated: reliable without
 * that. Unchanged: within noise. Undefined where nobody published how noisy a score is.
 */
export function stateOf(scale: Scale, earlier: number, later: number): State | undefined {
  const change = reliableChange(scale, earlier, later);
  if (!change) return undefined;
  const found = limitOf(scale);
  const basis = found?.words ?? 'no limit between ill and well is verified, so recovery is not said';
  const source = [scale.change!.source, ...(found ? [found.source] : [])].join('; ');
  if (change.state === 'no reliable change') return { code: 'unchanged', basis, source };
  if (change.state === 'reliable deterioration') return { code: 'deteriorated', basis, source };
  const isIll = (value: number) =>
    found !== undefined && (scale.worse === 'higher' ? value >= found.limit : value <= found.limit);
  const recovered = found !== undefined && isIll(earlier) && !isIll(later);
  return { code: recovered ? 'recovered' : 'improved', basis, source };
}
