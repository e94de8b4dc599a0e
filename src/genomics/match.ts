import type { GeneDefinition, NamedAllele } from './definition.ts';
import type { Observation } from './observe.ts';

/** Two alleles that together explain the genotypes. `first` comes before `second` in the numbering. */
export interface Diplotype {
  first: string;
  /** Undefined where there is one chromosome alone (X of a man). */
  second: string | undefined;
  /** Number of stated positions of both alleles at which the sample was observed. */
  score: number;
}

export interface Match {
  /** `called`; or why there is no call. */
  state: 'called' | 'nothing-observed' | 'half-call' | 'no-pair-fits' | 'required-missing';
  /** All pairs of the highest score: the call. Where a list of priorities decided: its pick. */
  top: readonly Diplotype[];
  /** Pairs that explain the genotypes as well, every variant of theirs observed: another phase. */
  otherPhase: readonly Diplotype[];
  /** Pairs with a common (tier 1) allele that would hide in positions that were not observed. */
  hiddenCommon: readonly Diplotype[];
  /** As before with any other allele. */
  hiddenRare: readonly Diplotype[];
  /** Indices of positions that were not observed. */
  missing: readonly number[];
  /** True when two different alleles were seen anywhere: there are two copies of the gene. */
  heterozygous: boolean;
  /** True when a list of priorities, made from frequencies, chose among the pairs that unphased data allow. */
  picked?: boolean;
  /** True when alleles were combined on one chromosome (research): nothing is known of their function. */
  combined?: boolean;
  /** Unphased genes of the lowest function: what was seen, whatever its chromosome; twice where homozygous. */
  listed?: readonly string[];
  /** As `top`, each chromosome by its most limiting allele: what functions are looked up for. Absent: `top` itself. */
  limiting?: readonly Diplotype[];
}

const none = { top: [], otherPhase: [], hiddenCommon: [], hiddenRare: [] };

/** What keeps a gene from being matched at all, before any allele is looked at. Undefined: nothing does. */
export function obstacle(definition: GeneDefinition, observations: readonly Observation[]): Match['state'] | undefined {
  if (observations.some(({ state }) => state === 'half')) return 'half-call';
  if (observations.every(({ state }) => state !== 'called')) return 'nothing-observed';
  return definition.required.some((i) => observations[i]!.state !== 'called') ? 'required-missing' : undefined;
}

/**
 * Finds all pairs of named alleles that fit, position by position, instead of permuting chromosomes: n^2/2 pairs times
 * the heterozygous positions, whatever the phase. Score and ties follow PharmCAT's NamedAlleleMatcher (docs/methods,
 * "NamedAlleleMatcher 101"): one point for each stated position of an allele that was observed, where a definition allows
 * several bases only if the sample shows another than GRCh38; the highest sum is the call and ties are all reported.
 * Alleles of which no stated position was observed do not compete.
 */
