/** What the lines before the column names say of a scoring file (PGS Catalog scoring file 2.0). */
export interface PgsHeader {
  /** `PGS000001`, as stated. */
  id: string | undefined;
  name: string | undefined;
  trait: string | undefined;
  /** Build of `chr_name` and `chr_position`. */
  build: Build | undefined;
  /** Build of `hm_chr` and `hm_pos`. */
  harmonisedBuild: Build | undefined;
  variants: number | undefined;
  weightType: string | undefined;
  citation: string | undefined;
  licence: string | undefined;
}

export type Build = 'GRCh37' | 'GRCh38';

export function buildOf(text: string | undefined): Build | undefined {
  if (text === undefined) return undefined;
  if (/^(GRCh37|hg19|b37)$/i.test(text.trim())) return 'GRCh37';
  return /^(GRCh38|hg38|b38)$/i.test(text.trim()) ? 'GRCh38' : undefined;
}

/** Reads `#key=value` lines. Pure. */
export function parsePgsHeader(lines: readonly string[]): PgsHeader {
  const values = new Map<string, string>();
  for (const line of lines) {
    const match = /^#([A-Za-z_]+)=(.*)$/.exec(line.trim());
    const value = match?.[2]?.trim();
    if (match && value && value !== 'NR') values.set(match[1]!, value);
  }
  const variants = Number(values.get('variants_number') ?? Number.NaN);
  const id = values.get('pgs_id');
  return {
    id: id !== undefined && /^[\w.-]{1,60}$/.test(id) ? id : undefined,
    name: values.get('pgs_name'),
    trait: values.get('trait_reported') ?? values.get('trait_mapped'),
    build: buildOf(values.get('genome_build')),
    harmonisedBuild: buildOf(values.get('HmPOS_build')),
    variants: Number.isInteger(variants) && variants > 0 ? variants : undefined,
    weightType: values.get('weight_type'),
    citation: values.get('citation'),
    licence: values.get('license'),
  };
}

/** True for the line that names the columns of a scoring file: what is counted, and by how much. */
export function namesColumns(line: string): boolean {
  const columns = line.replace(/^\ufeff/, '').split('\t');
  return columns.includes('effect_allele') && columns.some((one) => /^(effect_weight|dosage_[012]_weight)$/.test(one));
}
