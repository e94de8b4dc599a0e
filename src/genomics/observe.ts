import type { VariantRecord } from '../dossier/image.ts';
import type { Build } from '../intake/vcf/build.ts';
import { recordEnd } from '../intake/vcf/record.ts';
import { type GeneDefinition, indelReach, type Position } from './definition.ts';
import { failsFilter, type Genotype, genotypeOf, isReferenceBlock, provesReference } from './genotype.ts';
import { baseAt, type Change, type DefinedIndel, indelAt, sameChange } from './project.ts';

/**
 * What a VCF says at one position of a definition. Three things are kept apart: called, there but not called, and
 * absent. Absent is unknown; it is never the reference.
 */
export type Observation =
  | {
      state: 'called';
      alleles: readonly [string, string];
      block: string | undefined;
      lines: readonly number[];
      /** One chromosome alone was called (X of a man): both letters are its allele. */
      haploid?: boolean;
    }
  | {
      state: 'half';
      lines: readonly number[];
      /** What is known, and on which chromosome where the call is phased; the other one is `.`. */
      alleles: readonly [string, string] | undefined;
    }
  | { state: 'no-call'; why: string; lines: readonly number[] }
  | { state: 'absent'; why: string };

interface Reading {
  record: VariantRecord;
  genotype: Genotype;
  /** Alleles of the genotype as the definition spells them. */
  alleles: readonly string[] | undefined;
}

/** One observation for each position of the definition, in its order. `records`: all that overlap the gene, any order. */
export function observe(
  definition: GeneDefinition,
  build: Build,
  records: readonly VariantRecord[],
): readonly Observation[] {
  const sorted = [...records].sort((a, b) => a.pos - b.pos || a.line - b.line);
  const changes = definition.positions.flatMap(({ pos, ref, alts }): Change[] => {
    const at = pos[build];
    const indels = alts.filter((alt) => alt.length !== ref.GRCh38!.length);
    return at === undefined ? [] : indels.map((alt) => ({ pos: at, ref: ref.GRCh38!, alt }));
  });
  const expected = (record: VariantRecord, index: number): boolean => {
    const alt = record.alt[index - 1];
    if (alt === '*')
      return sorted.some((other) => other.pos < record.pos && other.alt.some((_, i) => expected(other, i + 1)));
    if (alt === undefined || !/^[ACGTN]+$/.test(alt) || alt.length === record.ref.length) return false;
    return changes.some((change) => sameChange(change, { pos: record.pos, ref: record.ref, alt }));
  };
  const near = neighbourhood(sorted);
  return definition.positions.map((position) => observePosition(position, build, near, expected));
}

/** What the file says of a position that is no part of an allele. */
export function observeExtra(position: Position, build: Build, records: readonly VariantRecord[]): Observation {
  return observePosition(position, build, neighbourhood([...records].sort((a, b) => a.pos - b.pos)), () => false);
}

/** Records that overlap a stretch, found without looking at all of them for each position. */
type Neighbourhood = (start: number, end: number) => readonly VariantRecord[];

function neighbourhood(sorted: readonly VariantRecord[]): Neighbourhood {
  const ends = sorted.map(recordEnd);
  // The furthest end up to each record: before a record whose furthest end lies left of a place, nothing reaches it.
  const furthest: number[] = [];
  for (const end of ends) furthest.push(Math.max(end, furthest.at(-1) ?? 0));
  return (start, end) => {
    const found: VariantRecord[] = [];
    for (let i = firstAtLeast(furthest, start); i < sorted.length && sorted[i]!.pos <= end; i++) {
      if (ends[i]! >= start) found.push(sorted[i]!);
    }
    return found;
  };
}

