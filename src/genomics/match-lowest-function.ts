import type { GeneDefinition, NamedAllele } from './definition.ts';
import { compareAlleles, type Diplotype, inOrder, type Match, obstacle } from './match.ts';
import { type Observation, unknownLetter } from './observe.ts';

/** Genes whose alleles are single variants that may lie together on one chromosome; the worst one counts. */
export const lowestFunctionGenes: ReadonlySet<string> = new Set(['DPYD', 'RYR1']);

/** Beyond this many ways to lay the variants on two chromosomes no pair is named; functions are still complete. */
const namedArrangements = 64;

/** Variants that turn together: what they put on one chromosome and on the other. */
interface Group {
  one: string[];
  other: string[];
  phased: boolean;
}

type Called = Extract<Observation, { state: 'called' }>;

/**
 * DPYD and RYR1 (PharmCAT, "lowest function"): every variant is an allele; a chromosome may carry several and counts by
 * the most limiting. Phased data give the pair; unphased data give all arrangements, those with the two worst on
 * different chromosomes first. `limits`: the smaller the more limiting; the reference must be the largest.
 * Work grows with the variants seen, not with the number of arrangements.
 */
export function matchLowestFunction(
  definition: GeneDefinition,
  observations: readonly Observation[],
  limits: (allele: string) => number,
): Match & { warnings: readonly LinkedWarning[] } {
  const missing = observations.flatMap(({ state }, i) => (state === 'called' ? [] : [i]));
  const heterozygous = observations.some((one) => one.state === 'called' && one.alleles[0] !== one.alleles[1]);
  const base = { missing, heterozygous, top: [], otherPhase: [], hiddenCommon: [], hiddenRare: [], warnings: [] };
  const stopped = obstacle(definition, observations);
  if (stopped) return { ...base, state: stopped };
  const seen = groupsOf(definition, observations);
  if (!seen) return { ...base, state: 'no-pair-fits' };
  const { both, groups, warnings } = seen;

  const limitOf = once(limits);
  const worst = (names: readonly string[]) => {
    let found = definition.reference;
    for (const name of names) if (name !== exonic && limitOf(name) < limitOf(found)) found = name;
    return found;
  };
  const arranged = groups.length <= 1 || 2 ** (groups.length - 1) <= namedArrangements;
  const states = arranged ? reachable(groups, both, worst) : reachable(...oncePerLimit(groups, both, limitOf), worst);
  const limiting = states.map(([a, b]) => named(a, b, 0));
  const joined = (names: readonly string[]) => withLinked(names, definition);
  const pairs = arranged
    ? arrangements(groups, both).map(([a, b]) => pairOf(joined(a), joined(b), definition, observations))
    : [];
  const rank = ({ first, second }: Diplotype) => limitOf(worst(partsOf(first))) + limitOf(worst(partsOf(second!)));
  pairs.sort((x, y) => rank(x) - rank(y) || compareAlleles(x.first, y.first) || compareAlleles(x.second!, y.second!));
  const unphased = groups.length > 1 && groups.every(({ phased }) => !phased);
  const all = [...groups.flatMap(({ one, other }) => [...one, ...other]), ...both.flatMap((name) => [name, name])];
  const hidden = definition.alleles.filter((allele) => hides(allele, definition, observations));
  return {
    ...base,
    state: 'called',
    top: distinct(pairs),
    ...(unphased || !arranged ? { listed: all.filter((name) => name !== exonic).sort(compareAlleles) } : {}),
    limiting: distinct(limiting),
    hiddenCommon: withHidden(
      states,
      hidden.filter(({ name }) => definition.tier1.includes(name)),
      worst,
    ),
    hiddenRare: withHidden(
      states,
      hidden.filter(({ name }) => !definition.tier1.includes(name)),
      worst,
      limitOf,
    ),
    warnings,
  };
}

/** The same function, asked once for each allele: every hidden allele is held against every other one. */
function once(limits: (allele: string) => number): (allele: string) => number {
  const known = new Map<string, number>();
  return (allele) => {
    const limit = known.get(allele) ?? limits(allele);
    known.set(allele, limit);
    return limit;
  };
}

