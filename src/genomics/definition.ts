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
  /** Alleles that no list of small variants can show. */
  invisible: readonly string[];
  /** Alleles that this definition leaves out, with the reason. */
  leftOut: Readonly<Record<string, string>>;
  /** True for the CC0/MIT subset that comes with Idiograph. */
  reduced: boolean;
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
  exemptions: z.object({ amp1Alleles: z.array(z.string()), ignoredAlleles: z.array(z.string()) }).partial(),
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
  return {
    gene: read.gene,
    chromosome: read.chromosome,
    positions,
    alleles: Object.entries(read.alleles).map(([name, stated]) =>
      namedAllele(
        name,
        name === read.reference || read.complete.includes(name),
        new Map(Object.entries(stated).map(([position, allele]) => [Number(position), allele])),
        positions,
      ),
    ),
    reference: read.reference,
    tier1: read.tier1,
    invisible: read.invisible,
    leftOut: read.leftOut,
    reduced: true,
    source: `reduced definitions ${read.version} of ${read.date}`,
  };
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
  const from = first.grch38;
  const to = reduced.positions.at(-1)!.grch38;
  const positions = read.variants.map(({ pos, ref, alts, rsid }): Position => {
    const known = listed.get(pos);
    const inside = pos >= from && pos <= to;
    return {
      pos: { GRCh38: pos, GRCh37: inside ? pos + distance : undefined },
      ref: { GRCh38: ref, GRCh37: known && known.ref === ref ? (known.ref37 ?? ref) : undefined },
      alts,
      ...(rsid ? { rsid } : {}),
    };
  });
  const ignored = new Set(read.exemptions.ignoredAlleles ?? []);
  const usable = read.alleles.filter(({ name, structuralVariant }) => !structuralVariant && !ignored.has(name));
  return {
    gene: read.gene,
    chromosome: read.chrom.replace(/^chr/, ''),
    positions,
    alleles: usable.map(({ name, reference, defs }) =>
      namedAllele(
        name,
        reference || reduced.complete.includes(name),
        new Map(Object.entries(defs).map(([pos, [, allele]]) => [Number(pos), allele])),
        positions,
      ),
    ),
    reference: usable.find((allele) => allele.reference)?.name ?? '',
    tier1: read.exemptions.amp1Alleles ?? [],
    invisible: reduced.invisible,
    leftOut: {},
    reduced: false,
    source: read.origin,
  };
}

/** Checks a reduced file without building it: its positions carry the coordinates of both builds. */
export function readReduced(file: unknown): ReducedDefinition {
  return ReducedDefinition.parse(file);
}

/** Where to look in a VCF of that build: one range over each position. */
export function rangesOf(definition: GeneDefinition, build: Build): { chrom: string; start: number; end: number }[] {
  return definition.positions.flatMap((position) => {
    const pos = position.pos[build];
    if (pos === undefined) return [];
    const length = position.ref.GRCh38!.length;
    return [{ chrom: definition.chromosome, start: pos, end: pos + length - 1 }];
  });
}
