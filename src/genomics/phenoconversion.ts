import type { Band, Phenotype } from './phenotype.ts';
import { phenotypeOfScore } from './phenotype.ts';

export type InhibitorStrength = 'strong' | 'moderate' | 'weak';

/** CPIC opioid guideline 2021 (PMID 33387367): score x 0 for strong, x 0.5 for moderate inhibitors of CYP2D6. */
const multiplier: Record<InhibitorStrength, number> = { strong: 0, moderate: 0.5, weak: 1 };

export interface Converted {
  scores: number[];
  phenotypes: Phenotype[];
  multiplier: number;
  basis: 'CPIC guideline';
}

/**
 * CYP2D6 under inhibitors: each score of the set times the smallest multiplier of the drugs taken. Several moderate
 * inhibitors count once: no guideline multiplies them. Scores that become equal are one. CYP2D6 is not inducible.
 */
export function convertCyp2d6(
  scores: readonly number[],
  inhibitors: readonly InhibitorStrength[],
  bands: readonly Band[],
): Converted {
  const factor = Math.min(1, ...inhibitors.map((strength) => multiplier[strength]));
  const converted = [...new Set(scores.map((score) => score * factor))].sort((a, b) => a - b);
  const found = [...new Set(converted.map((score) => phenotypeOfScore(score, bands)))];
  return { scores: converted, phenotypes: found, multiplier: factor, basis: 'CPIC guideline' };
}

const oneStepDown: Partial<Record<Phenotype, Phenotype>> = {
  'ultrarapid-metabolizer': 'rapid-metabolizer',
  'rapid-metabolizer': 'normal-metabolizer',
  'normal-metabolizer': 'intermediate-metabolizer',
  'likely-intermediate-metabolizer': 'likely-poor-metabolizer',
  'intermediate-metabolizer': 'poor-metabolizer',
  'likely-poor-metabolizer': 'poor-metabolizer',
  'poor-metabolizer': 'poor-metabolizer',
};

/**
 * CYP2C19, CYP2C9, CYP2B6, CYP3A4: strong inhibitor -> poor, moderate -> one step down. No guideline states this; the
 * result carries the words with which it must be printed. Indeterminate stays so unless the inhibitor is strong.
 */
export function inferWithInhibitor(
  possible: readonly Phenotype[],
  strength: InhibitorStrength,
): { phenotypes: Phenotype[]; basis: 'non-guideline inference' } {
  const converted = possible.map((phenotype): Phenotype => {
    if (strength === 'strong') return 'poor-metabolizer';
    return strength === 'moderate' ? (oneStepDown[phenotype] ?? phenotype) : phenotype;
  });
  return { phenotypes: [...new Set(converted)], basis: 'non-guideline inference' };
}
