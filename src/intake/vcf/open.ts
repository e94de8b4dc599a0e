import { open } from 'node:fs/promises';
import { IdiographError } from '../../dossier/errors.ts';
import type { VariantRecord, VariantsHandle } from '../../dossier/image.ts';
import { Manifest, type Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { packingOf, unpacked } from './bytes.ts';
import type { VcfHeader } from './header.ts';
import { chunksFor, indexedLines, StaleIndex } from './indexed.ts';
import { type LineMark, readMarks } from './lineMarks.ts';
import { type LineSink, LineTooLong } from './lines.ts';
import { type ByteSource, PackingError } from './packing.ts';
import { overlapOf, type Range, rangeFilter } from './ranges.ts';
import { parseRecord } from './record.ts';
import { endAfter, headerThenRecords } from './scan.ts';
import { readIndex, type VariantIndex } from './tabix.ts';
import { textScanner } from './textScanner.ts';

type Opened = ByteSource & { done(): Promise<void> };

/** The files of a genome: the VCF, and its index where the import found one that fits. */
interface Genome {
  /** Opens the VCF for one pass. `done` lets go of it. */
  open(): Promise<Opened>;
  index(): Promise<VariantIndex | undefined>;
  marks: readonly LineMark[] | undefined;
}

const manifestStart = '{"manifest":1,"members":[';
const manifestBytes = 1 << 20;

async function genomeOf(source: Source, blobs: BlobAccess): Promise<Genome> {
  const marks = readMarks(source.metadata['lineMarks']);
  const first = await openBlob(source.blob, blobs);
  try {
    const head = Buffer.from(await first.read(0, Math.min(first.bytes, manifestBytes)));
    if (head.toString('latin1', 0, manifestStart.length) !== manifestStart) {
      return { open: () => openBlob(source.blob, blobs), index: async () => undefined, marks };
    }
    const members = Manifest.parse(JSON.parse(head.toString('utf8'))).members;
    const [vcf, index] = members;
    let read: Promise<VariantIndex | undefined> | undefined;
    return {
      open: () => openBlob(vcf!.sha256, blobs),
      index: () => {
        read ??= index ? blobs.bytes(index.sha256).then(readIndex) : Promise.resolve(undefined);
        return read;
      },
      marks,
    };
  } finally {
    await first.done();
  }
}

/** A blob from disk where the store has a file, else from memory. */
async function openBlob(sha256: string, blobs: BlobAccess): Promise<Opened> {
  if (blobs.file) {
    const file = await open(await blobs.file(sha256), 'r');
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
  const all = await blobs.bytes(sha256);
  return { bytes: all.length, read: async (start, end) => all.subarray(start, end), done: async () => undefined };
}

/**
 * Opens one sample of a VCF source. Records come in the order of the file; malformed lines and what lies behind a cut
 * are left out here, because the import has named them already. Every call of `records` is one pass over the file, or
 * over the parts that its index names when ranges are asked for.
 * Throws `not-found` for a sample that is not in the file, `integrity` when an index turns out to be of another file.
 */
export async function openVcf(source: Source, blobs: BlobAccess): Promise<VariantsHandle> {
  const sample = source.locator['sample'] ?? '';
  const genome = await genomeOf(source, blobs);
  const header = await readHeader(source, genome);
  const column = header.samples.indexOf(sample);
  if (sample !== '' && column < 0) {
    throw new IdiographError('not-found', `sample ${sample} is not in ${source.path}`, { source: source.id, sample });
  }
  return {
    id: source.id,
    sample,
    header: header.lines,
    records: (ranges) => records(source, genome, Math.max(0, column), ranges),
  };
}

async function readHeader(source: Source, genome: Genome): Promise<VcfHeader> {
  let header: VcfHeader | undefined;
  const machine = headerThenRecords({ header: (found) => (header = found), record: () => undefined });
  for await (const _ of allLines(genome, machine.line)) if (header) break;
  if (!header) throw new IdiographError('unsupported', `${source.path} has no VCF header`, { source: source.id });
  return header;
}

async function* records(
  source: Source,
  genome: Genome,
  column: number,
  ranges: readonly Range[] | undefined,
): AsyncGenerator<VariantRecord> {
  const wanted = ranges && rangeFilter(ranges);
  const overlaps = ranges && overlapOf(ranges);
  const found: VariantRecord[] = [];
  const take: LineSink = (bytes, start, end, line) => {
    if (end === start || bytes[start] === 35 || (wanted && !wanted(bytes, start, end))) return;
    const record = parseRecord(bytes.toString('latin1', start, end), line, column);
    if (!('malformed' in record) && (!overlaps || overlaps(record))) found.push(record);
  };
  let given = 0;
  const index = ranges && genome.marks && (await genome.index());
  if (index) {
    try {
      for await (const _ of indexedPass(genome, index, ranges, take)) {
        given += found.length;
        yield* found.splice(0);
      }
      yield* found;
      return;
    } catch (error) {
      const broken = error instanceof StaleIndex || error instanceof PackingError || error instanceof LineTooLong;
      if (!broken) throw error;
      if (given > 0) throw staleIndex(source);
      found.length = 0;
    }
  }
  const machine = headerThenRecords({ header: () => undefined, record: take });
  for await (const _ of allLines(genome, machine.line)) yield* found.splice(0);
  yield* found;
}

async function* indexedPass(
  genome: Genome,
  index: VariantIndex,
  ranges: readonly Range[],
  take: LineSink,
): AsyncGenerator<void> {
  const bytes = await genome.open();
  try {
    yield* indexedLines(bytes, chunksFor(index, ranges), genome.marks!, take, defaultLimits.lineBytes);
  } finally {
    await bytes.done();
  }
}

function staleIndex(source: Source): IdiographError {
  return new IdiographError('integrity', `the index of ${source.path} is of another file`, {
    source: source.id,
    remedy: 'Index the file again (bcftools index -t FILE) and import both.',
  });
}

/** Feeds all lines to `sink`; yields after each piece so that the consumer can take what there is, or stop. */
async function* allLines(genome: Genome, sink: LineSink): AsyncGenerator<void> {
  const source = await genome.open();
  const scanner = textScanner(sink, defaultLimits.lineBytes);
  try {
    const head = await source.read(0, Math.min(source.bytes, 4096));
    for await (const { bytes } of unpacked(source, packingOf(head), defaultLimits)) {
      scanner.push(bytes);
      yield;
    }
    scanner.end();
  } catch (error) {
    if (error instanceof PackingError) endAfter(error, scanner);
    else if (!(error instanceof LineTooLong)) throw error;
  } finally {
    await source.done();
  }
}
