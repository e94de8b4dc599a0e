import { expect, test } from 'vitest';
import type { VariantRecord } from '../../dossier/image.ts';
import { openVcf } from './open.ts';
import { bgzip, stored, vcfText } from './testing.ts';

const text = vcfText(
  ['ann', 'bob'],
  [
    '1 100 A C 0/1 0/0',
    '1 150 ACGT A 0/1 1/1',
    'chr2\t200\t.\tA\t<*>\t.\t.\tDP=9;END=400\tGT:GQ\t0/0:40\t0/0:50',
    'chr2\t500\t.\tA\tC\t.\t.\tXEND=9999\tGT\t0/1\t0/1',
    'chr22 42126611 C G 1|1 0|1',
  ],
);

async function positions(sample: string, ranges?: { chrom: string; start: number; end: number }[]) {
  const { source, blobs } = stored(bgzip(text, { blockBytes: 61 }), sample);
  const found: VariantRecord[] = [];
  for await (const record of (await openVcf(source, blobs)).records(ranges)) found.push(record);
  return found;
}

test('gives all records of one sample with their line numbers', async () => {
  const found = await positions('bob');
  expect(found.map(({ line, pos }) => [line, pos])).toEqual([
    [3, 100],
    [4, 150],
    [5, 200],
    [6, 500],
    [7, 42126611],
  ]);
  expect(found.map(({ sample }) => sample[0])).toEqual(['0/0', '1/1', '0/0', '0/1', '0|1']);
});

test.each([
  ['a point', { chrom: 'chr1', start: 100, end: 100 }, [100]],
  ['the tail of a deletion, contig without chr', { chrom: '1', start: 153, end: 160 }, [150]],
  ['just behind it', { chrom: '1', start: 154, end: 160 }, []],
  ['the inside of a block', { chrom: '2', start: 399, end: 399 }, [200]],
  ['behind the block', { chrom: 'chr2', start: 401, end: 499 }, []],
  ['a key that only ends in END', { chrom: 'chr2', start: 9000, end: 9000 }, []],
  ['22 is not 2', { chrom: '22', start: 200, end: 42126611 }, [42126611]],
])('finds what overlaps %s', async (_, range, expected) => {
  expect((await positions('ann', [range])).map(({ pos }) => pos)).toEqual(expected);
});

test('a sample that is not there is broken use', async () => {
  const { source, blobs } = stored(text, 'eve');
  await expect(openVcf(source, blobs)).rejects.toMatchObject({ code: 'not-found' });
});

test('can be walked twice and stopped early', async () => {
  const { source, blobs } = stored(text, 'ann');
  const handle = await openVcf(source, blobs);
  for await (const record of handle.records()) {
    expect(record.pos).toBe(100);
    break;
  }
  let count = 0;
  for await (const _ of handle.records()) count += 1;
  expect(count).toBe(5);
});

test.each([
  'chr22',
  '22',
  'CHR22',
  'chromosome22',
  'NC_000022.11',
  'NC_000022.10',
  'CM000684.2',
])('a contig is found under the name %s', async (name) => {
  const { source, blobs } = stored(
    vcfText(['ann'], ['2 7 A C 0/1', `${name} 7 A C 0/1`, `${name}_alt 7 A C 0/1`]),
    'ann',
  );
  const found: string[] = [];
  for await (const { chrom } of (await openVcf(source, blobs)).records([{ chrom: 'chr22', start: 7, end: 7 }])) {
    found.push(chrom);
  }
  expect(found).toEqual([name]);
});

test('records out of order are found as well as sorted ones', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => `chr${1 + ((i * 7) % 3)} ${1 + ((i * 389) % 500)} A C 0/1`);
  const ranges = [
    { chrom: '1', start: 20, end: 40 },
    { chrom: '1', start: 300, end: 310 },
    { chrom: '3', start: 499, end: 600 },
  ];
  const { source, blobs } = stored(vcfText(['ann'], rows), 'ann');
  const found: string[] = [];
  for await (const { chrom, pos } of (await openVcf(source, blobs)).records(ranges)) found.push(`${chrom} ${pos}`);
  const expected = rows.filter((row) => {
    const [chrom, pos] = row.split(' ') as [string, string];
    return ranges.some((one) => `chr${one.chrom}` === chrom && Number(pos) >= one.start && Number(pos) <= one.end);
  });
  expect(found).toEqual(expected.map((row) => row.split(' ').slice(0, 2).join(' ')));
  expect(found.length).toBeGreaterThan(10);
});
