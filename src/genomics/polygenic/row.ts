/** One row of a scoring file that can be counted. */
export interface ScoringRow {
  /** rs number, or `chr1:12345`. */
  name: string;
  chrom: string;
  pos: number;
  effect: string;
  /** Absent where the file names only the effect allele. */
  other: string | undefined;
  /** What 0, 1 and 2 copies of the effect allele add. */
  adds: readonly [number, number, number];
  /** False: dominant, recessive and dosage rows jump, so that a fractional dosage means nothing. */
  linear: boolean;
}

export type Refusal =
  | 'interaction'
  | 'haplotype or diplotype'
  | 'allele is no sequence'
  | 'no position'
  | 'weight is no number'
  | 'dominant and recessive at once';

const isTrue = (text: string | undefined) => /^(true|1)$/i.test(text ?? '');
const sequence = /^[ACGT]{1,1000}$/;

/**
 * A row as PGS Catalog scoring file 2.0 defines it: additive unless `is_dominant`, `is_recessive` or the three
 * `dosage_N_weight` columns say otherwise. `hm_` columns are used where the file is harmonised. What cannot be computed
 * for one genotype is refused by name.
 */
export function scoringRow(
  cells: Readonly<Record<string, string>>,
  harmonised: boolean,
): ScoringRow | { refused: Refusal; name: string } {
  const at = harmonised
    ? { chrom: cells['hm_chr'], pos: cells['hm_pos'] }
    : { chrom: cells['chr_name'], pos: cells['chr_position'] };
  const rsid = [cells['rsID'], cells['hm_rsID']].find((id) => id !== undefined && /^rs\d+$/.test(id));
  const effect = (cells['effect_allele'] ?? '').trim().toUpperCase();
  const name = rsid ?? (at.chrom && at.pos ? `chr${at.chrom}:${at.pos}` : effect.slice(0, 40) || 'unnamed row');
  const refused = (why: Refusal) => ({ refused: why, name });
  if (isTrue(cells['is_interaction'])) return refused('interaction');
  if (isTrue(cells['is_haplotype']) || isTrue(cells['is_diplotype'])) return refused('haplotype or diplotype');
  if (!sequence.test(effect)) return refused('allele is no sequence');
  const stated = (cells['other_allele'] ?? '').trim().toUpperCase();
  const inferred = (cells['hm_inferOtherAllele'] ?? '').trim().toUpperCase();
  if (stated !== '' && !sequence.test(stated)) return refused('allele is no sequence');
  // An inference that names several alleles names none.
  const other = stated || (sequence.test(inferred) ? inferred : '');
  if (!at.chrom || !/^\d{1,10}$/.test(at.pos ?? '')) return refused('no position');
  const adds = addsOf(cells);
  if (typeof adds === 'string') return refused(adds);
  return {
    name,
    chrom: at.chrom.replace(/^chr/i, '').toUpperCase(),
    pos: Number(at.pos),
    effect,
    other: other === '' || other === effect ? undefined : other,
    ...adds,
  };
}

function addsOf(cells: Readonly<Record<string, string>>): Pick<ScoringRow, 'adds' | 'linear'> | Refusal {
  const dosages = ['dosage_0_weight', 'dosage_1_weight', 'dosage_2_weight'].map((key) => cells[key] ?? '');
  if (dosages.some((text) => text !== '')) {
    const adds = dosages.map(weightOf);
    if (adds.some((weight) => weight === undefined)) return 'weight is no number';
    return { adds: adds as [number, number, number], linear: false };
  }
  const weight = weightOf(cells['effect_weight'] ?? '');
  if (weight === undefined) return 'weight is no number';
  const [dominant, recessive] = [isTrue(cells['is_dominant']), isTrue(cells['is_recessive'])];
  if (dominant && recessive) return 'dominant and recessive at once';
  if (dominant) return { adds: [0, weight, weight], linear: false };
  if (recessive) return { adds: [0, 0, weight], linear: false };
  return { adds: [0, weight, 2 * weight], linear: true };
}

function weightOf(text: string): number | undefined {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}
