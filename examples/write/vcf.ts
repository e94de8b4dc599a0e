import { loadKnowledge } from '../../src/knowledge/load.ts';
import { type ExampleFile, textFile } from '../patient.ts';

/** Diplotypes as one would like them to be found: gene -> two star alleles. */
export type Diplotypes = Readonly<Record<string, readonly [string, string]>>;

interface DefinitionFile {
  gene: string;
  chromosome: string;
  positions: { grch38: number; ref: string; alts: string[]; rsid?: string }[];
  /** Allele -> position (GRCh38) -> base, IUPAC letters allowed. */
  alleles: Record<string, Record<string, string>>;
}

const contigs: Record<string, number> = { 10: 133_797_422, 22: 50_818_468 };
const either: Record<string, string> = { R: 'AG', Y: 'CT', S: 'CG', W: 'AT', K: 'GT', M: 'AC' };

/**
 * A single-sample VCF 4.2 on GRCh38 that shows the given star alleles at every position that the reduced definitions use,
 * reference calls included, unphased. Copy number is not in it: as from any list of small variants, a deleted gene on one
 * chromosome looks homozygous. Positions and bases come from knowledge/genomics/.
 * @param homozygous position -> base on both chromosomes, for variants that ride along with the alleles
 */
export function writeVcf(
  path: string,
  sample: string,
  diplotypes: Diplotypes,
  homozygous: Readonly<Record<number, string>> = {},
): ExampleFile {
  const rows = Object.entries(diplotypes).flatMap(([gene, pair]) => rowsOfGene(gene, pair, homozygous));
  rows.sort((a, b) => Number(a.chromosome) - Number(b.chromosome) || a.position - b.position);
  return textFile(
    path,
    [
      '##fileformat=VCFv4.2',
      '##source=IdiographExamples (synthetic: no person was sequenced)',
      '##reference=GRCh38',
      ...Object.entries(contigs).map(([name, length]) => `##contig=<ID=chr${name},length=${length},assembly=GRCh38>`),
      '##FILTER=<ID=PASS,Description="All filters passed">',
      '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
      ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', sample].join('\t'),
      ...rows.map(({ line }) => line),
      '',
    ].join('\n'),
  );
}

function rowsOfGene(
  gene: string,
  pair: readonly [string, string],
  homozygous: Readonly<Record<number, string>>,
): { chromosome: string; position: number; line: string }[] {
  const definition = loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data as DefinitionFile;
  const alleles = pair.map((name) => {
    const bases = definition.alleles[name];
    if (!bases) throw new RangeError(`${gene} has no allele ${name}`);
    return bases;
  });
  return definition.positions.map(({ grch38, ref, alts: defined, rsid }) => {
    const bases = alleles.map((allele) => homozygous[grch38] ?? baseOf(allele[grch38], ref));
    // A reference base rules out another base, not an insertion or deletion after it: there the alleles looked for are named.
    const named = [ref, ...defined].some((allele) => allele.length > 1) ? defined : [];
    const alts = [...new Set([...named, ...bases.filter((base) => base !== ref)])];
    const genotype = bases.map((base) => (base === ref ? 0 : alts.indexOf(base) + 1)).sort();
    const columns = [
      `chr${definition.chromosome}`,
      grch38,
      rsid ?? '.',
      ref,
      alts.join(',') || '.',
      '.',
      'PASS',
      '.',
      'GT',
      genotype.join('/'),
    ];
    return { chromosome: definition.chromosome, position: grch38, line: columns.join('\t') };
  });
}

/** Blank means the reference; a letter for several bases is read as the reference where it may be, else as its first. */
function baseOf(stated: string | undefined, ref: string): string {
  if (stated === undefined || stated === 'N') return ref;
  const several = either[stated];
  if (!several) return stated;
  return several.includes(ref) ? ref : several[0]!;
}
