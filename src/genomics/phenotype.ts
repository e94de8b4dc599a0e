import { z } from 'zod';
import type { Diplotype } from './match.ts';

/** Phenotypes of enzymes that break drugs down. */
export const metabolizerPhenotypes = {
  'poor-metabolizer': 'Poor Metabolizer',
  'likely-poor-metabolizer': 'Likely Poor Metabolizer',
  'intermediate-metabolizer': 'Intermediate Metabolizer',
  'likely-intermediate-metabolizer': 'Likely Intermediate Metabolizer',
  'normal-metabolizer': 'Normal Metabolizer',
  'rapid-metabolizer': 'Rapid Metabolizer',
  'ultrarapid-metabolizer': 'Ultrarapid Metabolizer',
  indeterminate: 'Indeterminate',
} as const;

/** CPIC's words for every gene, keyed by our codes, the most limiting first within a kind. */
export const phenotypes = {
  ...metabolizerPhenotypes,
  'possible-intermediate-metabolizer': 'Possible Intermediate Metabolizer',
  'poor-function': 'Poor Function',
  'decreased-function': 'Decreased Function',
  'possible-decreased-function': 'Possible Decreased Function',
  'normal-function': 'Normal Function',
  'increased-function': 'Increased Function',
  'deficient-with-cnsha': 'Deficient with CNSHA',
  deficient: 'Deficient',
  'variable-activity': 'Variable',
  'normal-activity': 'Normal',
  'malignant-hyperthermia-susceptibility': 'Malignant Hyperthermia Susceptibility',
  'uncertain-susceptibility': 'Uncertain Susceptibility',
  'ivacaftor-responsive': 'ivacaftor responsive in CF patients',
  'ivacaftor-non-responsive': 'ivacaftor non-responsive in CF patients',
  'vkorc1-1639-aa': '-1639 AA',
  'vkorc1-1639-ag': '-1639 AG',
  'vkorc1-1639-gg': '-1639 GG',
} as const;
export type Phenotype = keyof typeof phenotypes;
const PhenotypeCode = z.enum(Object.keys(phenotypes) as [Phenotype, ...Phenotype[]]);

const Band = z.union([
  z.object({ upTo: z.number().nullable(), phenotype: PhenotypeCode }),
  z.object({ below: z.number(), phenotype: PhenotypeCode }),
]);
export type Band = z.infer<typeof Band>;

export const PhenotypeRules = z.object({
  /** Gene -> `decreased | normal` (order of the alphabet; one word for a single chromosome) -> phenotype. */
  functionPairs: z.record(z.string(), z.record(z.string(), PhenotypeCode)),
  scoreBandsCYP2D6: z.array(Band),
  scoreBandsCYP2C9: z.array(Band),
  scoreBandsDPYD: z.array(Band),
});
export type PhenotypeRules = z.infer<typeof PhenotypeRules>;

const Words = z.record(z.string(), z.string());
const Values = z.record(z.string(), z.number().nullable());

/** Gene -> allele -> function word, or value of one copy (CYP2C9, CYP2D6, DPYD; null = not assigned). */
export const AlleleFunctions = z.object({
  dates: z.record(z.string(), z.string()),
  CYP2C9: Values,
  CYP2D6: Values,
  DPYD: Values,
  ABCG2: Words,
  CACNA1S: Words,
  CFTR: Words,
  CYP2B6: Words,
  CYP2C19: Words,
  CYP3A4: Words,
  CYP3A5: Words,
  G6PD: Words,
  IFNL3: Words,
  NAT2: Words,
  NUDT15: Words,
  RYR1: Words,
  SLCO1B1: Words,
  TPMT: Words,
  UGT1A1: Words,
  VKORC1: Words,
});
export type AlleleFunctions = z.infer<typeof AlleleFunctions>;

const scoredGenes = ['CYP2C9', 'CYP2D6', 'DPYD'] as const;
type ScoredGene = (typeof scoredGenes)[number];
const isScored = (gene: string): gene is ScoredGene => (scoredGenes as readonly string[]).includes(gene);

/** True for genes of which alleles have activity values that add up. */
export const hasActivityScore = (gene: string): boolean => isScored(gene);

/** False where CPIC has no phenotype and the genotype itself is what guidance looks at (IFNL3, CYP4F2). */
export function hasPhenotype(gene: string, rules: PhenotypeRules): boolean {
  return isScored(gene) || gene in rules.functionPairs;
}

/** One thing that the gene may be: a score where the gene has scores (`null`: not assigned), and its phenotype. */
export interface Standing {
  score?: number | null;
  phenotype: Phenotype;
}

/**
 * Phenotype of an activity score. Bands are intervals, so scores that halving makes (0.125, 1.125) have a place
 * (CPIC opioids 2021, PMID 33387367; CYP2C9: PMID 32189324; DPYD: PMID 29152729). Throws `RangeError` for a negative score.
 */
export function phenotypeOfScore(score: number, bands: readonly Band[]): Phenotype {
  if (!(score >= 0)) throw new RangeError(`an activity score cannot be ${score}`);
  for (const band of bands) {
    if ('below' in band ? score < band.below : band.upTo === null || score <= band.upTo) return band.phenotype;
  }
  return 'indeterminate';
}

export function bandsOf(gene: string, rules: PhenotypeRules): readonly Band[] {
  return gene === 'CYP2D6' ? rules.scoreBandsCYP2D6 : gene === 'DPYD' ? rules.scoreBandsDPYD : rules.scoreBandsCYP2C9;
}

/** Function word of an allele; a name that the table does not have is of uncertain function. */
export function functionOf(gene: string, allele: string, functions: AlleleFunctions): string {
  const table = (functions as Record<string, unknown>)[gene] as Record<string, string> | undefined;
  return table?.[allele] ?? 'uncertain';
}

/** Value of one copy of an allele; null where none is assigned or the gene has no values. */
export function activityValueOf(gene: string, allele: string, functions: AlleleFunctions): number | null {
  return isScored(gene) ? (functions[gene][allele] ?? null) : null;
}

/**
 * Phenotype of the functions of both alleles, in any order; of one function for a single chromosome. A pair that CPIC
 * does not list is indeterminate; where one associated allele decides (malignant hyperthermia), it also decides beside
 * an allele of uncertain function, and without one nothing says `normal`.
 */
export function phenotypeOfFunctions(gene: string, words: readonly string[], rules: PhenotypeRules): Phenotype {
  const pairs = rules.functionPairs[gene] ?? {};
  return pairs[[...words].sort().join(' | ')] ?? 'indeterminate';
}

/** Scores added, or functions looked up. CYP2D6 has its own file: copies are unknown there. `second` is missing on a single chromosome. */
export function standingOf(
  gene: string,
  { first, second }: Pick<Diplotype, 'first' | 'second'>,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): Standing {
  const alleles = second === undefined ? [first] : [first, second];
  if (isScored(gene)) {
    const values = alleles.map((allele) => activityValueOf(gene, allele, functions));
    if (values.includes(null)) return { score: null, phenotype: 'indeterminate' };
    const score = values.reduce<number>((sum, value) => sum + value!, 0);
    return { score, phenotype: phenotypeOfScore(score, bandsOf(gene, rules)) };
  }
  return {
    phenotype: phenotypeOfFunctions(
      gene,
      alleles.map((allele) => functionOf(gene, allele, functions)),
      rules,
    ),
  };
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
