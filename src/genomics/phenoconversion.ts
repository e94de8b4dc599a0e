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
