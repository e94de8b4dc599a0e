import type { VariantRecord } from '../../dossier/image.ts';
import { infoValue } from '../../intake/vcf/record.ts';
import type { Change } from '../project.ts';
import { changeKey } from './carried.ts';

/** A variant that ClinVar lists as pathogenic or likely pathogenic, in ClinVar's own words. */
export interface ListedVariant {
  key: string;
  change: Change;
  /** ClinVar's variation id: the ID column of its VCF. */
  variation: string;
  gene: string;
  significance: string;
  review: string;
  conditions: string;
  hgvs: string;
  line: number;
}

const words = (text: string | undefined) => (text ?? 'not stated').replaceAll('_', ' ').replaceAll('|', '; ');

/** True when a single classification says (likely) pathogenic; conflicting ones say neither. */
export function isPathogenic(significance: string): boolean {
  return significance.split(/[|/,]/).some((part) => /^_?(likely_)?pathogenic$/i.test(part.trim()));
}

/** A record of ClinVar's VCF as a listed variant of one of these genes, or undefined. */
export function listedVariant(record: VariantRecord, genes: ReadonlySet<string>): ListedVariant | undefined {
  const significance = infoValue(record.info, 'CLNSIG') ?? '';
  const [alt] = record.alt;
  if (!isPathogenic(significance) || alt === undefined || !/^[ACGTN]+$/.test(alt)) return undefined;
  const about = (infoValue(record.info, 'GENEINFO') ?? '').split('|').map((one) => one.split(':')[0]!);
  const gene = about.find((one) => genes.has(one));
  if (gene === undefined) return undefined;
  return {
    key: changeKey(record.chrom, record.pos, record.ref, alt),
    change: { pos: record.pos, ref: record.ref, alt },
    variation: record.id,
    gene,
    significance: words(significance),
    review: words(infoValue(record.info, 'CLNREVSTAT')),
    conditions: words(infoValue(record.info, 'CLNDN')),
    hgvs: infoValue(record.info, 'CLNHGVS') ?? 'not stated',
    line: record.line,
  };
}
