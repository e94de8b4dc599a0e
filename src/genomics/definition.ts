import { z } from 'zod';
import type { Build } from '../intake/vcf/build.ts';

/** A place in the genome at which alleles of one gene differ. `ref` and `alts` are VCF alleles on the plus strand. */
export interface Position {
  /** 1-based; undefined where the coordinate in that build is not known. */
  pos: Record<Build, number | undefined>;
  /** Reference allele in that build; undefined where only the other build's is known. */
  ref: Record<Build, string | undefined>;
  alts: readonly string[];
  rsid?: string;
}

/** A star allele: for each position of the gene the VCF alleles it may show there. */
export interface NamedAllele {
  name: string;
  /** Per position: accepted alleles; undefined where the definition says nothing, which means the GRCh38 allele. */
  stated: readonly (readonly string[] | undefined)[];
  /** Indices of the positions that it states. */
  statedAt: readonly number[];
  /** As `stated`, blanks filled in. */
  accepted: readonly (readonly string[])[];
  /**
   * Per position, what it adds to the score: `always`, `variant` only where the sample shows another base than GRCh38
   * (the definition allows several), `never`.
   */
  scored: readonly ('always' | 'variant' | 'never')[];
}

/** All that is needed to name the alleles of one gene. */
export interface GeneDefinition {
  gene: string;
  /** Without `chr`. */
  chromosome: string;
  positions: readonly Position[];
  alleles: readonly NamedAllele[];
  reference: string;
  /** Alleles that any clinical assay should look for (AMP tier 1). */
  tier1: readonly string[];
  /** Indices of the positions that tell those alleles. */
  tier1Positions: readonly number[];
  /** Alleles that no list of small variants can show. */
  invisible: readonly string[];
  /** Indices of positions without which no allele is named. */
  required: readonly number[];
  /** Of several pairs that unphased data allow, the one to report when all of `pairs` are among them. */
  priorities: readonly { pairs: readonly string[]; pick: string }[];
  /** Reported, no part of any allele: CYP2C9 rs12777823, which counts for warfarin alone. */
  extra: readonly Position[];
  /** Alleles that this definition leaves out, with the reason. */
  leftOut: Readonly<Record<string, string>>;
  /** True where the CC0/MIT table that comes with Idiograph has fewer alleles than the full one. */
  reduced: boolean;
  /** How many alleles the full table has. */
  knownAlleles: number;
  /** What was read, for people: file and version. */
  source: string;
}

const ReducedDefinition = z.object({
  version: z.string(),
  date: z.string(),
  gene: z.string(),
  chromosome: z.string(),
  reference: z.string(),
  /** Alleles whose blanks count as stated: CYP2C19 *1, which took the place of the reference *38. */
  complete: z.array(z.string()),
  tier1: z.array(z.string()),
  invisible: z.array(z.string()),
  /** GRCh38 positions. */
  required: z.array(z.number().int()),
  /** How many alleles the full table of 2025-11 has. */
  knownAlleles: z.number().int(),
  /** First and last GRCh38 position between which GRCh37 lies at one distance. */
  sameDistance: z.tuple([z.number().int(), z.number().int()]),
  leftOut: z.record(z.string(), z.string()),
  positions: z.array(
    z.object({
      grch38: z.number().int(),
      grch37: z.number().int(),
      ref: z.string(),
      alts: z.array(z.string()),
      rsid: z.string().optional(),
      ref37: z.string().optional(),
    }),
  ),
  alleles: z.record(z.string(), z.record(z.string(), z.string())),
});
export type ReducedDefinition = z.infer<typeof ReducedDefinition>;