/** The two findings about HapB3 that a reader must know. */
export type LinkedWarning = 'exonic-only' | 'intronic-mismatch';

function groupsOf(
  definition: GeneDefinition,
  observations: readonly Observation[],
): { both: string[]; groups: Group[]; warnings: LinkedWarning[] } | undefined {
  const both: string[] = [];
  const byBlock = new Map<string, Group>();
  const groups: Group[] = [];
  const put = (one: string | undefined, other: string | undefined, block: string | undefined) => {
    if (one === other) {
      if (one !== undefined) both.push(one);
      return;
    }
    const known = block === undefined ? undefined : byBlock.get(block);
    const group: Group = known ?? { one: [], other: [], phased: block !== undefined };
    if (one !== undefined) group.one.push(one);
    if (other !== undefined) group.other.push(other);
    if (known) return;
    groups.push(group);
    if (block !== undefined) byBlock.set(block, group);
  };
  const linked = linkedAllele(definition);
  for (const [i, observation] of observations.entries()) {
    if (observation.state !== 'called' || linked?.positions.includes(i)) continue;
    const names = observation.alleles.map((letter) => nameOf(letter, i, definition));
    if (names.includes(null)) return undefined;
    put(names[0] ?? undefined, names[1] ?? undefined, observation.block);
  }
  if (!linked) return { both, groups, warnings: [] };
  const [intron, exon] = linked.positions.map((i) => {
    const observation = observations[i]!;
    return observation.state === 'called' ? observation : undefined;
  }) as [Called | undefined, Called | undefined];
  if (intron && exon && inDifferentBlocks(intron, exon)) {
    for (const [observation, name] of [
      [intron, linked.intronicName],
      [exon, exonic],
    ] as const) {
      const usual = definition.positions[linked.positions[observation === intron ? 0 : 1]]!.ref.GRCh38;
      const [one, other] = observation.alleles.map((letter) => (letter === usual ? undefined : name));
      put(one, other, observation.block);
    }
    return { both, groups, warnings: ['intronic-mismatch'] };
  }
  const { one, other, block, warnings } = readLinked(linked, definition, intron, exon);
  put(one, other, block);
  return { both, groups, warnings };
}

/** Stands for the exonic variant until it is known beside what it lies; alone it is no allele. */
const exonic = 'exonic variant of a linked allele';

const uneven = ({ alleles }: Called) => alleles[0] !== alleles[1];

/** The linked allele where both of its variants lie on one chromosome; the exonic one alone is dropped. */
function withLinked(names: readonly string[], definition: GeneDefinition): readonly string[] {
  if (!names.includes(exonic)) return names;
  const linked = linkedAllele(definition)!;
  const others = names.filter((name) => name !== exonic && name !== linked.intronicName);
  return names.includes(linked.intronicName) ? [...others, linked.name] : others;
}

/** True when both are heterozygous and phased, but not with each other. */
function inDifferentBlocks(a: Called, b: Called): boolean {
  return uneven(a) && uneven(b) && a.block !== undefined && b.block !== undefined && a.block !== b.block;
}

/** Name of the allele that has this letter at this position alone; undefined for the reference, null for none. */
function nameOf(letter: string, i: number, definition: GeneDefinition): string | undefined | null {
  if (letter === definition.positions[i]!.ref.GRCh38 || letter === unknownLetter) return undefined;
  const found = definition.alleles.find(
    ({ name, stated }) => name !== definition.reference && stated[i]?.[0] === letter,
  );
  return found?.name ?? null;
}

interface Linked {
  /** Intronic position, which decides, then the exonic one. */
  positions: [number, number];
  name: string;
  intronicName: string;
}

const linkedAlleles = new WeakMap<GeneDefinition, { found: Linked | undefined }>();

/** As `findLinked`, looked for once in a definition: every allele is held against every other one. */
function linkedAllele(definition: GeneDefinition): Linked | undefined {
  const known = linkedAlleles.get(definition);
  if (known) return known.found;
  const found = findLinked(definition);
  linkedAlleles.set(definition, { found });
  return found;
}