export function matchDiplotypes(definition: GeneDefinition, observations: readonly Observation[]): Match {
  const missing = observations.flatMap((observation, i) => (observation.state === 'called' ? [] : [i]));
  const called = observations.flatMap((observation, i) =>
    observation.state === 'called' ? [{ i, alleles: observation.alleles, block: observation.block }] : [],
  );
  const hets = called.filter(({ alleles }) => alleles[0] !== alleles[1]);
  const base = { ...none, missing, heterozygous: hets.length > 0 };
  const stopped = obstacle(definition, observations);
  if (stopped) return { ...base, state: stopped };
  const haploid = observations.every((one) => one.state !== 'called' || one.haploid === true);

  // In the order of their names, so that pairs come out in order and sorting by score keeps it.
  const fitting = definition.alleles
    .filter(({ accepted }) =>
      called.every(({ i, alleles }) => accepted[i]!.includes(alleles[0]) || accepted[i]!.includes(alleles[1])),
    )
    .sort((a, b) => compareAlleles(a.name, b.name));
  const scores = fitting.map((allele) => fixedScore(allele, called, definition));
  const competes = fitting.map((allele) => called.some(({ i }) => allele.scored[i] !== 'never'));
  const options = fitting.map((allele) => hetOptions(allele, hets));
  const variants = fitting.map((allele) => Uint8Array.from(hets, ({ i }) => (allele.scored[i] === 'variant' ? 1 : 0)));
  const differs = (strand: 0 | 1) =>
    Uint8Array.from(hets, ({ i, alleles }) => (alleles[strand] === definition.positions[i]!.ref.GRCh38 ? 0 : 1));
  const [firstDiffers, secondDiffers] = [differs(0), differs(1)];
  const blocks = blocksOf(hets);

  /** Points at heterozygous places where a definition allows several bases: the better way to turn each block. */
  function wobbleScore(a: number, b: number): number | undefined {
    const [optionsA, optionsB, variantsA, variantsB] = [options[a]!, options[b]!, variants[a]!, variants[b]!];
    let score = 0;
    for (const block of blocks) {
      let straight = 0;
      let crossed = 0;
      for (const k of block) {
        if ((optionsA[k]! & 1) === 0 || (optionsB[k]! & 2) === 0) straight = Number.NEGATIVE_INFINITY;
        if ((optionsA[k]! & 2) === 0 || (optionsB[k]! & 1) === 0) crossed = Number.NEGATIVE_INFINITY;
        straight += firstDiffers[k]! * variantsA[k]! + secondDiffers[k]! * variantsB[k]!;
        crossed += secondDiffers[k]! * variantsA[k]! + firstDiffers[k]! * variantsB[k]!;
      }
      const better = Math.max(straight, crossed);
      if (better === Number.NEGATIVE_INFINITY) return undefined;
      score += better;
    }
    return score;
  }

  const pack = packing(fitting.length);
  const found: number[] = [];
  const hidden: number[] = [];
  for (let a = 0; a < fitting.length; a++) {
    for (let b = a; b < (haploid ? a + 1 : fitting.length); b++) {
      const wobble = wobbleScore(a, b);
      if (wobble === undefined) continue;
      const score = haploid ? scores[a]! : scores[a]! + scores[b]! + wobble;
      (competes[a] && competes[b] ? found : hidden).push(pack.of(a, b, score));
    }
  }
  const names = fitting.map(({ name }) => name);
  const asPair = (packed: number): Diplotype => ({
    first: names[pack.a(packed)]!,
    second: haploid ? undefined : names[pack.b(packed)]!,
    score: pack.score(packed),
  });
  const competing = eachOnce(found, names, pack);
  const best = competing.length > 0 ? pack.score(competing[0]!) : undefined;
  // With a list of priorities, unphased pairs of any score compete (PharmCAT, NAT2).
  const byPriority = definition.priorities.length > 0 && blocks.length > 1;
  const pick = byPriority ? pickOf(definition, competing, asPair) : undefined;
  const isTop = (pair: number) => (pick === undefined ? byPriority || pack.score(pair) === best : pair === pick);
  const top = Array.from(competing.filter(isTop), asPair);
  const named = new Set(top.flatMap(namesOf));
  // By name and not by allele: what is unseen of one sub-allele is unseen of the name that it shares.
  const unseenNames = new Set(fitting.filter((allele) => hidesIn(allele, missing, definition)).map(({ name }) => name));
  const unseen = names.map((name) => unseenNames.has(name));
  /** Unseen, not named by the call, and not common. */
  const rare = names.map((name) => unseenNames.has(name) && !named.has(name) && !definition.tier1.includes(name));
  const [otherPhase, hiddenCommon, hiddenRare]: [Diplotype[], Diplotype[], Diplotype[]] = [[], [], []];
  const sort = (pair: number) => {
    const [a, b] = [pack.a(pair), pack.b(pair)];
    const into = !(unseen[a] || unseen[b]) ? otherPhase : rare[a] || rare[b] ? hiddenRare : hiddenCommon;
    into.push(asPair(pair));
  };
  for (const pair of competing) if (!isTop(pair)) sort(pair);
  for (const pair of hidden) sort(pair);
  return {
    ...base,
    state: top.length === 0 ? 'no-pair-fits' : 'called',
    top,
    ...(pick === undefined ? {} : { picked: true }),
    otherPhase,
    hiddenCommon,
    hiddenRare,
  };
}

/**
 * Two alleles by their index among those that fit, and their score, as one number: a sparse genome leaves tens of
 * thousands of pairs. In ascending order the highest score comes first, then the alleles in order.
 */
interface Packing {
  of(a: number, b: number, score: number): number;
  a(packed: number): number;
  b(packed: number): number;
  score(packed: number): number;
}

