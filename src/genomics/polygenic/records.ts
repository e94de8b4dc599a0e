import type { VariantRecord, VariantsHandle } from '../../dossier/image.ts';
import { bareContig } from '../../intake/vcf/build.ts';
import { recordEnd } from '../../intake/vcf/record.ts';
import type { ScoringRow } from './row.ts';
import { placeKey } from './sum.ts';

/** Beyond this many places one pass over the whole file is quicker than a search for each. */
const rangesAtMost = 2000;

/** The records of a genome at the places of a score, with the reference blocks that cover a place. */
export async function recordsAtRows(
  handle: VariantsHandle,
  rows: readonly ScoringRow[],
  signal: AbortSignal,
): Promise<(chrom: string, pos: number) => readonly VariantRecord[]> {
  const places = new Map<string, number[]>();
  for (const { chrom, pos } of rows) {
    const known = places.get(chrom);
    if (known) known.push(pos);
    else places.set(chrom, [pos]);
  }
  for (const [chrom, list] of places)
    places.set(
      chrom,
      [...new Set(list)].sort((a, b) => a - b),
    );
  const ranges =
    rows.length > rangesAtMost
      ? undefined
      : [...places].flatMap(([chrom, list]) => list.map((pos) => ({ chrom, start: pos, end: pos })));
  const found = new Map<string, VariantRecord[]>();
  for await (const record of handle.records(ranges)) {
    if (signal.aborted) break;
    const chrom = bareContig(record.chrom).toUpperCase();
    const list = places.get(chrom);
    if (list === undefined) continue;
    const end = Math.max(record.pos, recordEnd(record));
    for (let i = firstFrom(list, record.pos); i < list.length && list[i]! <= end; i++) {
      const key = placeKey(chrom, list[i]!);
      const known = found.get(key);
      if (known) known.push(record);
      else found.set(key, [record]);
    }
  }
  return (chrom, pos) => found.get(placeKey(chrom, pos)) ?? [];
}

/** Index of the first number that is not below `from`. */
function firstFrom(sorted: readonly number[], from: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
