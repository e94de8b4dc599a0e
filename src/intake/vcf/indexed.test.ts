import { expect, test } from 'vitest';
import type { VariantRecord } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { vcfFormat } from './format.ts';
import { openVcf } from './open.ts';
import { readIndex } from './tabix.ts';
import { bgzip, csiIndex, fileOf, stored, tabixIndex, vcfText } from './testing.ts';

const blockBytes = 997;
const rows = ['chr1', 'chr2', 'NC_000022.11'].flatMap((contig, c) =>
  Array.from({ length: 400 }, (_, i) => {
    const pos = 1000 + i * (700 + c) * (i % 7 === 0 ? 3 : 1) + i * 1400;
    if (i % 50 === 9) return `${contig}\t${pos}\t.\tA\t<DEL>\t.\t.\tSVTYPE=DEL;END=${pos + 90_000}\tGT\t0/1`;
    return `${contig} ${pos} ACG A 0/1`;
  }).sort((a, b) => positionOf(a) - positionOf(b)),
);
const text = vcfText(['ann'], rows);
const packed = bgzip(text, { blockBytes });

function positionOf(row: string): number {
  return Number(row.split(/[ \t]/)[1]);
}

async function pieceOf(content: Buffer, path: string) {
  const file = fileOf(content, path);
  expect(vcfFormat.sniff(file.head, file)).toBe(true);
  const read = await vcfFormat.read(file, defaultLimits);
  if ('refused' in read) throw new Error(read.refused.code);
  return { path, piece: read.piece };
}

async function imported(index: Buffer, genome = packed, ending = 'tbi') {
  return vcfFormat.assemble([await pieceOf(genome, 'a/g.vcf.gz'), await pieceOf(index, `a/g.vcf.gz.${ending}`)]);
}

/** A store with the genome, its index and their manifest; counts the bytes that are read of the genome. */
function storeOf(index: Buffer, metadata: Source['metadata'], genome = packed) {
  const members = ['1', '2'].map((digit) => ({ path: digit, sha256: digit.repeat(64), bytes: 1 }));
  const blobs = {
    bytes: async (sha256: string) =>
      ({ '0': Buffer.from(JSON.stringify({ manifest: 1, members })), '1': genome, '2': index })[sha256[0]!]!,
  };
  return { source: { ...stored('', 'ann').source, metadata }, blobs };
}

async function positions(
  { source, blobs }: { source: Source; blobs: BlobAccess },
  ranges: { chrom: string; start: number; end: number }[],
) {
  const found: VariantRecord[] = [];
  for await (const record of (await openVcf(source, blobs)).records(ranges)) found.push(record);
  return found;
}

test('an index beside the file becomes a member of each source', async () => {
  const { drafts, issues } = await imported(tabixIndex(text, blockBytes));
  expect(issues).toEqual([]);
  expect(drafts[0]!.files).toEqual(['a/g.vcf.gz', 'a/g.vcf.gz.tbi']);
  expect(drafts[0]!.source.metadata).toMatchObject({ index: 'tbi', records: 1200 });
});

test.each([
  ['tbi', tabixIndex(text, blockBytes)],
  ['csi', csiIndex(text, blockBytes)],
])('a look-up through %s gives what a whole pass gives, line numbers included', async (kind, index) => {
  const { drafts } = await imported(index, packed, kind);
  expect(drafts[0]!.source.metadata).toMatchObject({ index: kind, records: 1200 });
  const store = storeOf(index, drafts[0]!.source.metadata);
  const whole = stored(packed, 'ann');
  let seed = 5;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed % below;
  };
  let hits = 0;
  for (let round = 0; round < 60; round++) {
    const ranges = Array.from({ length: 1 + (round % 5) }, () => {
      const start = 1 + next(1_400_000);
      return { chrom: ['1', 'chr2', 'chr22', '9'][next(4)]!, start, end: start + next(30_000) };
    });
    const found = await positions(store, ranges);
    expect(found).toEqual(await positions(whole, ranges));
    hits += found.length;
  }
  expect(hits).toBeGreaterThan(500);
});

test('an index that counts other records is not used, and why is said', async () => {
  const other = vcfText(['ann'], rows.slice(0, 1000));
  const { drafts, issues } = await imported(tabixIndex(other, blockBytes));
  expect(drafts[0]!.files).toEqual(['a/g.vcf.gz']);
  expect(issues).toMatchObject([{ code: 'vcf-index-stale', place: 'a/g.vcf.gz.tbi' }]);
});

test.each([
  ['one that does not count', tabixIndex(text, blockBytes, false), packed],
  ['one of a file that is not bgzip', tabixIndex(text, blockBytes), Buffer.from(text)],
])('%s is not used', async (_, index, genome) => {
  const { issues } = await imported(index, genome);
  expect(issues).toMatchObject([{ code: 'vcf-index-stale' }]);
});

test('an index with nothing beside it is named', async () => {
  const { issues } = vcfFormat.assemble([await pieceOf(tabixIndex(text, blockBytes), 'b/x.vcf.gz.tbi')]);
  expect(issues).toMatchObject([{ code: 'vcf-index-alone', place: 'b/x.vcf.gz.tbi' }]);
});

test('an index that points between lines is left for a whole pass', async () => {
  // Same number of records, other block size: counts agree, offsets do not.
  const shifted = vcfText(['ann'], rows, ['##note=one more line']);
  const index = tabixIndex(shifted, blockBytes);
  const { drafts } = await imported(index);
  const store = storeOf(index, drafts[0]!.source.metadata);
  const ranges = [{ chrom: '2', start: 1, end: 400_000 }];
  expect(await positions(store, ranges)).toEqual(await positions(stored(packed, 'ann'), ranges));
});

test.each([
  ['cut', (bytes: Buffer) => bgzip(bytes.subarray(0, bytes.length - 30))],
  [
    'with a huge count',
    (bytes: Buffer) =>
      bgzip(Buffer.concat([bytes.subarray(0, 4), Buffer.from([255, 255, 255, 127]), bytes.subarray(8)])),
  ],
  [
    'of another kind of file',
    (bytes: Buffer) => bgzip(Buffer.concat([bytes.subarray(0, 8), Buffer.from([1]), bytes.subarray(9)])),
  ],
])('a broken index is refused: %s', async (_, damage) => {
  const { gunzipSync } = await import('node:zlib');
  const bytes = damage(gunzipSync(tabixIndex(text, blockBytes)));
  expect(() => readIndex(bytes)).toThrow(RangeError);
  const read = await vcfFormat.read(fileOf(bytes, 'g.vcf.gz.tbi'), defaultLimits);
  expect(read).toMatchObject({ refused: { code: 'vcf-index-broken' } });
});

test('an index with nonsense in its bins is left for a whole pass', async () => {
  const index = tabixIndex(text, blockBytes);
  const { drafts } = await imported(index);
  const { gunzipSync } = await import('node:zlib');
  const bytes = gunzipSync(index);
  // The high bytes of the first chunk of the first bin: names end the head, then bins, bin number, number of chunks.
  bytes.fill(0xff, 36 + bytes.readInt32LE(32) + 12 + 4, 36 + bytes.readInt32LE(32) + 12 + 8);
  const ranges = [{ chrom: '1', start: 1, end: 400_000 }];
  const found = await positions(storeOf(bgzip(bytes), drafts[0]!.source.metadata), ranges);
  expect(found).toEqual(await positions(stored(packed, 'ann'), ranges));
  expect(found.length).toBeGreaterThan(10);
});
