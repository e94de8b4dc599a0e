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
