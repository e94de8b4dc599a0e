/**
 * What a VCF is about: the genome that a person was born with, a tumour, or variants of nobody with what is known of them.
 * A tumour read as an inherited genome would give wrong star alleles, so it is told apart before any analysis looks.
 */
export type VcfKind =
  | { kind: 'genome'; annotation?: 'ANN' | 'CSQ' }
  | { kind: 'tumour'; because: string; tumour?: string; normal?: string; targetMb?: number }
  | { kind: 'clinvar'; fileDate?: string };

const tumourName = /(^|[_.\s-])TUMOU?R$/i;
const normalName = /(^|[_.\s-])NORMAL$/i;

/**
 * Decides by header lines and sample names: `##tumor_sample` (Mutect2), a pair named TUMOR and NORMAL (Strelka, VarScan,
 * CaVEMan), `##content=... somatic`, `##source=ClinVar`. `##target_size_mb=38.2` states the sequenced target. Pure.
 */
export function vcfKind(lines: readonly string[], samples: readonly string[]): VcfKind {
  const value = (key: string) =>
    lines
      .find((line) => line.startsWith(`##${key}=`))
      ?.slice(key.length + 3)
      .trim();
  if (samples.length === 0 && /^clinvar/i.test(value('source') ?? '')) {
    const fileDate = value('fileDate');
    return { kind: 'clinvar', ...(fileDate && /^\d{4}-\d{2}-\d{2}$/.test(fileDate) ? { fileDate } : {}) };
  }
  const target = targetMbOf(value('target_size_mb'));
  const common = target === undefined ? {} : { targetMb: target };
  const stated = value('tumor_sample');
  if (stated !== undefined) {
    const normal = value('normal_sample');
    return {
      kind: 'tumour',
      because: '##tumor_sample',
      ...(samples.includes(stated) ? { tumour: stated } : {}),
      ...(normal !== undefined && samples.includes(normal) ? { normal } : {}),
      ...common,
    };
  }
  const tumours = samples.filter((name) => tumourName.test(name));
  const normals = samples.filter((name) => normalName.test(name));
  if (tumours.length === 1 && samples.length <= 2 && tumours.length + normals.length === samples.length) {
    return {
      kind: 'tumour',
      because: 'names of the samples',
      tumour: tumours[0]!,
      ...(normals[0] === undefined ? {} : { normal: normals[0] }),
      ...common,
    };
  }
  if (/somatic/i.test(value('content') ?? '')) {
    return {
      kind: 'tumour',
      because: '##content',
      ...(samples.length === 1 ? { tumour: samples[0]! } : {}),
      ...common,
    };
  }
  const annotation = (['ANN', 'CSQ'] as const).find((key) =>
    lines.some((line) => line.startsWith(`##INFO=<ID=${key},`)),
  );
  return { kind: 'genome', ...(annotation ? { annotation } : {}) };
}

/** A stated size in megabases between 0.01 and 3,300, or nothing. */
export function targetMbOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return undefined;
  const size = Number(text);
  return size >= 0.01 && size <= 3300 ? size : undefined;
}
