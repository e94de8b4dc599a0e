import type { VariantRecord } from '../../dossier/image.ts';
import type { AnnotationReader } from '../clinvar/annotation.ts';

/** A variant of a tumour, as its file states it. */
export interface SomaticVariant {
  gene: string | undefined;
  chrom: string;
  pos: number;
  ref: string;
  alt: string;
  /** Sequence Ontology term (VCF) or MAF Variant_Classification. */
  consequence: string | undefined;
  impact: string | undefined;
  protein: string | undefined;
  /** Share of reads that show the variant, 0..1. */
  alleleFraction: number | undefined;
  depth: number | undefined;
  passed: boolean;
  line: number;
}

/** One variant for each spelled-out alternative of a record; the gravest annotation speaks. */
export function fromRecord(record: VariantRecord, reader: AnnotationReader | undefined): SomaticVariant[] {
  return record.alt.flatMap((alt, index) => {
    if (!/^[ACGTN]+$/.test(alt) || isCalledWithout(record, index + 1)) return [];
    const [annotated] = reader?.(record, alt) ?? [];
    const counts = readsOf(record, alt, index);
    return [
      {
        gene: annotated?.gene,
        chrom: record.chrom,
        pos: record.pos,
        ref: record.ref,
        alt,
        consequence: annotated?.consequence,
        impact: annotated?.impact,
        protein: annotated?.protein,
        ...counts,
        passed: record.filter === 'PASS' || record.filter === '.',
        line: record.line,
      },
    ];
  });
}

/** True when the genotype of the tumour is called in full and does not hold the allele: another sample's, or none. */
function isCalledWithout(record: VariantRecord, index: number): boolean {
  const genotype = record.sample[record.format.indexOf('GT')] ?? '';
  return /^\d+([/|]\d+)*$/.test(genotype) && !genotype.split(/[/|]/).includes(String(index));
}

/** Allele fraction by AF (Mutect2), FREQ (VarScan), AD, or Strelka's tier counts, whichever the sample states first. */
function readsOf(record: VariantRecord, alt: string, index: number): Pick<SomaticVariant, 'alleleFraction' | 'depth'> {
  const values = (key: string) => (record.sample[record.format.indexOf(key)] ?? '').split(',');
  const number = (text: string | undefined) => (/^\d+(\.\d+)?(e-?\d+)?$/i.test(text ?? '') ? Number(text) : undefined);
  const depths = values('AD').map(number);
  const whole = depths.length === record.alt.length + 1 && depths.every((one) => one !== undefined);
  const total = whole ? depths.reduce((sum, one) => sum! + one!, 0) : number(values('DP')[0]);
  const stated = number(values('AF')[index]);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(values('FREQ')[index] ?? '')?.[1];
  let fraction = stated ?? (percent === undefined ? undefined : Number(percent) / 100);
  if (fraction === undefined && whole && total) fraction = depths[index + 1]! / total;
  if (fraction === undefined) {
    const tier = (key: string) => number(values(key)[0]);
    const [ofAlt, ofRef] =
      record.ref.length === 1 && alt.length === 1
        ? [tier(`${alt}U`), tier(`${record.ref}U`)]
        : [tier('TIR'), tier('TAR')];
    if (ofAlt !== undefined && ofRef !== undefined && ofAlt + ofRef > 0) fraction = ofAlt / (ofAlt + ofRef);
  }
  return { alleleFraction: fraction !== undefined && fraction <= 1 ? fraction : undefined, depth: total };
}

/** A row of a MAF (GDC MAF 1.0.0 names). */
export function fromMafRow(row: Readonly<Record<string, string>>): SomaticVariant | undefined {
  const pos = Number(row['Start_Position']);
  if (!Number.isInteger(pos) || pos < 1 || !row['Chromosome']) return undefined;
  const count = (key: string) => (/^\d+$/.test(row[key] ?? '') ? Number(row[key]) : undefined);
  const [alt, ref] = [count('t_alt_count'), count('t_ref_count')];
  const depth = count('t_depth') ?? (alt !== undefined && ref !== undefined ? alt + ref : undefined);
  const gene = row['Hugo_Symbol'] ?? '';
  return {
    gene: gene === '' || gene === 'Unknown' ? undefined : gene,
    chrom: row['Chromosome'],
    pos,
    ref: row['Reference_Allele'] ?? '',
    alt: row['Tumor_Seq_Allele2'] ?? '',
    consequence: row['Variant_Classification'] || undefined,
    impact: row['IMPACT'] || undefined,
    protein: row['HGVSp_Short'] || row['HGVSp'] || undefined,
    alleleFraction: alt !== undefined && depth ? alt / depth : undefined,
    depth,
    passed: ['PASS', '.', '', undefined].includes(row['FILTER']),
    line: Number(row['line'] ?? 0),
  };
}

/** Terms that change a protein: Sequence Ontology as VEP and snpEff write them, and the classes of MAF. */
const proteinChanging = new Set([
  'missense_variant',
  'stop_gained',
  'stop_lost',
  'start_lost',
  'frameshift_variant',
  'inframe_insertion',
  'inframe_deletion',
  'conservative_inframe_insertion',
  'conservative_inframe_deletion',
  'disruptive_inframe_insertion',
  'disruptive_inframe_deletion',
  'protein_altering_variant',
  'splice_acceptor_variant',
  'splice_donor_variant',
  'Missense_Mutation',
  'Nonsense_Mutation',
  'Nonstop_Mutation',
  'Translation_Start_Site',
  'Frame_Shift_Del',
  'Frame_Shift_Ins',
  'In_Frame_Del',
  'In_Frame_Ins',
  'Splice_Site',
]);

export function changesProtein({ consequence = '' }: SomaticVariant): boolean {
  return consequence.split('&').some((term) => proteinChanging.has(term));
}
