import type { VariantRecord } from '../../dossier/image.ts';
import { infoValue } from '../../intake/vcf/record.ts';

/** What the annotation that a file already carries says of one alternative allele: the gravest of its transcripts. */
export interface Annotation {
  gene: string;
  consequence: string;
  /** `HIGH`, `MODERATE`, `LOW`, `MODIFIER`, as stated. */
  impact: string;
  protein: string | undefined;
  coding: string | undefined;
  /** Clinical significance as the annotation states it (VEP CLIN_SIG). */
  significance: string | undefined;
}

/** Reads ANN (snpEff) or CSQ (VEP) of a record for one of its alternatives. */
export type AnnotationReader = (record: VariantRecord, alt: string) => Annotation[];

const impacts = ['HIGH', 'MODERATE', 'LOW', 'MODIFIER'];
/** snpEff's fixed order ("Variant annotations in VCF format", 1.0). */
const annFields = [
  'Allele',
  'Consequence',
  'IMPACT',
  'SYMBOL',
  'Gene',
  'Feature_type',
  'Feature',
  'BIOTYPE',
  'Rank',
  'HGVSc',
  'HGVSp',
];

/** A reader for the annotation that a header declares; undefined where there is none. */
export function annotationReader(header: readonly string[]): AnnotationReader | undefined {
  const csq = header.find((line) => line.startsWith('##INFO=<ID=CSQ,'));
  const stated =
    csq &&
    /Format: ([^"]+)"/
      .exec(csq)?.[1]
      ?.split('|')
      .map((field) => field.trim());
  if (stated) return readerOf('CSQ', stated);
  return header.some((line) => line.startsWith('##INFO=<ID=ANN,')) ? readerOf('ANN', annFields) : undefined;
}

function readerOf(key: 'ANN' | 'CSQ', fields: readonly string[]): AnnotationReader {
  const at = (name: string) => fields.indexOf(name);
  const [allele, consequence, impact, symbol, coding, protein, significance] = [
    'Allele',
    'Consequence',
    'IMPACT',
    'SYMBOL',
    'HGVSc',
    'HGVSp',
    'CLIN_SIG',
  ].map(at) as [number, number, number, number, number, number, number];
  return (record, alt) => {
    const value = infoValue(record.info, key);
    if (!value) return [];
    const rows = value
      .split(',')
      .map((row) => row.split('|'))
      // VEP trims the first base of indels; with one alternative there is nothing to confuse.
      .filter((cells) => record.alt.length === 1 || cells[allele] === alt || cells[allele] === alt.slice(1));
    const byGene = new Map<string, Annotation>();
    for (const cells of rows) {
      const text = (index: number) => cells[index]?.trim() || undefined;
      const gene = text(symbol);
      if (gene === undefined) continue;
      const one: Annotation = {
        gene,
        consequence: text(consequence) ?? 'not stated',
        impact: text(impact) ?? 'not stated',
        coding: text(coding),
        protein: text(protein),
        significance: text(significance),
      };
      const known = byGene.get(gene);
      if (!known || rank(one.impact) < rank(known.impact)) byGene.set(gene, one);
    }
    return [...byGene.values()].sort((a, b) => rank(a.impact) - rank(b.impact) || (a.gene < b.gene ? -1 : 1));
  };
}

export function rank(impact: string): number {
  const index = impacts.indexOf(impact.toUpperCase());
  return index < 0 ? impacts.length : index;
}
