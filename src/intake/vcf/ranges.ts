import type { VariantRecord } from '../../dossier/image.ts';
import { bareContig } from './build.ts';
import { recordEnd } from './record.ts';

/** 1-based, both ends inclusive. */
export interface Range {
  chrom: string;
  start: number;
  end: number;
}

/** Keeps a line when the record on it may overlap a range; looks at bytes, makes no strings. */
export type RangeFilter = (bytes: Buffer, start: number, end: number) => boolean;

const tab = 9;

/** Ranges of one contig: sorted, apart. */
interface Limits {
  starts: number[];
  ends: number[];
}

/** Ranges joined where they touch, by the one name of their contig in upper case. */
function joined(ranges: readonly Range[]): Map<string, Limits> {
  const byContig = new Map<string, Limits>();
  for (const { chrom, start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const key = bareContig(chrom).toUpperCase();
    const known = byContig.get(key) ?? { starts: [], ends: [] };
    byContig.set(key, known);
    const last = known.ends.length - 1;
    if (last >= 0 && start <= known.ends[last]! + 1) known.ends[last] = Math.max(known.ends[last]!, end);
    else {
      known.starts.push(start);
      known.ends.push(end);
    }
  }
  return byContig;
}

/** Number of the first range that ends at `pos` or behind it. */
function firstBehind({ ends }: Limits, pos: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! < pos) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a record touches one of the ranges, whatever name its contig has. */
export function overlapOf(ranges: readonly Range[]): (record: VariantRecord) => boolean {
  const byContig = joined(ranges);
  return (record) => {
    const limits = byContig.get(bareContig(record.chrom).toUpperCase());
    const start = limits?.starts[firstBehind(limits, record.pos)];
    return start !== undefined && start <= recordEnd(record);
  };
}

/**
 * A filter over lines for ranges given under any alias of their contig. It never drops an overlapping record; a kept one
 * may still end before the range (its REF or END is looked at only where it begins before a range).
 */
export function rangeFilter(ranges: readonly Range[]): RangeFilter {
  const byContig = joined(ranges);
  // Lines of one contig follow each other almost always, in order: what the last line needed is tried first.
  let name: Buffer = Buffer.alloc(0);
  let limits: Limits | undefined;
  let next = 0;

  const sameContig = (bytes: Buffer, start: number): boolean => {
    for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
    return name.length > 0 && bytes[start + name.length] === tab;
  };

  return (bytes, start, end) => {
    let at = start + name.length;
    if (!sameContig(bytes, start)) {
      at = bytes.indexOf(tab, start);
      if (at < 0 || at >= end) return false;
      name = Buffer.from(bytes.subarray(start, at));
      limits = byContig.get(bareContig(name.toString('latin1')).toUpperCase());
      next = 0;
    }
    if (!limits) return false;
    let pos = 0;
    for (at += 1; at < end && bytes[at] !== tab; at++) pos = pos * 10 + (bytes[at]! - 48);
    const { starts, ends } = limits;
    if (next > 0 && ends[next - 1]! >= pos) next = firstBehind(limits, pos);
    while (next < ends.length && ends[next]! < pos) next += 1;
    if (next === ends.length) return false;
    if (pos >= starts[next]!) return true;
    return reach(bytes, at + 1, end, pos) >= starts[next]!;
  };
}

/** Last base of a record of which `at` is the start of its ID column. */
function reach(bytes: Buffer, at: number, end: number, pos: number): number {
  while (at < end && bytes[at] !== tab) at += 1;
  const ref = at + 1;
  for (at = ref; at < end && bytes[at] !== tab; ) at += 1;
  const ofRef = pos + (at - ref) - 1;
  const alt = at + 1;
  let symbolic = bytes[alt] === 46;
  for (at = alt; at < end && bytes[at] !== tab; at++) if (bytes[at] === 60) symbolic = true;
  if (!symbolic) return ofRef;
  for (let skipped = 0; skipped < 2; skipped++) {
    at += 1;
    while (at < end && bytes[at] !== tab) at += 1;
  }
  // INFO: END= at its beginning or behind a semicolon.
  for (at += 1; at < end && bytes[at] !== tab; at++) {
    const first = bytes[at - 1] === tab || bytes[at - 1] === 59;
    if (!first || bytes[at] !== 69 || bytes[at + 1] !== 78 || bytes[at + 2] !== 68 || bytes[at + 3] !== 61) continue;
    let stop = 0;
    for (at += 4; at < end && bytes[at]! >= 48 && bytes[at]! <= 57; at++) stop = stop * 10 + (bytes[at]! - 48);
    return Math.max(stop, ofRef);
  }
  return ofRef;
}
