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
 * Share of each pair among the pairs that explain the genotypes: 2 f(a) f(b), f(a)^2 for two equal ones (Hardy-Weinberg).
 * Undefined when a pair of the set has an allele without a frequency: weights that leave candidates out would mislead.
 * Rare alleles in unknown positions are weighed as far as they have a frequency; `without` counts the others.
 */
export function posteriors(
  gene: string,
  match: Match,
  frequencies: AlleleFrequencies,
): { weights: ReadonlyMap<string, number>; without: number } | undefined {
  const table = frequencies.genes[gene];
  if (!table || match.state !== 'called' || match.limiting || match.combined) return undefined;
  const set = [...match.top, ...match.otherPhase, ...match.hiddenCommon];
  if (set.some((pair) => prior(pair, table) === undefined)) return undefined;
  const rare = match.hiddenRare.filter((pair) => prior(pair, table) !== undefined);
  const candidates = [...set, ...rare];
  const total = candidates.reduce((sum, pair) => sum + prior(pair, table)!, 0);
  if (total === 0) return undefined;
  return {
    weights: new Map(candidates.map((pair) => [pairName(pair), prior(pair, table)! / total])),
    without: match.hiddenRare.length - rare.length,
  };
}

function prior({ first, second }: Diplotype, table: Record<string, number>): number | undefined {
  const a = table[first];
  if (second === undefined) return a;
  const b = table[second];
  if (a === undefined || b === undefined) return undefined;
  return first === second ? a * a : 2 * a * b;
}
