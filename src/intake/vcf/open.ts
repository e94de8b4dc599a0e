import { open } from 'node:fs/promises';
import { IdiographError } from '../../dossier/errors.ts';
import type { VariantRecord, VariantsHandle } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { bareContig } from './build.ts';
import { type ByteSource, PackingError, packingOf, unpacked } from './bytes.ts';
import type { VcfHeader } from './header.ts';
import { LineTooLong, lineScanner } from './lines.ts';
import { type Range, rangeFilter } from './ranges.ts';
import { parseRecord, recordEnd } from './record.ts';
import { headerThenRecords } from './scan.ts';

/** Bytes of a source, from disk where the store has a file, else from memory. `done` lets go of them. */
async function bytesOf(source: Source, blobs: BlobAccess): Promise<ByteSource & { done(): Promise<void> }> {
  if (blobs.file) {
    const file = await open(await blobs.file(source.blob), 'r');
    const { size } = await file.stat();
    return {
      bytes: size,
      async read(start, end) {
        const buffer = Buffer.allocUnsafe(end - start);
        const { bytesRead } = await file.read(buffer, 0, end - start, start);
        return buffer.subarray(0, bytesRead);
      },
      done: () => file.close(),
    };
  }
  const all = await blobs.bytes(source.blob);
  return { bytes: all.length, read: async (start, end) => all.subarray(start, end), done: async () => undefined };
}

/**
 * Opens one sample of a VCF source. Records come in the order of the file; malformed lines and what lies behind a cut
 * are left out here, because the import has named them already. Every call of `records` is one pass over the file.
 */
export async function openVcf(source: Source, blobs: BlobAccess): Promise<VariantsHandle> {
  const sample = source.locator['sample'] ?? '';
  const header = await readHeader(source, blobs);
  const column = header.samples.indexOf(sample);
  if (sample !== '' && column < 0) {
    throw new IdiographError('not-found', `sample ${sample} is not in ${source.path}`, { source: source.id, sample });
  }
  return {
    id: source.id,
    sample,
    header: header.lines,
    records: (ranges) => records(source, blobs, Math.max(0, column), ranges),
  };
}

async function readHeader(source: Source, blobs: BlobAccess): Promise<VcfHeader> {
  let header: VcfHeader | undefined;
  const machine = headerThenRecords({ header: (found) => (header = found), record: () => undefined });
  for await (const _ of lines(source, blobs, machine.line)) if (header) break;
  if (!header) throw new IdiographError('unsupported', `${source.path} has no VCF header`, { source: source.id });
  return header;
}

async function* records(
  source: Source,
  blobs: BlobAccess,
  column: number,
  ranges: readonly Range[] | undefined,
): AsyncGenerator<VariantRecord> {
  const wanted = ranges && rangeFilter(ranges);
  const found: VariantRecord[] = [];
  const machine = headerThenRecords({
    header: () => undefined,
    record(bytes, start, end, line) {
      if (wanted && !wanted(bytes, start, end)) return;
      const record = parseRecord(bytes.toString('latin1', start, end), line, column);
      if (!('malformed' in record) && (!ranges || overlaps(record, ranges))) found.push(record);
    },
  });
  for await (const _ of lines(source, blobs, machine.line)) yield* found.splice(0);
  yield* found;
}

function overlaps(record: VariantRecord, ranges: readonly Range[]): boolean {
  const contig = bareContig(record.chrom).toUpperCase();
  const end = recordEnd(record);
  return ranges.some(
    (range) => bareContig(range.chrom).toUpperCase() === contig && record.pos <= range.end && end >= range.start,
  );
}

/** Feeds all lines to `sink`; yields after each piece so that the consumer can take what there is, or stop. */
async function* lines(
  source: Source,
  blobs: BlobAccess,
  sink: (bytes: Buffer, start: number, end: number, line: number) => void,
): AsyncGenerator<void> {
  const bytes = await bytesOf(source, blobs);
  const scanner = lineScanner(sink, defaultLimits.lineBytes);
  try {
    const head = await bytes.read(0, Math.min(bytes.bytes, 4096));
    for await (const piece of unpacked(bytes, packingOf(head), defaultLimits)) {
      scanner.push(piece);
      yield;
    }
    scanner.end();
  } catch (error) {
    if (error instanceof PackingError && error.issue.code === 'bgzf-no-end') scanner.end();
    else if (!(error instanceof PackingError) && !(error instanceof LineTooLong)) throw error;
  } finally {
    await bytes.done();
  }
}
