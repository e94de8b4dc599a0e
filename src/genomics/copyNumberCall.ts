import { issue } from '../dossier/issue.ts';
import type { GeneCall } from './call.ts';
import type { CopyNumber } from './copyNumber.ts';
import { standingsUnderUnknownCopies } from './cyp2d6.ts';
import type { GeneDefinition } from './definition.ts';
import type { Diplotype } from './match.ts';
import {
  type AlleleFunctions,
  bandsOf,
  distinctStandings,
  functionOf,
  hasActivityScore,
  type PhenotypeRules,
  phenotypeOfFunctions,
  phenotypeOfScore,
  type Standing,
} from './phenotype.ts';

/**
 * A call of small variants, narrowed to the numbers of copies that structural variants leave. Where the two contradict
 * each other (one copy and a heterozygous genotype) the call keeps all numbers and says so. In other genes than CYP2D6 a
 * deleted copy counts as an allele without function; more copies than two are not interpreted. Pure.
 */
export function narrowedByCopies(
  call: GeneCall,
  definition: GeneDefinition,
  found: CopyNumber,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): GeneCall {
  const withIssues = { ...call, issues: [...call.issues, ...found.issues] };
  const { copies } = found;
  if (copies === undefined || definition.chromosome === 'X') return withIssues;
  const place = found.lines.map((line) => `line ${line}`).join(', ');
  const words = `${copies.map((number) => (number === 4 ? '4 or more' : number)).join(' or ')} ${copies.length === 1 && copies[0] === 1 ? 'copy' : 'copies'}`;
  const { match, gene } = call;
  if (match.heterozygous && copies.every((number) => number < 2)) {
    const message = `The file states ${words} of ${gene} and shows two different alleles: one of them is wrong.`;
    const remedy = 'Ask the laboratory which holds; a copy-number assay can settle it.';
    withIssues.issues.push(issue('error', 'copy-number-conflict', message, { place, remedy }));
    return withIssues;
  }
  if (gene !== 'CYP2D6' && copies.every((number) => number === 2)) return withIssues;
  const told = issue('info', 'copy-number-used', `The file states ${words} of ${gene}.`, { place });
  if (gene === 'CYP2D6') return ofCyp2d6(withIssues, definition, copies, functions, rules, told);
  if (match.state === 'called' && copies.length === 1 && copies[0]! < 2) {
    return withDeletion(withIssues, copies[0]!, functions, rules, told);
  }
  const message = `The file states ${words} of ${gene}; what that means is not defined, nothing is concluded.`;
  const trouble = issue('error', 'copy-number-not-interpreted', message, { place });
  const unknown: Standing = { ...(hasActivityScore(gene) ? { score: null } : {}), phenotype: 'indeterminate' };
  return { ...withIssues, called: [unknown], possible: [unknown], issues: [...withIssues.issues, trouble] };
}

function ofCyp2d6(
  call: GeneCall,
  definition: GeneDefinition,
  copies: readonly number[],
  functions: AlleleFunctions,
  rules: PhenotypeRules,
  told: GeneCall['issues'][number],
): GeneCall {
  const { match } = call;
  const issues = [...call.issues.filter(({ code }) => code !== 'cyp2d6-snv-only'), told, stillOpen];
  if (copies.every((number) => number === 0)) {
    const none: Standing = { score: 0, phenotype: phenotypeOfScore(0, rules.scoreBandsCYP2D6) };
    const top = [{ first: '*5', second: '*5', score: 0 }];
    const gone = { ...match, state: 'called' as const, top, otherPhase: [], hiddenCommon: [], hiddenRare: [] };
    return { ...call, match: gone, called: [none], possible: [none], issues };
  }
  if (match.state !== 'called') return { ...call, issues };
  const standings = (pairs: readonly Pick<Diplotype, 'first' | 'second'>[]) =>
    distinctStandings(
      pairs.flatMap((pair) =>
        standingsUnderUnknownCopies(pair, match.heterozygous, definition, functions, rules, copies),
      ),
    );
  const top = match.top.flatMap((pair) => copies.flatMap((number) => inCopies(pair, number)));
  return {
    ...call,
    match: { ...match, top: distinctPairs(top) },
    called: standings(match.top),
    possible: standings([...match.top, ...match.otherPhase, ...match.hiddenCommon]),
    issues,
  };
}

const stillOpen = issue(
  'warning',
  'cyp2d6-hybrids-open',
  'The number of CYP2D6 copies is known, the copies themselves are not: hybrid genes (*13, *36, *68) and which allele is repeated are not seen.',
  { remedy: 'A CYP2D6 assay that resolves hybrids narrows the set.' },
);

/** Names of a pair of SNV alleles in so many copies: one copy beside a deletion (*5), or either allele repeated. */
function inCopies(pair: Diplotype, copies: number): Diplotype[] {
  const { first, second = first } = pair;
  if (copies === 1) return first === second ? [{ ...pair, first: first === '*5' ? first : '*5', second: first }] : [];
  if (copies === 2) return [pair];
  const repeated = (name: string) => (copies >= mostNamed ? `${name}x${copies - 1}+` : `${name}x${copies - 1}`);
  return [
    { ...pair, first: repeated(first), second },
    ...(first === second ? [] : [{ ...pair, first, second: repeated(second) }]),
  ];
}

/** From here on a number stands for itself or more. */
const mostNamed = 4;

function distinctPairs(pairs: readonly Diplotype[]): Diplotype[] {
  return [...new Map(pairs.map((pair) => [`${pair.first}/${pair.second}`, pair])).values()];
}

function withDeletion(
  call: GeneCall,
  copies: number,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
  told: GeneCall['issues'][number],
): GeneCall {
  const { gene, match } = call;
  const standing = ({ first }: Pick<Diplotype, 'first'>): Standing => {
    if (hasActivityScore(gene)) {
      const value = gene === 'CYP2C9' || gene === 'DPYD' ? (functions[gene][first] ?? null) : null;
      const score = copies === 0 ? 0 : value;
      return { score, phenotype: score === null ? 'indeterminate' : phenotypeOfScore(score, bandsOf(gene, rules)) };
    }
    const words = copies === 0 ? ['no', 'no'] : [functionOf(gene, first, functions), 'no'];
    return { phenotype: phenotypeOfFunctions(gene, words, rules) };
  };
  const deleted = ({ first, ...pair }: Diplotype): Diplotype => ({
    ...pair,
    first: copies === 0 ? 'deletion' : first,
    second: 'deletion',
  });
  const all = [...match.top, ...match.otherPhase, ...match.hiddenCommon];
  const hasAny = call.possible.length > 0;
  return {
    ...call,
    match: { ...match, top: distinctPairs(match.top.map(deleted)) },
    called: hasAny ? distinctStandings(match.top.map(standing)) : [],
    possible: hasAny ? distinctStandings(all.map(standing)) : [],
    issues: [...call.issues, told],
  };
}
