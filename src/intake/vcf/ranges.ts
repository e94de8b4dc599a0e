import { bareContig } from './build.ts';

/** 1-based, both ends inclusive. */
export interface Range {
  chrom: string;
  start: number;
  end: number;
}

/** Keeps a line when the record on it may overlap a range; looks at bytes, makes no strings. */
export type RangeFilter = (bytes: Buffer, start: number, end: number) => boolean;

const tab = 9;
const upper = (code: number) => (code >= 97 && code <= 122 ? code - 32 : code);

/**
 * A filter over lines for ranges given with or without `chr`. It never drops an overlapping record; a kept one may
 * still end before the range (its REF or END is looked at only where it begins before a range).
 */
export function rangeFilter(ranges: readonly Range[]): RangeFilter {
  const byContig = new Map<string, { starts: number[]; ends: number[] }>();
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
  const contigs = [...byContig].map(([name, limits]) => ({ name: Buffer.from(name, 'latin1'), ...limits }));

  return (bytes, start, end) => {
    let at = start;
    // `chr` in front does not count.
    if (upper(bytes[at]!) === 67 && upper(bytes[at + 1]!) === 72 && upper(bytes[at + 2]!) === 82) at += 3;
    const nameStart = at;
    while (at < end && bytes[at] !== tab) at += 1;
    const nameLength = at - nameStart;
    let limits: (typeof contigs)[number] | undefined;
    for (const contig of contigs) {
      if (contig.name.length !== nameLength) continue;
      let same = true;
      for (let i = 0; i < nameLength && same; i++) same = upper(bytes[nameStart + i]!) === contig.name[i];
      if (same) limits = contig;
    }
    if (!limits) return false;
    let pos = 0;
    for (at += 1; at < end && bytes[at] !== tab; at++) pos = pos * 10 + (bytes[at]! - 48);
    const { starts, ends } = limits;
    let next = 0;
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