/** One file of the `pharmacogene-definitions` pack: the PharmCAT form of CPIC's tables. */
const FullDefinition = z.object({
  gene: z.string(),
  chrom: z.string(),
  origin: z.string(),
  exemptions: z
    .object({
      amp1Alleles: z.array(z.string()),
      amp1Positions: z.array(z.number()),
      ignoredAlleles: z.array(z.string()),
      ignoredPositions: z.array(z.object({ position: z.number(), ref: z.string() })),
      requiredPositions: z.array(z.number()),
      extraPositions: z.array(
        z.object({ position: z.number(), rsid: z.string(), ref: z.string(), alts: z.array(z.string()) }),
      ),
      unphasedDiplotypePriorities: z.array(z.object({ list: z.array(z.string()), pick: z.string() })),
    })
    .partial()
    .nullable(),
  variants: z.array(
    z.object({ pos: z.number().int(), rsid: z.string().nullable(), ref: z.string(), alts: z.array(z.string()) }),
  ),
  alleles: z.array(
    z.object({
      name: z.string(),
      reference: z.boolean(),
      structuralVariant: z.boolean(),
      /** position -> [CPIC's letter, VCF allele] */
      defs: z.record(z.string(), z.tuple([z.string(), z.string()])),
    }),
  ),
});

const iupac: Record<string, string> = {
  R: 'AG',
  Y: 'CT',
  S: 'CG',
  W: 'AT',
  K: 'GT',
  M: 'AC',
  B: 'CGT',
  D: 'AGT',
  H: 'ACT',
  V: 'ACG',
};

function letters(allele: string, position: Position): readonly string[] {
  if (allele === 'N') return [...new Set([position.ref.GRCh38!, ...position.alts])];
  const several = iupac[allele];
  return several ? [...several] : [allele];
}

/** `complete`: blanks count as stated, as the GRCh38 base; so it is for the reference allele. */
function namedAllele(
  name: string,
  complete: boolean,
  stated: ReadonlyMap<number, string>,
  positions: readonly Position[],
): NamedAllele {
  const perPosition = positions.map((position) => {
    const allele = stated.get(position.pos.GRCh38!);
    if (allele === undefined) return complete ? [position.ref.GRCh38!] : undefined;
    return letters(allele, position);
  });
  return {
    name,
    stated: perPosition,
    statedAt: perPosition.flatMap((alleles, i) => (alleles ? [i] : [])),
    accepted: perPosition.map((alleles, i) => alleles ?? [positions[i]!.ref.GRCh38!]),
    scored: positions.map((position, i) => {
      const alleles = perPosition[i];
      if (alleles === undefined || stated.get(position.pos.GRCh38!) === 'N') return 'never';
      return alleles.length > 1 ? 'variant' : 'always';
    }),
  };
}

/** The definition that comes with Idiograph: both builds, a subset of alleles. Throws `ZodError` for a broken file. */
export function reducedDefinition(file: unknown): GeneDefinition {
  const read = ReducedDefinition.parse(file);
  const positions = read.positions.map(
    ({ grch38, grch37, ref, ref37, alts, rsid }): Position => ({
      pos: { GRCh38: grch38, GRCh37: grch37 },
      ref: { GRCh38: ref, GRCh37: ref37 ?? ref },
      alts,
      ...(rsid ? { rsid } : {}),
    }),
  );
  const alleles = Object.entries(read.alleles).map(([name, stated]) =>
    namedAllele(
      name,
      name === read.reference || read.complete.includes(name),
      new Map(Object.entries(stated).map(([position, allele]) => [Number(position), allele])),
      positions,
    ),
  );
  return {
    gene: read.gene,
    chromosome: read.chromosome,
    positions,
    alleles,
    reference: read.reference,
    tier1: read.tier1,
    tier1Positions: variantPositions(
      alleles.filter(({ name }) => read.tier1.includes(name)),
      positions,
    ),
    invisible: read.invisible,
    required: indicesOf(read.required, positions),
    priorities: [],
    extra: [],
    leftOut: read.leftOut,
    reduced: alleles.length < read.knownAlleles,
    knownAlleles: read.knownAlleles,
    source: `built-in definitions ${read.version} of ${read.date}`,
  };
}

/** Indices at which one of the alleles differs from GRCh38. */
function variantPositions(alleles: readonly NamedAllele[], positions: readonly Position[]): number[] {
  return positions.flatMap(({ ref }, i) =>
    alleles.some(({ stated }) => stated[i] !== undefined && !stated[i].includes(ref.GRCh38!)) ? [i] : [],
  );
}

function indicesOf(grch38: readonly number[], positions: readonly Position[]): number[] {
  return positions.flatMap(({ pos }, i) => (grch38.includes(pos.GRCh38!) ? [i] : []));
}

