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

/** Enzymes of which no guideline says what inhibitors and inducers make of a genotype: what follows is inference. */
export const inferredEnzymes = ['CYP2C19', 'CYP2C9', 'CYP2B6', 'CYP3A4', 'CYP1A2'] as const;

/** From least to most activity; `likely` phenotypes stand with the plain ones. Only two genes have a fast end. */
const ladder: readonly Phenotype[] = [
  'poor-metabolizer',
  'intermediate-metabolizer',
  'normal-metabolizer',
  'rapid-metabolizer',
  'ultrarapid-metabolizer',
];
const stepOf = (phenotype: Phenotype) => ladder.indexOf(phenotype.replace(/^(likely|possible)-/, '') as Phenotype);
const fastest = (gene: string) => (gene === 'CYP2C19' || gene === 'CYP2B6' ? ladder.length - 1 : 2);

/**
 * Inference, not guideline: a strong inhibitor leaves a poor metabolizer, a moderate one takes one step down the ladder;
 * a strong or moderate inducer takes one step up, but gives nothing to whom the enzyme is missing. Weak ones change
 * nothing. What is indeterminate stays so, except under a strong inhibitor.
 */
export function inferPhenotype(
  gene: string,
  phenotype: Phenotype,
  effect: { inhibitor?: InhibitorStrength; inducer?: InhibitorStrength },
): Phenotype {
  if (effect.inhibitor === 'strong') return 'poor-metabolizer';
  const step = stepOf(phenotype);
  if (step < 0) return phenotype;
  if (effect.inhibitor === 'moderate') return ladder[Math.max(0, step - 1)]!;
  if (effect.inducer === 'strong' || effect.inducer === 'moderate') {
    return step === 0 ? phenotype : ladder[Math.min(fastest(gene), step + 1)]!;
  }
  return phenotype;
}