function firstAtLeast(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * True for an indel that the table defines at a position of its own. There it counts; at other positions that it spans
 * or touches it is no other variant, because the table leaves those blank for the alleles that carry it.
 */
type Expected = (record: VariantRecord, index: number) => boolean;

/** The base at `pos` on one allele; where a deletion of the table took it, the base that it took. */
function baseOrExpected(record: VariantRecord, index: number, pos: number, expected: Expected): string | undefined {
  const base = baseAt(record, index, pos);
  return base === '*' && expected(record, index) ? record.ref[pos - record.pos] : base;
}

function observePosition(position: Position, build: Build, near: Neighbourhood, expected: Expected): Observation {
  const pos = position.pos[build];
  if (pos === undefined) return { state: 'absent', why: `its place in ${build} is not known` };
  const ref = position.ref.GRCh38!;
  const end = pos + ref.length - 1;
  const here = near(pos, end);

  const isIndel = ref.length > 1 || position.alts.some((alt) => alt.length > 1);
  const variants = here.filter((record) => !isReferenceBlock(record));
  // In a repeat the same indel may be written beside the place of the table.
  const reach = indelReach(position);
  const around = isIndel ? near(pos - reach, end + reach).filter((record) => !isReferenceBlock(record)) : variants;
  if (here.length === 0 && around.length === 0) return { state: 'absent', why: 'no record' };
  const direct = around.filter((record) =>
    isIndel ? tellsIndel(record, pos, position, expected) : tellsBase(record, pos, expected),
  );
  const foreign = direct.find((record) => contradictsReference(record, position, build));
  if (foreign) return { state: 'no-call', why: `REF is not the base of ${build}`, lines: [foreign.line] };
  if (direct.length > 0) {
    return combine(direct, (record, index) =>
      isIndel
        ? indelOrExpected(record, index, { pos, ref, alts: position.alts }, expected)
        : baseOrExpected(record, index, pos, expected),
    );
  }

  const blocks = here.filter(isReferenceBlock);
  const bystanders = isIndel
    ? []
    : variants.filter((record) => record.pos <= pos && record.pos + record.ref.length > pos);
  const called = bystanders.find((record) => !failsFilter(record) && genotypeOf(record).state === 'called');
  if (called) {
    // An indel that begins here leaves this base as it is.
    const base = called.ref[pos - called.pos]!;
    return { state: 'called', alleles: [base, base], block: undefined, lines: [called.line], ...ploidyOf([called]) };
  }
  return fromBlocks(blocks, pos, end, build, position);
}

/** True when the record's REF is another base at this position than the build has: nothing on its line can be trusted. */
function contradictsReference(record: VariantRecord, position: Position, build: Build): boolean {
  const own = record.ref[position.pos[build]! - record.pos];
  const base = position.ref[build]?.[0];
  return own !== undefined && base !== undefined && own !== 'N' && own !== base;
}

/** As `indelAt`, with an indel that is defined elsewhere leaving this place as it is. */
function indelOrExpected(
  record: VariantRecord,
  index: number,
  defined: DefinedIndel,
  expected: Expected,
): string | undefined {
  const shown = indelAt(record, index, defined);
  const other = shown !== defined.ref && shown !== undefined && !defined.alts.includes(shown);
  return other && expected(record, index) ? defined.ref : shown;
}

/** True when the record is about this base: a row for it, or an allele that changes or removes it. */
function tellsBase(record: VariantRecord, pos: number, expected: Expected): boolean {
  if (record.pos > pos || record.pos + record.ref.length <= pos) return false;
  const own = record.ref[pos - record.pos];
  if (record.ref.length === 1 && record.alt.every((alt) => alt.length === 1 || alt.startsWith('<'))) return true;
  return record.alt.some((_, i) => baseOrExpected(record, i + 1, pos, expected) !== own);
}

/** True when the record is about this indel: it spells it, another one in its place, or its whole stretch unchanged. */
function tellsIndel(record: VariantRecord, pos: number, position: Position, expected: Expected): boolean {
  const ref = position.ref.GRCh38!;
  const defined = { pos, ref, alts: position.alts };
  if (ref.length > 1 && record.pos === pos && record.ref === ref) return true;
  return record.alt.some(
    (alt, i) => /^[ACGTN]+$/.test(alt) && indelOrExpected(record, i + 1, defined, expected) !== ref,
  );
}

function combine(
  records: readonly VariantRecord[],
  spelling: (record: VariantRecord, index: number) => string | undefined,
): Observation {
  const lines = records.map((record) => record.line);
  const passing = records.filter((record) => !failsFilter(record));
  if (passing.length === 0) return { state: 'no-call', why: `FILTER ${records[0]!.filter.slice(0, 40)}`, lines };
  const readings = passing.map((record): Reading => {
    const genotype = genotypeOf(record);
    if (genotype.state !== 'called') return { record, genotype, alleles: undefined };
    const alleles = genotype.indices.map((index) => spelling(record, index));
    return { record, genotype, alleles: alleles.includes(undefined) ? undefined : (alleles as string[]) };
  });
  const half = readings.find(
    ({ genotype, record }) => genotype.state === 'half' && spelling(record, genotype.index) !== spelling(record, 0),
  );
  if (half) return halfCall(half, spelling);
  const called = readings.filter((reading) => reading.alleles !== undefined);
  if (called.length === 0) {
    const { genotype } = readings[0]!;
    return { state: 'no-call', why: genotype.state === 'missing' ? genotype.why : 'no call', lines };
  }
  const used = called.map((reading) => reading.record.line);
  const blockOf = ({ genotype }: Reading) => (genotype.state === 'called' ? genotype.block : undefined);
  const first = called[0]!;
  const ploidy = called.every(({ genotype }) => isHaploid(genotype)) ? { haploid: true } : {};
  if (called.length === 1) {
    const [one, other] = first.alleles as [string, string];
    return { state: 'called', alleles: [one, other], block: blockOf(first), lines: used, ...ploidy };
  }
  const merged = merge(called, spelling(first.record, 0)!, blockOf, used);
  return merged.state === 'called' ? { ...merged, ...ploidy } : merged;
}

function halfCall(
  { record, genotype }: Reading,
  spelling: (record: VariantRecord, index: number) => string | undefined,
): Observation {
  const lines = [record.line];
  if (genotype.state !== 'half' || !genotype.phased) return { state: 'half', lines, alleles: undefined };
  const letter = spelling(record, genotype.index);
  if (letter === undefined) return { state: 'half', lines, alleles: undefined };
  return { state: 'half', lines, alleles: genotype.strand === 0 ? [letter, unknownLetter] : [unknownLetter, letter] };
}

/** The allele of the other chromosome of a half call. */
export const unknownLetter = '.';

/** `haploid` where every record was called on one chromosome alone. */
function ploidyOf(records: readonly VariantRecord[]): { haploid?: boolean } {
  return records.every((record) => isHaploid(genotypeOf(record))) ? { haploid: true } : {};
}

const isHaploid = (genotype: Genotype) => genotype.state === 'called' && genotype.haploid;

/** Several records for one position (decomposed multi-allelic sites): their variants together must fit two chromosomes. */
function merge(
  called: readonly Reading[],
  ref: string,
  blockOf: (reading: Reading) => string | undefined,
  lines: readonly number[],
): Observation {
  const block = blockOf(called[0]!);
  const samePhase = block !== undefined && called.every((reading) => blockOf(reading) === block);
  const same = called.every(({ alleles }) => [...alleles!].sort().join() === [...called[0]!.alleles!].sort().join());
  if (same) {
    const alleles = called[0]!.alleles!;
    return { state: 'called', alleles: [alleles[0]!, alleles[1]!], block: samePhase ? block : undefined, lines };
  }
  if (samePhase) {
    const strands = [0, 1].map(
      (strand) => new Set(called.map(({ alleles }) => alleles![strand]!).filter((a) => a !== ref)),
    );
    if (strands.every((variants) => variants.size <= 1)) {
      const [first, second] = strands.map((variants) => [...variants][0] ?? ref) as [string, string];
      return { state: 'called', alleles: [first, second], block, lines };
    }
  }
  const variants = called.flatMap(({ alleles }) => alleles!.filter((allele) => allele !== ref));
  if (variants.length > 2) return { state: 'no-call', why: 'records of the same place contradict each other', lines };
  return { state: 'called', alleles: [variants[0] ?? ref, variants[1] ?? ref], block: undefined, lines };
}

/** Reference by gVCF blocks that cover the whole stretch and are good enough. */
function fromBlocks(
  blocks: readonly VariantRecord[],
  pos: number,
  end: number,
  build: Build,
  position: Position,
): Observation {
  if (blocks.length === 0) return { state: 'absent', why: 'no record for this place' };
  const proving = blocks.filter((record) => !failsFilter(record) && provesReference(record));
  const lines = blocks.map((record) => record.line);
  let covered = pos;
  for (const record of proving) if (record.pos <= covered) covered = Math.max(covered, recordEnd(record) + 1);
  if (covered <= end) return { state: 'no-call', why: 'the gVCF block is too shallow or incomplete', lines };
  const base = position.ref[build];
  if (base === undefined) return { state: 'absent', why: `its reference base in ${build} is not known` };
  const used = proving.map((record) => record.line);
  return { state: 'called', alleles: [base, base], block: undefined, lines: used, ...ploidyOf(proving) };
}
