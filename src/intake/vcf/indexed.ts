import { blockRuns } from './bgzf.ts';
import { bareContig } from './build.ts';
import type { LineMark } from './lineMarks.ts';
import { type LineSink, lineScanner } from './lines.ts';
import type { ByteSource } from './packing.ts';
import type { Range } from './ranges.ts';
import type { Chunk, VariantIndex } from './tabix.ts';

/** Stretches closer than this in the packed file are read in one go: a block is on the way anyway. */
const joinBytes = 1 << 16;

/** The index points between two lines: it was made of another file. */
export class StaleIndex extends Error {}

/** Stretches of the file that hold all records overlapping the ranges: in file order, apart, contigs under any alias. Throws {@link StaleIndex}. */
export function chunksFor(index: VariantIndex, ranges: readonly Range[]): Chunk[] {
  const byName = new Map<string, number[]>();
  for (const [i, name] of index.contigs.entries()) {
    const key = bareContig(name).toUpperCase();
    byName.set(key, [...(byName.get(key) ?? []), i]);
  }
  const found = ranges.flatMap(({ chrom, start, end }) =>
    (byName.get(bareContig(chrom).toUpperCase()) ?? []).flatMap((contig) => chunksOf(index, contig, start, end)),
  );
  const joined: Chunk[] = [];
  for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && block(from) <= block(last[1]) + joinBytes) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** The bins of a contig are read when they are asked for, so nonsense in them shows only here. */
function chunksOf(index: VariantIndex, contig: number, start: number, end: number): Chunk[] {
  try {
    return index.chunks(contig, start, end);
  } catch (error) {
    if (error instanceof RangeError) throw new StaleIndex();
    throw error;
  }
}

const block = (virtual: number) => Math.floor(virtual / 65_536);

/**
 * Gives the lines of these stretches to `sink`, with their line numbers in the whole file; yields after each piece so
 * that the consumer can take what there is, or stop. Throws {@link StaleIndex} and `PackingError`.
 */
export async function* indexedLines(
  source: ByteSource,
  chunks: readonly Chunk[],
  marks: readonly LineMark[],
  sink: LineSink,
  lineBytes: number,
): AsyncGenerator<void> {
  for (const [from, to] of chunks) {
    const mark = markBefore(marks, block(from));
    let lines = mark.lines;
    let scanner: ReturnType<typeof lineScanner> | undefined;
    for await (const run of blockRuns(source, mark.packed, block(to))) {
      const start = scanner ? 0 : within(run, from, false);
      if (start === undefined) {
        lines += countLines(run.bytes, run.bytes.length);
        continue;
      }
      if (!scanner) {
        if (start > 0 && run.bytes[start - 1] !== 10) throw new StaleIndex();
        scanner = lineScanner(sink, lineBytes, { linesBefore: lines + countLines(run.bytes, start) });
      }
      scanner.push(run.bytes.subarray(start, within(run, to, true) ?? run.bytes.length));
      yield;
    }
    if (!scanner) throw new StaleIndex();
    scanner.end();
  }
}

function markBefore(marks: readonly LineMark[], packed: number): LineMark {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle]!.packed <= packed) low = middle + 1;
    else high = middle;
  }
  return marks[low - 1] ?? { packed: 0, lines: 0 };
}

/** Where a virtual offset lies in this run; undefined when it lies behind. For an end, the start of a block behind will do. */
function within(
  run: { bytes: Buffer; blocks: readonly { packed: number; at: number }[]; packedEnd: number },
  virtual: number,
  isEnd: boolean,
): number | undefined {
  const packed = block(virtual);
  if (packed >= run.packedEnd) {
    // `behind the last byte of this block` may be written as the start of the next.
    return isEnd && packed === run.packedEnd && virtual % 65_536 === 0 ? run.bytes.length : undefined;
  }
  const own = run.blocks.find((one) => one.packed === packed);
  if (!own) throw new StaleIndex();
  const at = own.at + (virtual % 65_536);
  if (at > run.bytes.length) throw new StaleIndex();
  return at;
}

function countLines(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
