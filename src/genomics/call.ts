import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import { standingsUnderUnknownCopies } from './cyp2d6.ts';
import type { GeneDefinition } from './definition.ts';
import { type Diplotype, type Match, matchDiplotypes } from './match.ts';
import type { Observation } from './observe.ts';
import {
  type AlleleFunctions,
  distinctStandings,
  type PhenotypeRules,
  phenotypes,
  type Standing,
  standingOf,
} from './phenotype.ts';

export const calledGenes = ['CYP2C19', 'CYP2C9', 'CYP2D6'] as const;
export type CalledGene = (typeof calledGenes)[number];

/** Beyond this many equal calls a list helps nobody. */
export const listedDiplotypes = 24;

export interface GeneCall {
  gene: CalledGene;
  match: Match;
  /** Of the top pairs alone: what a peer would report. */
  called: Standing[];
  /** Of the top pairs, of pairs in another phase and of common alleles that the observed positions do not exclude. */
  possible: Standing[];
  issues: Issue[];
}

/** Names the alleles of one gene and all that they may mean. Pure. */
export function callGene(
  gene: CalledGene,
  definition: GeneDefinition,
  observations: readonly Observation[],
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): GeneCall {
  const match = matchDiplotypes(definition, observations);
  const standings = (pairs: readonly Diplotype[]) =>
    distinctStandings(
      pairs.flatMap((pair) =>
        gene === 'CYP2D6'
          ? standingsUnderUnknownCopies(pair, match.heterozygous, definition, functions, rules)
          : [standingOf(gene, pair, functions, rules)],
      ),
    );
  const called = standings(match.top);
  const possible =
    match.state === 'called' ? standings([...match.top, ...match.otherPhase, ...match.hiddenCommon]) : [];
  const beyond = match.state === 'called' ? standings(match.hiddenRare) : [];
  return { gene, match, called, possible, issues: issuesOf(gene, definition, observations, match, possible, beyond) };
}

export const pairName = ({ first, second }: Pick<Diplotype, 'first' | 'second'>) => `${first}/${second}`;

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
        `${gene} was named by the ${definition.source}: ${definition.alleles.length} alleles${left.length > 0 ? `, without ${left.join(', ')}` : ''}.`,
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
  if (match.top.length > 1) {
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