function packing(count: number): Packing {
  const pairs = Math.max(1, count * count);
  // Above every score: one point a position and chromosome.
  const ceiling = 2 ** 20;
  return {
    of: (a, b, score) => (ceiling - score) * pairs + a * count + b,
    a: (packed) => Math.floor((packed % pairs) / count),
    b: (packed) => packed % count,
    score: (packed) => ceiling - Math.floor(packed / pairs),
  };
}

/** Per heterozygous position: bit 1 = takes the first letter, bit 2 = takes the second. */
function hetOptions(
  allele: NamedAllele,
  hets: readonly { i: number; alleles: readonly [string, string] }[],
): Uint8Array {
  return Uint8Array.from(hets, ({ i, alleles }) => {
    const accepted = allele.accepted[i]!;
    return (accepted.includes(alleles[0]) ? 1 : 0) | (accepted.includes(alleles[1]) ? 2 : 0);
  });
}

/** Heterozygous positions of one phase block must turn the same way; an unphased one is a block of its own. */
export function blocksOf(hets: readonly { block: string | undefined }[]): number[][] {
  const phased = new Map<string, number[]>();
  const blocks: number[][] = [];
  hets.forEach(({ block }, k) => {
    if (block === undefined) blocks.push([k]);
    else if (phased.has(block)) phased.get(block)!.push(k);
    else phased.set(block, [k]);
  });
  return [...blocks, ...phased.values()];
}

/** Points that do not depend on the partner: stated places, and homozygous variants where several bases are allowed. */
function fixedScore(
  allele: NamedAllele,
  called: readonly { i: number; alleles: readonly [string, string] }[],
  definition: GeneDefinition,
): number {
  let score = 0;
  for (const { i, alleles } of called) {
    const homozygousVariant = alleles[0] === alleles[1] && alleles[0] !== definition.positions[i]!.ref.GRCh38;
    if (allele.scored[i] === 'always' || (allele.scored[i] === 'variant' && homozygousVariant)) score += 1;
  }
  return score;
}

/** True when a variant of the allele lies at a position that was not observed. */
export function hidesIn(allele: NamedAllele, missing: readonly number[], definition: GeneDefinition): boolean {
  const hides = (i: number) => !allele.stated[i]!.includes(definition.positions[i]!.ref.GRCh38!) && missing.includes(i);
  return allele.statedAt.some(hides);
}

/** By score, each pair of names once: sub-alleles of one allele share its name. The order of equal scores stays. */
function eachOnce(pairs: readonly number[], names: readonly string[], pack: Packing): Float64Array {
  const sorted = Float64Array.from(pairs).sort();
  const first = new Map<string, number>();
  const indexOf = names.map((name, i) => {
    if (!first.has(name)) first.set(name, i);
    return first.get(name)!;
  });
  if (first.size === names.length) return sorted;
  const known = new Set<number>();
  return sorted.filter((packed) => {
    const pair = indexOf[pack.a(packed)]! * names.length + indexOf[pack.b(packed)]!;
    if (known.has(pair)) return false;
    known.add(pair);
    return true;
  });
}

function pickOf(
  definition: GeneDefinition,
  competing: Float64Array,
  asPair: (pair: number) => Diplotype,
): number | undefined {
  const byName = new Map(Array.from(competing, (pair) => [pairName(asPair(pair)), pair]));
  const priority = definition.priorities.find(({ pairs }) => pairs.every((pair) => byName.has(pair)));
  return priority && byName.get(priority.pick);
}

export const pairName = ({ first, second }: Pick<Diplotype, 'first' | 'second'>) =>
  second === undefined ? first : `${first}/${second}`;

const namesOf = ({ first, second }: Diplotype) => (second === undefined ? [first] : [first, second]);

/** `*2` before `*10`, `c.61C>T` before `c.313G>A`; combinations last; other names by their letters. */
export function compareAlleles(a: string, b: string): number {
  const [combinedA, combinedB] = [a.startsWith('['), b.startsWith('[')];
  if (combinedA !== combinedB) return combinedA ? 1 : -1;
  const [x, y] = [numberIn(a), numberIn(b)];
  if (x !== undefined && y !== undefined && x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberIn(allele: string): number | undefined {
  const digits = /^\[?(?:\*|c\.)(\d+)/.exec(allele)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function inOrder(a: string, b: string): [string, string] {
  return compareAlleles(a, b) <= 0 ? [a, b] : [b, a];
}
