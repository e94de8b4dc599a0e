import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import { copyValues, standingsUnderUnknownCopies } from './cyp2d6.ts';
import type { GeneDefinition } from './definition.ts';
import { type AlleleFrequencies, posteriors } from './genotype-frequencies.ts';
import { type KnownSex, settlePloidy } from './genotype-ploidy.ts';
import { type Diplotype, type Match, matchDiplotypes, pairName } from './match.ts';
import { matchCombinations } from './match-combinations.ts';
import { type LinkedWarning, lowestFunctionGenes, matchLowestFunction } from './match-lowest-function.ts';
import { settleUndocumented } from './match-undocumented.ts';
import type { Observation } from './observe.ts';
import {
  type AlleleFunctions,
  activityValueOf,
  distinctStandings,
  functionOf,
  hasActivityScore,
  hasPhenotype,
  type PhenotypeRules,
  phenotypes,
  type Standing,
  standingOf,
} from './phenotype.ts';

export const calledGenes = [
  'ABCG2',
  'CACNA1S',
  'CFTR',
  'CYP2B6',
  'CYP2C19',
  'CYP2C9',
  'CYP2D6',
  'CYP3A4',
  'CYP3A5',
  'CYP4F2',
  'DPYD',
  'G6PD',
  'IFNL3',
  'NAT2',
  'NUDT15',
  'RYR1',
  'SLCO1B1',
  'TPMT',
  'UGT1A1',
  'VKORC1',
] as const;
export type CalledGene = (typeof calledGenes)[number];

export { pairName };

/** Beyond this many equal calls a list helps nobody. */
export const listedDiplotypes = 24;

export interface GeneCall {
  gene: CalledGene;
  match: Match;
  /** Where no pair fits and one position can still guide (SLCO1B1): its genotype and what it stands for. */
  fallback: { genotype: string; standIn: Pick<Diplotype, 'first' | 'second'> } | undefined;
  /** Pair name -> share among the pairs that explain the data, by the frequencies of the loaded table. */
  posterior: ReadonlyMap<string, number> | undefined;
  /** Of the top pairs alone: what a peer would report. Empty for a gene without phenotypes. */
  called: Standing[];
  /** Of the top pairs, of pairs in another phase and of common alleles that the observed positions do not exclude. */
  possible: Standing[];
  issues: Issue[];
}

/** More functions than any gene has: two of their numbers make one key. */
const functionsAtMost = 1000;

/** What may be known besides the genome. */
export interface CallExtras {
  sex?: KnownSex;
  frequencies?: AlleleFrequencies | undefined;
  /** Research: where no pair fits, put several alleles or parts of them on one chromosome. */
  combinations?: boolean;
}

/** Names the alleles of one gene and all that they may mean. Pure. */
export function callGene(
  gene: CalledGene,
  definition: GeneDefinition,
  read: readonly Observation[],
  functions: AlleleFunctions,
  rules: PhenotypeRules,
  { sex, frequencies, combinations = false }: CallExtras = {},
): GeneCall {
  const ploidy = settlePloidy(definition, read, sex);
  const lowest = lowestFunctionGenes.has(gene);
  const { observations, replaced } =
    combinations && !lowest
      ? { observations: ploidy.observations, replaced: [] }
      : settleUndocumented(definition, combinations ? halvesRead(ploidy.observations) : ploidy.observations);
  const match: Match & { warnings?: readonly LinkedWarning[] } = lowest
    ? matchLowestFunction(definition, observations, limits(gene, definition, functions))
    : combinations
      ? orCombined(matchDiplotypes(definition, observations), definition, observations)
      : matchDiplotypes(definition, observations);
  const fallback = match.state === 'no-pair-fits' && gene === 'SLCO1B1' ? slco1b1(definition, observations) : undefined;
  const standings = standingsOf(gene, match, definition, functions, rules);
  const top = fallback ? [fallback.standIn] : (match.limiting ?? match.top);
  const called = standings(top);
  const determined = match.state === 'called' || fallback !== undefined;
  const possible = determined ? standings([...top, ...match.otherPhase, ...match.hiddenCommon]) : [];
  const beyond = match.state === 'called' ? standings(match.hiddenRare) : [];
  const posterior = frequencies && posteriors(gene, match, frequencies);
  const issues = issuesOf(gene, definition, observations, match, possible, beyond);
  issues.push(...ploidy.issues, ...exceptionIssues(gene, definition, match, replaced, fallback));
  if (posterior && frequencies) {
    issues.push(
      issue(
        'info',
        'posterior-from-frequencies',
        `Weights of ${gene}: allele frequencies of ${frequencies.population} (${frequencies.title}), chromosomes independent${posterior.without > 0 ? `; ${posterior.without} pairs of rare alleles without a frequency are not weighed` : ''}.`,
      ),
    );
  }
  return { gene, match, fallback, posterior: posterior?.weights, called, possible, issues };
}

