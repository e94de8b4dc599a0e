import type { GeneDefinition, NamedAllele } from './definition.ts';
import { blocksOf, compareAlleles, type Diplotype, inOrder, pairName } from './match.ts';
import type { Observation } from './observe.ts';

/** More heterozygous blocks than this are not laid out: 2^9 arrangements. */
const laidOutBlocks = 10;

type Called = { i: number; alleles: readonly [string, string]; block: string | undefined };

/**
 * Research only: pairs in which one chromosome may carry several alleles (`[*2 + *5]`) or variants that no allele has
 * alone (`g.18143724C>T`). For a gene of which no pair fits (PharmCAT, "combinations and partial alleles"). Nothing is
 * known of the function of such a chromosome. Empty where too much is unphased.
 */
export function matchCombinations(definition: GeneDefinition, observations: readonly Observation[]): Diplotype[] {
  const called: Called[] = observations.flatMap((one, i) =>
    one.state === 'called' ? [{ i, alleles: one.alleles, block: one.block }] : [],
  );
  const hets = called.filter(({ alleles }) => alleles[0] !== alleles[1]);
  const blocks = blocksOf(hets);
  if (called.length === 0 || blocks.length > laidOutBlocks) return [];
  const pairs = new Map<string, Diplotype>();
  for (let turned = 0; turned < 2 ** Math.max(0, blocks.length - 1); turned++) {
    // Bit k - 1 turns block k; the first stays, because the chromosomes have no names.
    const crossed = new Set(blocks.flatMap((block, k) => (k > 0 && (turned >> (k - 1)) & 1 ? block : [])));
    const positions = new Set([...crossed].map((k) => hets[k]!.i));
    const chromosome = (strand: 0 | 1) =>
      namesOf(
        definition,
        new Map(called.map(({ i, alleles }) => [i, alleles[positions.has(i) ? (strand === 0 ? 1 : 0) : strand]])),
      );
    for (const a of chromosome(0)) {
      for (const b of chromosome(1)) {
        const [first, second] = inOrder(a, b);
        pairs.set(pairName({ first, second }), { first, second, score: 0 });
      }
    }
  }
  return [...pairs.values()];
}

/** The ways to name one chromosome. */
function namesOf(definition: GeneDefinition, letters: ReadonlyMap<number, string>): string[] {
  const usual = (i: number) => definition.positions[i]!.ref.GRCh38!;
  const carried = definition.alleles.filter((allele) => {
    // A name with `+` is a combination itself.
    if (allele.name === definition.reference || allele.name.includes('+')) return false;
    const core = coreOf(allele);
    return core.length > 0 && core.every((i) => letters.has(i) && allele.accepted[i]!.includes(letters.get(i)!));
  });
  const combinations = carried.length === 0 ? [[]] : compatible(carried);
  return combinations.map((alleles) => {
    const explained = new Set(alleles.flatMap(coreOf));
    const partial = [...letters].flatMap(([i, letter]) =>
      letter === usual(i) || explained.has(i) ? [] : [`g.${definition.positions[i]!.pos.GRCh38}${usual(i)}>${letter}`],
    );
    const names = [...alleles.map(({ name }) => name).sort(compareAlleles), ...partial];
    if (names.length === 0) return definition.reference;
    return names.length === 1 ? names[0]! : `[${names.join(' + ')}]`;
  });
}

const coreOf = (allele: NamedAllele): readonly number[] => allele.statedAt;

/** Groups of alleles that share no position, the longest first; one contained in a longer one starts no group. */
function compatible(alleles: readonly NamedAllele[]): NamedAllele[][] {
  const longestFirst = [...alleles].sort(
    (a, b) => coreOf(b).length - coreOf(a).length || compareAlleles(a.name, b.name),
  );
  const groups: NamedAllele[][] = [];
  for (const allele of longestFirst) {
    const core = new Set(coreOf(allele));
    let placed = false;
    let contained = false;
    for (const group of groups) {
      const rivals = group.filter((other) => coreOf(other).some((i) => core.has(i)));
      if (rivals.length === 0) {
        group.push(allele);
        placed = true;
      } else if (rivals.some((other) => coreOf(other).length !== core.size)) contained = true;
    }
    if (!placed && !contained) groups.push([allele]);
  }
  return groups;
}