/**
 * The full definition out of the CC BY-SA pack, which knows GRCh38 only. GRCh37 positions are those of the reduced file
 * or lie at its distance: all listed positions of a gene have one distance. The GRCh37 base is known only where listed.
 */
export function fullDefinition(file: unknown, reduced: ReducedDefinition): GeneDefinition {
  const read = FullDefinition.parse(file);
  const listed = new Map(reduced.positions.map((position) => [position.grch38, position]));
  const first = reduced.positions[0]!;
  const distance = first.grch37 - first.grch38;
  const [from, to] = reduced.sameDistance;
  const { exemptions } = read;
  // Another variant may stand at the same place: G6PD Chatham begins where the deletion of Villeurbanne does.
  const notCalled = new Set(exemptions?.ignoredPositions?.map(({ position, ref }) => `${position} ${ref}`));
  const variants = read.variants.filter(({ pos, ref }) => !notCalled.has(`${pos} ${ref}`));
  const positionOf = ({ pos, ref, alts, rsid }: (typeof variants)[number]): Position => {
    const known = listed.get(pos);
    const inside = pos >= from && pos <= to;
    return {
      pos: { GRCh38: pos, GRCh37: inside ? pos + distance : undefined },
      ref: { GRCh38: ref, GRCh37: known && known.ref === ref ? (known.ref37 ?? ref) : undefined },
      alts,
      ...(rsid ? { rsid } : {}),
    };
  };
  const positions = variants.map(positionOf);
  const ignored = new Set(exemptions?.ignoredAlleles ?? []);
  const called = new Set(variants.map(({ pos }) => pos));
  const usable = read.alleles.filter(
    ({ name, reference, structuralVariant, defs }) =>
      !structuralVariant &&
      !ignored.has(name) &&
      (reference || Object.keys(defs).some((pos) => called.has(Number(pos)))),
  );
  return {
    gene: read.gene,
    chromosome: read.chrom.replace(/^chr/, ''),
    positions,
    alleles: usable.map(({ name, reference, defs }) =>
      namedAllele(
        // Sub-alleles (*45.001) are told apart in the table and reported as their allele.
        name.replace(/^(\*\d+)\.\d{3}$/, '$1'),
        reference || reduced.complete.includes(name),
        new Map(Object.entries(defs).map(([pos, [, allele]]) => [Number(pos), allele])),
        positions,
      ),
    ),
    reference: usable.find((allele) => allele.reference)?.name ?? '',
    tier1: exemptions?.amp1Alleles ?? [],
    tier1Positions: indicesOf(exemptions?.amp1Positions ?? [], positions),
    invisible: reduced.invisible,
    required: indicesOf(exemptions?.requiredPositions ?? [], positions),
    priorities: (exemptions?.unphasedDiplotypePriorities ?? []).map(({ list, pick }) => ({ pairs: list, pick })),
    extra: (exemptions?.extraPositions ?? []).map(({ position, ...rest }) => positionOf({ pos: position, ...rest })),
    leftOut: {},
    reduced: false,
    knownAlleles: usable.length,
    source: read.origin,
  };
}

/** Checks a reduced file without building it: its positions carry the coordinates of both builds. */
export function readReduced(file: unknown): ReducedDefinition {
  return ReducedDefinition.parse(file);
}

/** By how many bases the alleles of a position differ in length at most: as far away may the same indel be written. */
export function indelReach({ ref, alts }: Position): number {
  return Math.max(0, ...alts.map((alt) => Math.abs(alt.length - ref.GRCh38!.length)));
}

/** Where to look in a VCF of that build: one range over each position, wider by its reach for an indel. */
export function rangesOf(definition: GeneDefinition, build: Build): { chrom: string; start: number; end: number }[] {
  return [...definition.positions, ...definition.extra].flatMap((position) => {
    const pos = position.pos[build];
    if (pos === undefined) return [];
    const reach = indelReach(position);
    const end = pos + position.ref.GRCh38!.length - 1 + reach;
    return [{ chrom: definition.chromosome, start: Math.max(1, pos - reach), end }];
  });
}