/**
 * What pairs of alleles may mean. Alleles of one function mean the same: each pair of functions is looked up once, so
 * thousands of pairs in unknown positions cost what their functions cost.
 */
function standingsOf(
  gene: CalledGene,
  match: Match,
  definition: GeneDefinition,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): (pairs: readonly Pick<Diplotype, 'first' | 'second'>[]) => Standing[] {
  if (!hasPhenotype(gene, rules)) return () => [];
  if (match.combined) {
    return () => [{ ...(hasActivityScore(gene) ? { score: null } : {}), phenotype: 'indeterminate' }];
  }
  const classes = new Map<string, number>();
  const ofAlleles = new Map<string, number>();
  /** Number of the function of an allele; 0 for no second chromosome. */
  const classOf = (allele: string | undefined): number => {
    if (allele === undefined) return 0;
    const known = ofAlleles.get(allele);
    if (known !== undefined) return known;
    const words =
      gene === 'CYP2D6'
        ? copyValues(allele, definition, functions).join(' or ')
        : String(
            hasActivityScore(gene) ? activityValueOf(gene, allele, functions) : functionOf(gene, allele, functions),
          );
    const found = classes.get(words) ?? classes.size + 1;
    classes.set(words, found);
    ofAlleles.set(allele, found);
    return found;
  };
  return (pairs) => {
    const seen = new Set<number>();
    const each: Pick<Diplotype, 'first' | 'second'>[] = [];
    for (const pair of pairs) {
      const key = classOf(pair.first) * functionsAtMost + classOf(pair.second);
      if (seen.has(key)) continue;
      seen.add(key);
      each.push(pair);
    }
    return distinctStandings(
      each.flatMap((pair) =>
        gene === 'CYP2D6'
          ? standingsUnderUnknownCopies(pair, match.heterozygous, definition, functions, rules)
          : [standingOf(gene, pair, functions, rules)],
      ),
    );
  };
}

/** Research: phased half calls of a gene of single variants are read as far as they go. */
function halvesRead(observations: readonly Observation[]): readonly Observation[] {
  return observations.map((one) =>
    one.state === 'half' && one.alleles
      ? { state: 'called', alleles: one.alleles, block: 'all', lines: one.lines }
      : one,
  );
}

function orCombined(match: Match, definition: GeneDefinition, observations: readonly Observation[]): Match {
  if (match.state !== 'no-pair-fits') return match;
  const top = matchCombinations(definition, observations);
  return top.length === 0 ? match : { ...match, state: 'called', top, combined: true };
}

/** Order of harm: the smaller the more limiting. An allele without an assigned value comes just before the reference. */
function limits(gene: string, definition: GeneDefinition, functions: AlleleFunctions): (allele: string) => number {
  return (allele) => {
    if (allele === definition.reference) return 4;
    if (gene === 'DPYD') return functions.DPYD[allele] ?? 3;
    const word = functionOf(gene, allele, functions);
    return word === 'malignant hyperthermia associated' ? 0 : word === 'normal' ? 3 : 2;
  };
}

/** rs4149056 alone decides the function of SLCO1B1 where its haplotypes do not fit (CPIC statins 2022, PMID 35152405). */
function slco1b1(definition: GeneDefinition, observations: readonly Observation[]): GeneCall['fallback'] {
  const at = definition.positions.findIndex(({ rsid }) => rsid === 'rs4149056');
  const observation = observations[at];
  if (observation?.state !== 'called') return undefined;
  const letters = [...observation.alleles].sort();
  if (letters.some((letter) => letter !== 'T' && letter !== 'C')) return undefined;
  const [second, first] = letters.map((letter) => (letter === 'C' ? '*5' : '*1')) as [string, string];
  return {
    genotype: letters.map((letter) => `rs4149056 ${letter}`).join('/'),
    standIn: { first, second },
  };
}

