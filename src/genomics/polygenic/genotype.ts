import type { VariantRecord } from '../../dossier/image.ts';
import type { ScoringRow } from './row.ts';

/** Copies of the effect allele, or why nobody knows them. */
export type Copies = { copies: number; line: number; flipped: boolean; haploid: boolean } | { unknown: Unknown };
export type Unknown =
  | 'not in the file'
  | 'alleles do not match'
  | 'strand cannot be told'
  | 'no genotype'
  | 'filtered'
  | 'records contradict'
  | 'inside a reference block';

const complements: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' };

/** The same bases on the other strand; only single bases are turned, because an indel moves when it is. */
function turned(allele: string): string | undefined {
  return complements[allele];
}

/** A/T and C/G read the same on both strands: nothing in one genome tells which strand was meant. */
export function isAmbiguous(a: string, b: string): boolean {
  return turned(a) === b;
}

/**
 * Copies of a row's effect allele in the records at its position.
 * - Both alleles must be alleles of one record, on the strand as written or both on the other one.
 * - A/T and C/G are never counted.
 * - A site without alternative counts when its base is one of the two alleles and the genotype is reference.
 * - Further alternatives of a multi-allelic site are copies of neither.
 */
export function copiesOf(row: ScoringRow, records: readonly VariantRecord[]): Copies {
  if (row.other !== undefined && isAmbiguous(row.effect, row.other)) return { unknown: 'strand cannot be told' };
  if (records.length === 0) return { unknown: 'not in the file' };
  const exact = records.filter(({ pos }) => pos === row.pos);
  if (exact.length === 0) return { unknown: 'inside a reference block' };
  const matched = exact.flatMap((record) => {
    const alleles = matchedAlleles(row, record);
    return alleles ? [{ record, ...alleles }] : [];
  });
  if (matched.length === 0)
    return { unknown: ambiguousHere(row, exact) ? 'strand cannot be told' : 'alleles do not match' };
  const usable = matched.filter(({ record }) => record.filter === 'PASS' || record.filter === '.');
  if (usable.length === 0) return { unknown: 'filtered' };
  const read = usable.map(({ record, effect, flipped }) => ({
    ...readCopies(record, effect, row.linear),
    record,
    flipped,
  }));
  const known = read.filter((one) => one.copies !== undefined);
  const [first] = known;
  if (first?.copies === undefined) return { unknown: 'no genotype' };
  if (known.some(({ copies }) => copies !== first.copies)) return { unknown: 'records contradict' };
  return { copies: first.copies, line: first.record.line, flipped: first.flipped, haploid: first.haploid };
}

/** The effect allele in the letters of the record, or undefined. */
function matchedAlleles(row: ScoringRow, record: VariantRecord): { effect: string; flipped: boolean } | undefined {
  const alts = record.alt.filter((allele) => !allele.startsWith('<') && allele !== '*');
  const alleles = [record.ref, ...alts];
  for (const flipped of [false, true]) {
    const effect = flipped ? turned(row.effect) : row.effect;
    const other = row.other === undefined || !flipped ? row.other : turned(row.other);
    if (effect === undefined || (row.other !== undefined && other === undefined)) continue;
    if (other === undefined) {
      // One allele alone fits a strand by chance one time in two: only a pair that can be told is used.
      const [alt, ...more] = alts;
      if (alt === undefined || more.length > 0 || isAmbiguous(record.ref, alt)) continue;
      if (effect === record.ref || effect === alt) return { effect, flipped };
    } else if (alts.length === 0) {
      if (effect === record.ref || other === record.ref) return { effect, flipped };
    } else if (alleles.includes(effect) && alleles.includes(other)) return { effect, flipped };
  }
  return undefined;
}

function ambiguousHere({ other, effect }: ScoringRow, records: readonly VariantRecord[]): boolean {
  if (other !== undefined) return false;
  return records.some(
    ({ ref, alt }) => alt.length === 1 && isAmbiguous(ref, alt[0]!) && [ref, alt[0]].includes(effect),
  );
}

/** By genotype; where there is none by the dosage of an imputed record, for rows that add the same for each copy. */
function readCopies(
  record: VariantRecord,
  effect: string,
  linear: boolean,
): { copies: number | undefined; haploid: boolean } {
  const alleles = [record.ref, ...record.alt];
  const value = (key: string) => record.sample[record.format.indexOf(key)];
  const genotype = value('GT');
  const called = genotype === undefined || genotype === '' ? [] : genotype.split(/[/|]/);
  if (
    called.length > 0 &&
    called.length <= 2 &&
    called.every((index) => /^\d+$/.test(index) && alleles[Number(index)])
  ) {
    const copies = called.filter((index) => alleles[Number(index)] === effect).length;
    return { copies, haploid: called.length === 1 };
  }
  const dosages = value('DS')?.split(',').map(Number) ?? [];
  if (!linear || dosages.length !== record.alt.length || dosages.some((one) => !(one >= 0 && one <= 2))) {
    return { copies: undefined, haploid: false };
  }
  const index = record.alt.indexOf(effect);
  const ofReference = 2 - dosages.reduce((sum, one) => sum + one, 0);
  const copies = index >= 0 ? dosages[index] : effect === record.ref ? ofReference : undefined;
  return { copies: copies !== undefined && copies >= 0 ? copies : undefined, haploid: false };
}
