import { z } from 'zod';
import { KnowledgeHeader } from '../knowledge/load.ts';
import type { Diplotype, Match } from './match.ts';
import { pairName } from './match.ts';

/**
 * Allele frequencies of one named population, as a site loads them: a knowledge header, the population, and for each
 * gene the share of chromosomes that carry each allele. Alleles not listed have no frequency, and nothing is assumed.
 */
export const AlleleFrequencies = KnowledgeHeader.extend({
  population: z.string().min(1),
  genes: z.record(z.string(), z.record(z.string(), z.number().min(0).max(1))),
}).superRefine(({ genes }, context) => {
  for (const [gene, alleles] of Object.entries(genes)) {
    const total = Object.values(alleles).reduce((sum, share) => sum + share, 0);
    // Rounded shares may overshoot by a little; more is not a table of shares.
    if (total > 1.01) context.addIssue({ code: 'custom', message: `${gene}: shares add up to ${total.toFixed(3)}` });
  }
});
export type AlleleFrequencies = z.infer<typeof AlleleFrequencies>;

/**
 * Share of each pair among all pairs that explain the genotypes: 2 f(a) f(b), f(a)^2 for two equal ones (Hardy-Weinberg).
 * Undefined when a pair of them has an allele without a frequency: a posterior that leaves candidates out would mislead.
 */
export function posteriors(
  gene: string,
  match: Match,
  frequencies: AlleleFrequencies,
): ReadonlyMap<string, number> | undefined {
  const table = frequencies.genes[gene];
  if (!table || match.state !== 'called' || match.limiting) return undefined;
  const candidates = [...match.top, ...match.otherPhase, ...match.hiddenCommon, ...match.hiddenRare];
  const priors = candidates.map((pair) => prior(pair, table));
  if (priors.includes(undefined)) return undefined;
  const total = priors.reduce<number>((sum, one) => sum + one!, 0);
  if (total === 0) return undefined;
  return new Map(candidates.map((pair, i) => [pairName(pair), priors[i]! / total]));
}

function prior({ first, second }: Diplotype, table: Record<string, number>): number | undefined {
  const a = table[first];
  if (second === undefined) return a;
  const b = table[second];
  if (a === undefined || b === undefined) return undefined;
  return first === second ? a * a : 2 * a * b;
}