function exceptionIssues(
  gene: string,
  definition: GeneDefinition,
  match: Match & { warnings?: readonly LinkedWarning[] },
  replaced: readonly number[],
  fallback: GeneCall['fallback'],
): Issue[] {
  const issues: Issue[] = [];
  const places = (indices: readonly number[]) =>
    indices
      .map((i) => definition.positions[i]!.rsid ?? `${definition.chromosome}:${definition.positions[i]!.pos.GRCh38}`)
      .join(', ');
  if (replaced.length > 0) {
    issues.push(
      issue(
        'warning',
        'undocumented-as-reference',
        `${gene} shows bases that no defined allele has (${places(replaced)}). They were read as the reference; what they do is not known.`,
        { remedy: 'Look the variants up; the phenotype does not account for them.' },
      ),
    );
  }
  const unseen = definition.tier1Positions.filter((i) => match.missing.includes(i));
  if (unseen.length > 0 && match.state !== 'nothing-observed') {
    issues.push(
      issue(
        'warning',
        'tier1-position-missing',
        `${gene}: positions that every assay should cover (AMP tier 1) are unknown: ${places(unseen)}.`,
        { remedy: 'Call again with these positions written.' },
      ),
    );
  }
  if (fallback) {
    issues.push(
      issue(
        'warning',
        'slco1b1-single-position',
        `No pair of SLCO1B1 alleles fits; the function stands on rs4149056 alone (${fallback.genotype}).`,
      ),
    );
  }
  if (match.combined) {
    issues.push(
      issue(
        'warning',
        'alleles-combined',
        `No pair of ${gene} alleles fits; combinations are named for research, and nothing is known of their function.`,
      ),
    );
  }
  if (match.picked) {
    issues.push(
      issue(
        'warning',
        'unphased-priority',
        `Several pairs of ${gene} fit the unphased data; the one named is the most frequent by the definitions, the others stay in the set.`,
        { remedy: 'Phased data would tell.' },
      ),
    );
  }
  if (match.listed) {
    issues.push(
      issue(
        'warning',
        'unphased-variants',
        `${gene} shows ${match.listed.join('; ')} and the file does not say on which chromosome: all arrangements are in the set, the two most limiting apart come first.`,
        { remedy: 'Phased data would tell.' },
      ),
    );
  }
  for (const warning of match.warnings ?? []) {
    issues.push(
      warning === 'exonic-only'
        ? issue(
            'warning',
            'hapb3-exonic-only',
            'DPYD HapB3 was read from its exonic variant (rs56038477), because the causal intronic one (rs75017182) is unknown.',
            { remedy: 'Test rs75017182.' },
          )
        : issue(
            'warning',
            'hapb3-intronic-mismatch',
            'DPYD rs56038477 is there without the causal intronic variant rs75017182: not counted as HapB3.',
          ),
    );
  }
  return issues;
}