/** The allele of two linked variants (DPYD HapB3), one of which is also an allele of its own: the causal, intronic one. */
function findLinked(definition: GeneDefinition): Linked | undefined {
  for (const allele of definition.alleles) {
    if (allele.name === definition.reference) continue;
    const at = allele.statedAt;
    if (at.length !== 2) continue;
    const alone = definition.alleles.find((other) => {
      const own = other.statedAt;
      return own.length === 1 && at.includes(own[0]!);
    });
    if (!alone) continue;
    const intronic = alone.statedAt[0]!;
    return {
      positions: [intronic, at.find((i) => i !== intronic)!],
      name: allele.name,
      intronicName: alone.name,
    };
  }
  return undefined;
}

/**
 * HapB3 (PharmCAT, "DPYD HapB3"; Turner et al., Clin Transl Sci 2024): the intronic variant decides. With the exonic
 * one it is HapB3; without, the intronic allele. The exonic one alone counts only where the intronic position is unknown.
 */
function readLinked(
  linked: Linked,
  definition: GeneDefinition,
  intron: Called | undefined,
  exon: Called | undefined,
): { one: string | undefined; other: string | undefined; block: string | undefined; warnings: LinkedWarning[] } {
  /** Per chromosome: carries it, does not, unknown. */
  const read = (observation: Called | undefined, at: number) =>
    [0, 1].map((strand) => {
      const letter = observation?.alleles[strand] ?? unknownLetter;
      return letter === unknownLetter ? undefined : letter !== definition.positions[at]!.ref.GRCh38;
    });
  let onIntron = read(intron, linked.positions[0]);
  let onExon = read(exon, linked.positions[1]);
  const together = ordersAgree(intron, exon);
  if (!together) {
    // Unphased: the exonic variant lies, as far as it goes, on the chromosome of the intronic one.
    onIntron = [true, false];
    onExon = [true, false];
  }
  const warnings = new Set<LinkedWarning>();
  const [one, other] = [0, 1].map((strand) => {
    if (onIntron[strand]) return onExon[strand] ? linked.name : linked.intronicName;
    if (!onExon[strand]) return undefined;
    warnings.add(onIntron[strand] === false ? 'intronic-mismatch' : 'exonic-only');
    return onIntron[strand] === false ? undefined : linked.name;
  });
  const ordered = together ? [intron, exon].find((seen) => seen !== undefined && uneven(seen)) : undefined;
  return { one, other, block: ordered?.block, warnings: [...warnings] };
}

/** True when the order of both genotypes is that of the same two chromosomes, or one of them has no order to have. */
function ordersAgree(a: Called | undefined, b: Called | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  return !uneven(a) || !uneven(b) || (a.block !== undefined && a.block === b.block);
}

/** All ways to lay the groups on two chromosomes; the first group stays, because the chromosomes have no names. */
function arrangements(groups: readonly Group[], both: readonly string[]): [string[], string[]][] {
  let laid: [string[], string[]][] = [[[...both], [...both]]];
  groups.forEach(({ one, other }, k) => {
    laid = laid.flatMap(([a, b]): [string[], string[]][] => {
      const straight: [string[], string[]] = [
        [...a, ...one],
        [...b, ...other],
      ];
      return k === 0
        ? [straight]
        : [
            straight,
            [
              [...a, ...other],
              [...b, ...one],
            ],
          ];
    });
  });
  return laid;
}

/** All pairs of most limiting alleles that some arrangement gives, without going through the arrangements. */
function reachable(
  groups: readonly Group[],
  both: readonly string[],
  worst: (names: readonly string[]) => string,
): [string, string][] {
  let states: [string, string][] = [[worst(both), worst(both)]];
  for (const { one, other } of groups) {
    const next = new Map<string, [string, string]>();
    // Both turns are taken, so that the order within a state tells nothing.
    for (const [a, b] of states) {
      for (const [onA, onB] of [
        [one, other],
        [other, one],
      ] as const) {
        const pair = inOrder(worst([a, ...onA]), worst([b, ...onB]));
        next.set(pair.join('\n'), pair);
      }
    }
    states = [...next.values()];
  }
  return states;
}

