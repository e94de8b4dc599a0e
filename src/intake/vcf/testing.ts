import { crc32, deflateRawSync } from 'node:zlib';
import type { Source } from '../../dossier/source.ts';
import type { BlobAccess, InputFile } from '../format.ts';

/** BGZF of a text, in blocks of `blockBytes`; `end`: with the empty block that marks the end of the file. */
export function bgzip(text: string | Buffer, { blockBytes = 60_000, end = true } = {}): Buffer {
  const bytes = Buffer.from(text);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) blocks.push(block(bytes.subarray(at, at + blockBytes)));
  if (end) blocks.push(block(Buffer.alloc(0)));
  return Buffer.concat(blocks);
}

function block(bytes: Buffer): Buffer {
  const packed = deflateRawSync(bytes);
  const head = Buffer.from([31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67, 2, 0, 0, 0]);
  head.writeUInt16LE(head.length + packed.length + 8 - 1, 16);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, packed, tail]);
}

/** A file in memory that looks like one on disk. */
export function fileOf(content: string | Buffer, path = 'a.vcf'): InputFile {
  const bytes = Buffer.from(content);
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  return {
    path,
    bytes: bytes.length,
    head: bytes.subarray(0, 4096),
    diskPath: path,
    read,
    readAll: () => read(0, bytes.length),
  };
}

/** A source and the store behind it that hold this file. */
export function stored(content: string | Buffer, sample: string): { source: Source; blobs: BlobAccess } {
  const source: Source = {
    kind: 'source',
    id: 'src-genome',
    subject: 'subject',
    blob: '0'.repeat(64),
    format: 'vcf',
    locator: sample === '' ? {} : { sample },
    path: 'a.vcf',
    import: 'import',
    modality: 'genome',
    metadata: {},
    issues: [],
  };
  return { source, blobs: { bytes: async () => Buffer.from(content) } };
}

/** A VCF 4.2 text. Rows are `chrom pos ref alt gt...`, or whole lines when they contain tabs. */
export function vcfText(samples: readonly string[], rows: readonly string[], header: readonly string[] = []): string {
  const columns = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', ...samples];
  const lines = rows.map((row) => {
    if (row.includes('\t')) return row;
    const [chrom, pos, ref, alt, ...genotypes] = row.split(' ');
    return [chrom, pos, '.', ref, alt, '.', 'PASS', '.', 'GT', ...genotypes].join('\t');
  });
  return [...['##fileformat=VCFv4.2', ...header], columns.join('\t'), ...lines, ''].join('\n');
}

interface Indexed {
  bin: number;
  from: number;
  to: number;
  start: number;
  end: number;
}

/** Contig -> its records with their bin, and where each begins and ends in the text. */
function indexedRecords(text: string): Map<string, Indexed[]> {
  const contigs = new Map<string, Indexed[]>();
  let offset = 0;
  for (const line of text.split('\n')) {
    const to = offset + Buffer.byteLength(line) + 1;
    const [chrom, pos, , ref, , , , info] = line.split('\t');
    if (line !== '' && !line.startsWith('#')) {
      const start = Number(pos) - 1;
      const end = Number(/(?:^|;)END=(\d+)/.exec(info!)?.[1] ?? start + ref!.length);
      const entry = { bin: smallestBin(start, end), from: offset, to, start, end };
      contigs.set(chrom!, [...(contigs.get(chrom!) ?? []), entry]);
    }
    offset = to;
  }
  return contigs;
}

/** Puts an index together; `virtual` turns a place of the text into a virtual offset of its BGZF. */
function indexWriter(text: string, blockBytes: number) {
  const packed = bgzip(text, { blockBytes });
  const blockStarts: number[] = [];
  for (let at = 0; at < packed.length; at += packed.readUInt16LE(at + 16) + 1) blockStarts.push(at);
  const parts: Buffer[] = [];
  return {
    parts,
    virtual: (offset: number) => [blockStarts[Math.floor(offset / blockBytes)]!, offset % blockBytes] as const,
    ints: (...values: number[]) => parts.push(Buffer.from(Int32Array.from(values).buffer)),
    offsets: (...values: (readonly [number, number])[]) => {
      for (const [block, within] of values) {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE((BigInt(block) << 16n) | BigInt(within));
        parts.push(bytes);
      }
    },
  };
}

