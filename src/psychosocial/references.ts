/** A score beside groups of other people. A difference is no diagnosis; what nobody published is not computed. */

import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { Group, Reference, Scale } from '../forms/scale.ts';
import { smallestRealChange } from './change.ts';
import { changeSource, domainCodes, isRuled, type Occasion } from './findings.ts';
import type { ScaleScore } from './scaleScore.ts';

/** Where a score stands in one group. */
export interface Standing {
  group: Group;
  reference: Reference;
  /** Score minus the mean of the group, in the unit of the scale. */
  difference: number;
  /** The same in standard deviations of the group, where its source states one. */
  deviations?: number;
  /** The highest published limit that the score reaches, and the share of the group that reaches it. */
  reached?: { from: number; percent: number };
}

const groupNames: Record<Group, string> = {
  'general-population': 'people at large',
  'pain-clinic': 'people of pain clinics',
  'primary-care': 'people in primary care',
  clinical: 'people with the illness',
};

/** All verified groups of a scale that have a mean, in the order of the file. */
export function standingsOf({ references }: Scale, value: number): Standing[] {
  return references.flatMap((reference): Standing[] => {
    const { group, mean, sd, verified, reaching } = reference;
    if (!verified || group === undefined || mean === undefined) return [];
    const reached = reaching.filter(({ from }) => value >= from).sort((a, b) => b.from - a.from)[0];
    return [
      {
        group,
        reference,
        difference: value - mean,
        ...(sd === undefined ? {} : { deviations: (value - mean) / sd }),
        ...(reached ? { reached } : {}),
      },
    ];
  });
}

/**
 * One finding a group: the difference to its mean, with the interval of the person's own score (1.96 SEM) where its noise
 * is published. No centile is made from mean and SD: most of these scores are skewed, and a normal curve would be wrong.
 */
export function standingFindings(score: ScaleScore, { shared, facts, ofFacts }: Occasion): FindingDraft[] {
  const { scale, value } = score;
  if (value === undefined || !isRuled(score)) return [];
  const noise = smallestRealChange(scale);
  return standingsOf(scale, value).map(({ group, reference, difference, deviations, reached }) => ({
    ...shared,
    measure: measure(`${scale.code}.beside-${group}`, `${scale.display}, beside ${groupNames[group]}`),
    codes: domainCodes(scale.domain),
    value: { type: 'quantity', value: difference, unit: scale.unit },
    ...(noise
      ? {
          uncertainty: {
            type: 'interval' as const,
            low: difference - 1.96 * noise.standardError,
            high: difference + 1.96 * noise.standardError,
            level: 0.95,
            source: `error of the person's own score: ${changeSource(scale)}`,
          },
        }
      : {}),
    norm: {
      norm: `${scale.code}/${group}`,
      display: `${reference.statement}${reached ? `; the score reaches ${reached.from}, as ${reached.percent} % of them do` : ''}`,
      source: reference.source,
      ...(deviations === undefined ? {} : { z: deviations }),
    },
    issues: ofFacts,
    derivedFrom: facts.map(({ id }) => id),
  }));
}

/** Measure codes that `standingFindings` can make. */
export function standingMeasures({ code, references }: Scale): string[] {
  return references.flatMap(({ group, mean, verified }) =>
    verified && group !== undefined && mean !== undefined ? [`${code}.beside-${group}`] : [],
  );
}
