import { z } from 'zod';
import type { Diplotype } from './match.ts';

export const phenotypes = {
  'poor-metabolizer': 'Poor Metabolizer',
  'likely-poor-metabolizer': 'Likely Poor Metabolizer',
  'intermediate-metabolizer': 'Intermediate Metabolizer',
  'likely-intermediate-metabolizer': 'Likely Intermediate Metabolizer',
  'normal-metabolizer': 'Normal Metabolizer',
  'rapid-metabolizer': 'Rapid Metabolizer',
  'ultrarapid-metabolizer': 'Ultrarapid Metabolizer',
  indeterminate: 'Indeterminate',
} as const;
export type Phenotype = keyof typeof phenotypes;
const PhenotypeCode = z.enum(Object.keys(phenotypes) as [Phenotype, ...Phenotype[]]);

const Band = z.union([
  z.object({ upTo: z.number().nullable(), phenotype: PhenotypeCode }),
  z.object({ below: z.number(), phenotype: PhenotypeCode }),
]);
export type Band = z.infer<typeof Band>;

export const PhenotypeRules = z.object({
  functionPairs: z.record(z.string(), PhenotypeCode),
  scoreBandsCYP2D6: z.array(Band),
  scoreBandsCYP2C9: z.array(Band),
});
export type PhenotypeRules = z.infer<typeof PhenotypeRules>;

export const AlleleFunctions = z.object({
  dates: z.record(z.string(), z.string()),
  CYP2C19: z.record(z.string(), z.string()),
  CYP2C9: z.record(z.string(), z.number().nullable()),
  CYP2D6: z.record(z.string(), z.number().nullable()),
});
export type AlleleFunctions = z.infer<typeof AlleleFunctions>;

/** One thing that the gene may be: a score where the gene has scores (`null`: not assigned), and its phenotype. */
export interface Standing {
  score?: number | null;
  phenotype: Phenotype;
}

/**
 * Phenotype of an activity score. Bands are intervals, so scores that halving makes (0.125, 1.125) have a place
 * (CPIC opioids 2021, PMID 33387367; CYP2C9: PMID 32189324). Throws `RangeError` for a negative score.
 */
export function phenotypeOfScore(score: number, bands: readonly Band[]): Phenotype {
  if (!(score >= 0)) throw new RangeError(`an activity score cannot be ${score}`);
  for (const band of bands) {
    if ('below' in band ? score < band.below : band.upTo === null || score <= band.upTo) return band.phenotype;
  }
  return 'indeterminate';
}

/** Phenotype of two clinical functions (CYP2C19), in any order. An allele without an assigned function is uncertain. */
export function phenotypeOfFunctions(a: string | undefined, b: string | undefined, rules: PhenotypeRules): Phenotype {
  const pair = [a ?? 'uncertain', b ?? 'uncertain'].sort().join(' | ');
  return rules.functionPairs[pair] ?? 'indeterminate';
}

/** CYP2C9: both activity values added; CYP2C19: both functions. CYP2D6 has its own file: copies are unknown there. */
export function standingOf(
  gene: 'CYP2C19' | 'CYP2C9',
  { first, second }: Pick<Diplotype, 'first' | 'second'>,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): Standing {
  if (gene === 'CYP2C19') {
    return { phenotype: phenotypeOfFunctions(functions.CYP2C19[first], functions.CYP2C19[second], rules) };
  }
  const score = sum(functions.CYP2C9[first], functions.CYP2C9[second]);
  if (score === null) return { score, phenotype: 'indeterminate' };
  return { score, phenotype: phenotypeOfScore(score, rules.scoreBandsCYP2C9) };
}

export function sum(a: number | null | undefined, b: number | null | undefined): number | null {
  return typeof a === 'number' && typeof b === 'number' ? a + b : null;
}

/** Each standing once, by score then phenotype; unassigned scores last. */
export function distinctStandings(standings: readonly Standing[]): Standing[] {
  const order = Object.keys(phenotypes);
  const byKey = new Map(standings.map((standing) => [`${standing.score}|${standing.phenotype}`, standing]));
  return [...byKey.values()].sort(
    (a, b) =>
      (a.score ?? Number.MAX_VALUE) - (b.score ?? Number.MAX_VALUE) ||
      order.indexOf(a.phenotype) - order.indexOf(b.phenotype),
  );
}