const namesOf = (contigs: ReadonlyMap<string, unknown>) =>
  Buffer.from([...contigs.keys()].map((name) => `${name}\0`).join(''));

/**
 * A tabix index (TBI) of `bgzip(text, { blockBytes })`: each record in its bin, one chunk a record. Written after the SAM
 * specification, independently of the reader. `counted: false` leaves out the numbers of records.
 */
export function tabixIndex(text: string, blockBytes: number, counted = true): Buffer {
  const contigs = indexedRecords(text);
  const { parts, virtual, ints, offsets } = indexWriter(text, blockBytes);
  const names = namesOf(contigs);
  parts.push(Buffer.from('TBI\u0001'));
  ints(contigs.size, 2, 1, 2, 0, 35, 0, names.length);
  parts.push(names);
  for (const entries of contigs.values()) {
    const bins = Map.groupBy(entries, ({ bin }) => bin);
    ints(bins.size + (counted ? 1 : 0));
    for (const [bin, own] of bins) {
      ints(bin, own.length);
      for (const { from, to } of own) offsets(virtual(from), virtual(to));
    }
    if (counted) {
      ints(37_450, 2);
      offsets(virtual(entries[0]!.from), virtual(entries.at(-1)!.to), [0, entries.length], [0, 0]);
    }
    const windows = Math.floor(Math.max(...entries.map(({ end }) => end - 1)) / 16_384) + 1;
    ints(windows);
    for (let window = 0; window < windows; window++) {
      const first = entries.find(({ end }) => end > window * 16_384)!;
      offsets(virtual(first.from));
    }
  }
  return bgzip(Buffer.concat(parts));
}

/** A CSI index (CSIv1 of hts-specs, 14 bits, 5 levels) of `bgzip(text, { blockBytes })`, with the numbers of records. */
export function csiIndex(text: string, blockBytes: number): Buffer {
  const contigs = indexedRecords(text);
  const { parts, virtual, ints, offsets } = indexWriter(text, blockBytes);
  const names = namesOf(contigs);
  parts.push(Buffer.from('CSI\u0001'));
  ints(14, 5, 28 + names.length, 2, 1, 2, 0, 35, 0, names.length);
  parts.push(names);
  ints(contigs.size);
  for (const entries of contigs.values()) {
    const bins = Map.groupBy(entries, ({ bin }) => bin);
    ints(bins.size + 1);
    for (const [bin, own] of bins) {
      ints(bin);
      // Where the first record begins that reaches into the bin, be it one of a bin above.
      offsets(virtual(entries.find(({ end }) => end > startOf(bin))!.from));
      ints(own.length);
      for (const { from, to } of own) offsets(virtual(from), virtual(to));
    }
    ints(37_450);
    offsets([0, 0]);
    ints(2);
    offsets(virtual(entries[0]!.from), virtual(entries.at(-1)!.to), [0, entries.length], [0, 0]);
  }
  return bgzip(Buffer.concat(parts));
}

const levels: readonly (readonly [shift: number, first: number])[] = [
  [14, 4681],
  [17, 585],
  [20, 73],
  [23, 9],
  [26, 1],
];

/** 0-based place at which a bin begins. */
function startOf(bin: number): number {
  const level = levels.find(([, first]) => bin >= first);
  return level ? (bin - level[1]) << level[0] : 0;
}

/** The smallest bin that contains 0-based start..end-1 (SAM specification 5.3). */
function smallestBin(start: number, end: number): number {
  for (const [shift, first] of levels) if (start >> shift === (end - 1) >> shift) return first + (start >> shift);
  return 0;
}
