import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import type { GeneDefinition } from './definition.ts';
import type { Observation } from './observe.ts';

/** What the dossier says of the person's sex; undefined when it says nothing or several things. */
export type KnownSex = 'female' | 'male' | undefined;

/**
 * Settles how many X chromosomes a call of an X-linked gene speaks of. A man has one: his homozygous diploid calls are
 * that one, and his heterozygous ones are unknown, with a warning. Where some positions were called on one chromosome and
 * others on two, and the sex does not decide, the single ones are unknown. Other genes pass unchanged.
 */
export function settlePloidy(
  definition: GeneDefinition,
  observations: readonly Observation[],
  sex: KnownSex,
): { observations: readonly Observation[]; issues: Issue[] } {
  if (definition.chromosome !== 'X') return { observations, issues: [] };
  const called = observations.filter((one) => one.state === 'called');
  const single = called.filter(({ haploid }) => haploid);
  if (called.length === 0) return { observations, issues: [] };
  if (sex === 'male') return oneChromosome(definition, observations);
  const issues: Issue[] = [];
  if (sex === 'female' && single.length > 0) {
    issues.push(
      issue(
        'warning',
        'sex-genotype-mismatch',
        `${definition.gene} was called on one X chromosome in ${single.length} positions, the record says female.`,
        { remedy: 'Check that the genome is of this person, and how the caller treats the X chromosome.' },
      ),
    );
  }
  if (single.length === called.length) return { observations, issues };
  if (sex === undefined && called.every(({ alleles }) => alleles[0] === alleles[1])) {
    issues.push(
      issue(
        'info',
        'sex-unknown',
        `The sex is not known and ${definition.gene} lies on X: two equal copies, or one of a man called as two.`,
      ),
    );
  }
  return {
    observations: observations.map((one) =>
      one.state === 'called' && one.haploid
        ? { state: 'no-call', why: 'called on one chromosome, others on two', lines: one.lines }
        : one,
    ),
    issues,
  };
}

function oneChromosome(
  definition: GeneDefinition,
  observations: readonly Observation[],
): { observations: readonly Observation[]; issues: Issue[] } {
  let contradictions = 0;
  const settled = observations.map((one): Observation => {
    if (one.state !== 'called') return one;
    if (one.alleles[0] === one.alleles[1]) return { ...one, haploid: true, block: undefined };
    contradictions += 1;
    return { state: 'no-call', why: 'heterozygous on X, the record says male', lines: one.lines };
  });
  if (contradictions === 0) return { observations: settled, issues: [] };
  const found = issue(
    'error',
    'sex-genotype-mismatch',
    `${definition.gene} is heterozygous in ${contradictions} positions on X, the record says male.`,
    { remedy: 'Check that the genome is of this person; a second X chromosome needs a karyotype.' },
  );
  return { observations: settled, issues: [found] };
}
