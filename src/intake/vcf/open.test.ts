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
