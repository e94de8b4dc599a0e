import type { VariantRecord } from '../../dossier/image.ts';
import { copiesOf, type Unknown } from './genotype.ts';
import type { Refusal, ScoringRow } from './row.ts';

/** What one row added. */
export interface Contribution {
  row: ScoringRow;
  copies: number;
  adds: number;
  line: number;
}

export interface PolygenicSum {
  /** Rows of the file, with those that were refused. */
  rows: number;
  used: Contribution[];
  /** Why rows were not used -> how many. */
  unused: Map<Unknown | Refusal | 'stated twice', number>;
  /** Names of rows that were refused, by reason. */
  refused: Map<Refusal, string[]>;
  /** Rows whose alleles were read on the other strand. */
  flipped: number;
  /** Rows counted on one chromosome only (X, Y of men). */
  haploid: number;
  sum: number;
  /** Rows with a record at their very position, and those whose alleles agree with it: tells a wrong build. */
  met: number;
  agreeing: number;
}

/** Key under which the records of a position are looked up. */
export const placeKey = (chrom: string, pos: number) => `${chrom}:${pos}`;

/**
 * Adds up what each row adds for this genotype. A row that stands twice in the file, or whose alleles nobody can tell,
 * adds nothing and is counted. Pure; the order of the file is the order of the sum.
 */
export function polygenicSum(
  rows: readonly (ScoringRow | { refused: Refusal; name: string })[],
  recordsAt: (chrom: string, pos: number) => readonly VariantRecord[],
): PolygenicSum {
  const result: PolygenicSum = {
    rows: rows.length,
    used: [],
    unused: new Map(),
    refused: new Map(),
    flipped: 0,
    haploid: 0,
    sum: 0,
    met: 0,
    agreeing: 0,
  };
  const count = (why: Unknown | Refusal | 'stated twice') => result.unused.set(why, (result.unused.get(why) ?? 0) + 1);
  const times = new Map<string, number>();
  const keyOf = ({ chrom, pos, effect, other = '' }: ScoringRow) =>
    `${placeKey(chrom, pos)}:${[effect, other].sort().join('/')}`;
  for (const row of rows) if (!('refused' in row)) times.set(keyOf(row), (times.get(keyOf(row)) ?? 0) + 1);
  for (const row of rows) {
    if ('refused' in row) {
      count(row.refused);
      result.refused.set(row.refused, [...(result.refused.get(row.refused) ?? []), row.name]);
      continue;
    }
    if (times.get(keyOf(row))! > 1) {
      count('stated twice');
      continue;
    }
    const records = recordsAt(row.chrom, row.pos);
    const found = copiesOf(row, records);
    if ('unknown' in found) {
      if (found.unknown === 'alleles do not match') result.met += 1;
      count(found.unknown);
      continue;
    }
    result.met += 1;
    result.agreeing += 1;
    if (found.flipped) result.flipped += 1;
    if (found.haploid) result.haploid += 1;
    const adds = addedBy(row, found.copies);
    result.sum += adds;
    result.used.push({ row, copies: found.copies, adds, line: found.line });
  }
  return result;
}

function addedBy({ adds, linear }: ScoringRow, copies: number): number {
  return linear ? (copies * adds[2]) / 2 : adds[copies as 0 | 1 | 2]!;
}
