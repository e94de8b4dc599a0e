import type { VariantRecord } from '../../dossier/image.ts';

/**
 * One data line as a record for the sample in column `sampleColumn` (0-based among samples), or the reason why not.
 * `sample` is empty for a file without genotypes.
 */
export function parseRecord(text: string, line: number, sampleColumn: number): VariantRecord | { malformed: string } {
  const columns = text.split('\t', 10 + sampleColumn);
  if (columns.length < 8) return { malformed: `${columns.length} of at least 8 columns` };
  const [chrom, position, id, ref, alt, qual, filter, info, format] = columns as [string, ...string[]];
  const pos = Number(position);
  if (chrom === '') return { malformed: 'no chromosome' };
  if (!Number.isInteger(pos) || pos < 0 || position === '')
    return { malformed: `position "${position!.slice(0, 20)}"` };
  if (ref === '' || ref === '.') return { malformed: 'no reference allele' };
  if (alt === '') return { malformed: 'no alternative allele column' };
  const value = columns[9 + sampleColumn];
  return {
    line,
    chrom,
    pos,
    id: id!,
    ref: ref!.toUpperCase(),
    alt: alt === '.' ? [] : alt!.split(',').map((allele) => (allele.startsWith('<') ? allele : allele.toUpperCase())),
    qual: qual!,
    filter: filter!,
    info: info!,
    format: value === undefined || format === undefined ? [] : format.split(':'),
    sample: value === undefined ? [] : value.split(':'),
  };
}

/** Value of one INFO key, or undefined. Flags give ''. */
export function infoValue(info: string, key: string): string | undefined {
  for (const part of info.split(';')) {
    if (part === key) return '';
    if (part.startsWith(`${key}=`)) return part.slice(key.length + 1);
  }
  return undefined;
}

/** Last base (1-based, inclusive) that the record speaks of: INFO END for blocks and symbolic alleles, else the end of REF. */
export function recordEnd(record: Pick<VariantRecord, 'pos' | 'ref' | 'info' | 'alt'>): number {
  const ofRef = record.pos + record.ref.length - 1;
  if (record.alt.length > 0 && !record.alt.some((allele) => allele.startsWith('<'))) return ofRef;
  const end = Number(infoValue(record.info, 'END') ?? Number.NaN);
  return Number.isInteger(end) && end >= ofRef ? end : ofRef;
}
