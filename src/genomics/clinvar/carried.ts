import type { VariantRecord } from '../../dossier/image.ts';
import { bareContig } from '../../intake/vcf/build.ts';
import { trimmed } from '../project.ts';

/** An alternative allele that a person carries. */
export interface Carried {
  record: VariantRecord;
  alt: string;
  /** `1 of 2 chromosomes`, as the genotype says. */
  copies: number;
  ploidy: number;
  key: string;
}

/** Chromosome, place and trimmed alleles: the same for every way of writing a change that needs no reference sequence. */
export function changeKey(chrom: string, pos: number, ref: string, alt: string): string {
  const change = trimmed(pos, ref, alt);
  return `${bareContig(chrom).toUpperCase()}:${change.pos}:${change.ref}>${change.alt}`;
}

/** The spelled-out alternatives of a record that the sample's genotype holds; none for a record that failed its filter. */
export function carriedAlleles(record: VariantRecord): Carried[] {
  if (record.filter !== 'PASS' && record.filter !== '.') return [];
  const genotype = record.sample[record.format.indexOf('GT')] ?? '';
  const called = genotype.split(/[/|]/).filter((index) => /^\d+$/.test(index));
  return record.alt.flatMap((alt, index): Carried[] => {
    const copies = called.filter((one) => Number(one) === index + 1).length;
    if (copies === 0 || !/^[ACGTN]+$/.test(alt)) return [];
    return [{ record, alt, copies, ploidy: called.length, key: changeKey(record.chrom, record.pos, record.ref, alt) }];
  });
}