/** Alleles that limit alike stand for each other, so that the pairs stay few however many variants there are. */
function oncePerLimit(
  groups: readonly Group[],
  both: readonly string[],
  limits: (allele: string) => number,
): [Group[], string[]] {
  const standIns = new Map<number, string>();
  const standIn = (name: string): string => {
    if (name === exonic) return name;
    const limit = limits(name);
    if (!standIns.has(limit)) standIns.set(limit, name);
    return standIns.get(limit)!;
  };
  return [
    groups.map(({ one, other, phased }) => ({ one: one.map(standIn), other: other.map(standIn), phased })),
    both.map(standIn),
  ];
}

/** True when the allele lies, in part or whole, in positions that were not observed, and the others do not deny it. */
function hides(allele: NamedAllele, definition: GeneDefinition, observations: readonly Observation[]): boolean {
  if (allele.name === definition.reference) return false;
  let unseen = false;
  for (const i of allele.statedAt) {
    const letters = allele.stated[i]!;
    const observation = observations[i]!;
    if (observation.state !== 'called') unseen = true;
    else if (!observation.alleles.some((letter) => letters.includes(letter))) return false;
  }
  return unseen;
}

/** Each state with hidden alleles on one chromosome or both. With `limits`, two different ones only once per function. */
function withHidden(
  states: readonly (readonly [string, string])[],
  hidden: readonly NamedAllele[],
  worst: (names: readonly string[]) => string,
  limits?: (allele: string) => number,
): Diplotype[] {
  const names = hidden.map(({ name }) => name);
  const pairings = limits ? [...new Map(names.map((name) => [limits(name), name])).values()] : names;
  const known = new Set(states.map(([a, b]) => inOrder(a, b).join('\n')));
  const pairs = new Map<string, Diplotype>();
  const add = (one: string, other: string) => {
    const key = `${one}\n${other}`;
    if (pairs.has(key) || known.has(key)) return;
    const pair = named(one, other, 0);
    const ordered = `${pair.first}\n${pair.second}`;
    if (!known.has(ordered) && !pairs.has(ordered)) pairs.set(ordered, pair);
  };
  for (const [a, b] of states) {
    for (const name of names) {
      // Most hidden alleles are no worse than what was seen: the same pair again.
      const [onA, onB] = [worst([a, name]), worst([b, name])];
      if (onA === a && onB === b) continue;
      add(onA, b);
      add(a, onB);
      add(onA, onB);
    }
    for (const x of pairings) for (const y of pairings) if (x !== y) add(worst([a, x]), worst([b, y]));
  }
  return [...pairs.values()];
}

function named(a: string, b: string, score: number): Diplotype {
  const [first, second] = inOrder(a, b);
  return { first, second, score };
}

function distinct(pairs: readonly Diplotype[]): Diplotype[] {
  return [...new Map(pairs.map((pair) => [`${pair.first}\n${pair.second}`, pair])).values()];
}

const joint = ' + ';

/** `c.61C>T`, `[c.61C>T + c.313G>A]`: what lies on one chromosome, in the order of the gene. */
function chromosomeName(names: readonly string[], definition: GeneDefinition): string {
  if (names.length === 0) return definition.reference;
  const sorted = [...names].sort(compareAlleles);
  return sorted.length === 1 ? sorted[0]! : `[${sorted.join(joint)}]`;
}

function partsOf(name: string): string[] {
  return name.startsWith('[') ? name.slice(1, -1).split(joint) : [name];
}

function pairOf(
  a: readonly string[],
  b: readonly string[],
  definition: GeneDefinition,
  observations: readonly Observation[],
): Diplotype {
  const points = (names: readonly string[]) => {
    const allele = definition.alleles.filter(({ name }) =>
      names.length === 0 ? name === definition.reference : names.includes(name),
    );
    return allele.reduce(
      (sum, { statedAt }) => sum + statedAt.filter((i) => observations[i]!.state === 'called').length,
      0,
    );
  };
  return named(chromosomeName(a, definition), chromosomeName(b, definition), points(a) + points(b));
}
