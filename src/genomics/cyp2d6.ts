import type { GeneDefinition } from './definition.ts';
import type { Diplotype } from './match.ts';
import { type AlleleFunctions, type PhenotypeRules, phenotypeOfScore, type Standing } from './phenotype.ts';

/**
 * 100C>T (rs1065852), GRCh38: on \*10 and on the non-functional hybrid \*36, which differ in an exon 9 that short reads
 * often cannot place. A copy that shows it may be the hybrid.
 */
const hybridMark = 42130692;

/** Copies of the first and the second allele that a list of small variants cannot tell apart. 3 stands for "3 or more". */
const twoAlleles = [
  [1, 1],
  [2, 1],
  [1, 2],
  [3, 1],
  [1, 3],
] as const;
/** Where nothing is heterozygous one copy may be deleted (\*5, or a \*13 hybrid in its place). */
const oneAllele = [1, 2, 3, 4] as const;

/**
 * All activity scores that a CYP2D6 call from small variants leaves open: deletion, one to three or more copies of
 * either allele, and a hybrid behind a \*10-like copy. Never one score: GeT-RM NA18861 is \*5/\*29 and shows \*29/\*29.
 * Activity values are CPIC's; copies multiply (\*1x2 = 2). At most one chromosome carries more than one copy.
 * `copies`: the total numbers that are possible, where something else than small variants tells.
 */
export function standingsUnderUnknownCopies(
  pair: Pick<Diplotype, 'first' | 'second'>,
  heterozygous: boolean,
  definition: GeneDefinition,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
  copies?: readonly number[],
): Standing[] {
  const standings: Standing[] = [];
  for (const a of copyValues(pair.first, definition, functions)) {
    for (const b of copyValues(pair.second ?? pair.first, definition, functions)) {
      const totals = heterozygous
        ? twoAlleles
        : [...oneAllele.map((n) => [n, 0] as const), ...oneAllele.map((n) => [0, n] as const), ...twoAlleles];
      const open = totals.filter(([copiesA, copiesB]) => copies?.includes(copiesA + copiesB) ?? true);
      for (const [copiesA, copiesB] of open) standings.push(standing(a, copiesA, b, copiesB, rules));
    }
  }
  return standings;
}

/** What one copy may be worth: its own value, and 0 where it may be the hybrid. */
export function copyValues(allele: string, definition: GeneDefinition, functions: AlleleFunctions): (number | null)[] {
  const value = functions.CYP2D6[allele] ?? null;
  return mayBeHybrid(definition).has(allele) ? [value, 0] : [value];
}

const hybrids = new WeakMap<GeneDefinition, ReadonlySet<string>>();

/** Alleles with the mark, looked up once in a definition. */
function mayBeHybrid(definition: GeneDefinition): ReadonlySet<string> {
  const known = hybrids.get(definition);
  if (known) return known;
  const at = definition.positions.findIndex((position) => position.pos.GRCh38 === hybridMark);
  const names = new Set<string>();
  const marked = new Set<string>();
  for (const { name, stated } of definition.alleles) {
    // Of alleles that share a name the first one speaks.
    if (!names.has(name) && stated[at]?.join() === 'A') marked.add(name);
    names.add(name);
  }
  hybrids.set(definition, marked);
  return marked;
}

function standing(
  a: number | null,
  copiesA: number,
  b: number | null,
  copiesB: number,
  rules: PhenotypeRules,
): Standing {
  const unknown = (copiesA > 0 && a === null) || (copiesB > 0 && b === null);
  if (unknown) return { score: null, phenotype: 'indeterminate' };
  const score = (a ?? 0) * copiesA + (b ?? 0) * copiesB;
  return { score, phenotype: phenotypeOfScore(score, rules.scoreBandsCYP2D6) };
}