function issuesOf(
  gene: string,
  definition: GeneDefinition,
  observations: readonly Observation[],
  match: Match,
  possible: readonly Standing[],
  beyond: readonly Standing[],
): Issue[] {
  const issues: Issue[] = [];
  const fullCall = 'Call again with all positions written (gVCF, or a sites list), then import that file.';
  if (definition.reduced) {
    const left = Object.keys(definition.leftOut);
    issues.push(
      issue(
        'warning',
        'definitions-reduced',
        `${gene} was named by the ${definition.source}: ${definition.alleles.length} of ${definition.knownAlleles} alleles${left.length > 0 ? `, without ${left.join(', ')}` : ''}.`,
        {
          remedy: 'Install the pack pharmacogene-definitions for the full tables.',
        },
      ),
    );
  }
  if (definition.invisible.length > 0) {
    issues.push(
      issue(
        'info',
        'alleles-invisible',
        `Small variants cannot show ${definition.invisible.map((name) => gene + name).join(', ')}.`,
      ),
    );
  }
  if (match.state === 'nothing-observed') {
    const noCall = observations.filter((one) => one.state === 'no-call').length;
    issues.push(
      issue(
        'error',
        'gene-not-covered',
        `None of the ${observations.length} positions of ${gene} is called in the file${noCall > 0 ? ` (${noCall} are there without a usable genotype)` : ''}: not determined, not usual.`,
        { remedy: fullCall },
      ),
    );
  } else if (match.missing.length > 0) {
    const why = new Map<string, number>();
    for (const i of match.missing) {
      const observation = observations[i]!;
      const reason = observation.state === 'absent' || observation.state === 'no-call' ? observation.why : 'half call';
      why.set(reason, (why.get(reason) ?? 0) + 1);
    }
    const places = match.missing
      .slice(0, 12)
      .map((i) => definition.positions[i]!.rsid ?? String(definition.positions[i]!.pos.GRCh38));
    issues.push(
      issue(
        'warning',
        'positions-missing',
        `${match.missing.length} of ${observations.length} positions of ${gene} are unknown (${[...why].map(([reason, n]) => `${n}: ${reason}`).join('; ')}): ${places.join(', ')}${match.missing.length > places.length ? ', ...' : ''}.`,
        { remedy: fullCall },
      ),
    );
  }
  if (match.state === 'required-missing') {
    const lacking = definition.required.filter((i) => observations[i]!.state !== 'called');
    const names = lacking.map((i) => definition.positions[i]!.rsid ?? String(definition.positions[i]!.pos.GRCh38));
    issues.push(
      issue('error', 'required-position-missing', `${gene} is not named without ${names.join(', ')}.`, {
        remedy: fullCall,
      }),
    );
  }
  if (match.state === 'half-call') {
    issues.push(
      issue('error', 'half-call', `A genotype of ${gene} is known on one chromosome only: no diplotype.`, {
        place: linesOf(observations.filter((one) => one.state === 'half')),
        remedy: fullCall,
      }),
    );
  }
  if (match.state === 'no-pair-fits') {
    issues.push(
      issue(
        'error',
        'no-allele-fits',
        `No two defined alleles of ${gene} explain the genotypes: a variant or a combination that the tables do not have.`,
        {
          remedy: 'Look at the genotypes in the evidence; a long-read or clinical assay can settle it.',
        },
      ),
    );
  }
  if (match.top.length > 1 && !match.listed) {
    const many = match.top.length > listedDiplotypes ? ': too many to name one, see the phenotype' : '';
    issues.push(
      issue(
        many ? 'warning' : 'info',
        'diplotype-tie',
        `${match.top.length} pairs of alleles explain ${gene} equally well${many}.`,
      ),
    );
  }
  if (match.otherPhase.length > 0) {
    issues.push(
      issue(
        'warning',
        'diplotype-other-phase',
        `In another phase ${listed(match.otherPhase)} would explain ${gene} as well.`,
        {
          remedy: 'Phased data would tell.',
        },
      ),
    );
  }
  if (match.hiddenCommon.length > 0) {
    issues.push(
      issue(
        'warning',
        'could-also-be-common',
        `Common alleles of ${gene} are not excluded where positions are unknown: ${listed(match.hiddenCommon)}. They are in the set.`,
        { remedy: fullCall },
      ),
    );
  }
  const more = beyond.filter(
    (one) => !possible.some((known) => known.phenotype === one.phenotype && known.score === one.score),
  );
  if (more.length > 0) {
    const words = [...new Set(more.map((one) => phenotypes[one.phenotype]))].join(', ');
    issues.push(
      issue(
        'warning',
        'could-also-be',
        `Rare alleles of ${gene} in unknown positions are not excluded (${match.hiddenRare.length} pairs); with them it could also be: ${words}. They are not in the set.`,
        { remedy: fullCall },
      ),
    );
  }
  if (gene === 'CYP2D6') {
    issues.push(
      issue(
        'warning',
        'cyp2d6-snv-only',
        'CYP2D6 by small variants only: gene deletion, extra copies and hybrid genes are not seen, so a set of activity scores is given (3 copies stand for 3 or more).',
        {
          remedy: 'A copy-number-aware CYP2D6 assay narrows the set.',
        },
      ),
    );
  }
  return issues;
}

function listed(pairs: readonly Diplotype[]): string {
  const names = pairs.slice(0, 10).map(pairName).join(', ');
  return pairs.length > 10 ? `${names} and ${pairs.length - 10} more` : names;
}

function linesOf(observations: readonly Observation[]): string {
  const lines = observations.flatMap((one) => (one.state === 'absent' ? [] : one.lines));
  return lines.map((line) => `line ${line}`).join(', ');
}
