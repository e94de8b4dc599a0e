import { expect, test } from 'vitest';
import { defaultLimits } from '../format.ts';
import { bcfHead as head, bcfRecord as record } from './bcfTesting.ts';
import { floatText } from './bcfValues.ts';
import { vcfFormat } from './format.ts';
import { openVcf } from './open.ts';
import { bgzip, fileOf, stored } from './testing.ts';

// 0/1 and a haploid 1; 0|1 and ./.
const records = [record(99, [2, 4, 4, 0x81]), record(199, [2, 5, 0, 0])];
const whole = Buffer.concat([head(), ...records]);

test.each([
  ['packed', bgzip(whole, { blockBytes: 101 })],
  ['plain', whole],
])('%s BCF is read as the VCF that it stands for', async (_, content) => {
  const file = fileOf(content);
  expect(vcfFormat.sniff(file.head, file)).toBe(true);
  const read = await vcfFormat.read(file, defaultLimits);
  expect(read).toMatchObject({ piece: { records: 2, malformed: 0, samples: ['ann', 'bob'], contigs: 2 }, issues: [] });
  const { source, blobs } = stored(content, 'bob');
  const found = [];
  for await (const one of (await openVcf(source, blobs)).records([{ chrom: '10', start: 1, end: 150 }]))
    found.push(one);
  expect(found).toEqual([
    {
      line: 10,
      chrom: 'chr10',
      pos: 100,
      id: 'rs1',
      ref: 'A',
      alt: ['C'],
      qual: '.',
      filter: 'PASS',
      info: 'DP=300;DB',
      format: ['GT', 'AF'],
      sample: ['1', '.'],
    },
  ]);
  const ann = stored(content, 'ann');
  const phased = [];
  for await (const { sample } of (await openVcf(ann.source, ann.blobs)).records()) phased.push(sample);
  expect(phased).toEqual([
    ['0/1', '0.125'],
    ['0|1', '0.125'],
  ]);
});

/** A record that claims so many samples. */
function claiming(samples: number): Buffer {
  const bytes = Buffer.from(records[0]!);
  bytes.writeUIntLE(samples, 8 + 20, 3);
  return bytes;
}

test.each([
  ['another number of samples', Buffer.concat([head(), claiming(1_000_000)]), 0],
  ['cut within a record', whole.subarray(0, whole.length - 5), 1],
  ['a key that the header does not have', Buffer.concat([head(), record(99, [2, 4, 4, 4], 77)]), 0],
  [
    'a length that runs out of the record',
    Buffer.concat([head(), records[0]!, Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])]),
    1,
  ],
])('%s ends the reading by name', async (_, content, good) => {
  const read = await vcfFormat.read(fileOf(bgzip(content)), defaultLimits);
  if ('refused' in read || read.piece.kind !== 'variants') throw new Error('refused');
  expect(read.piece.records).toBe(good);
  expect(read.issues[0]).toMatchObject({
    code: 'bcf-broken',
    severity: 'error',
    place: expect.stringMatching(/byte \d+/),
  });
});

test('a BCF that ends within a record and without its end block is read as far as it goes', async () => {
  const content = bgzip(whole.subarray(0, whole.length - 5), { end: false });
  const read = await vcfFormat.read(fileOf(content), defaultLimits);
  expect(read).toMatchObject({ piece: { records: 1 }, issues: [{ code: 'bgzf-no-end' }, { code: 'bcf-broken' }] });
  const { source, blobs } = stored(content, 'ann');
  const found = [];
  for await (const one of (await openVcf(source, blobs)).records()) found.push(one.pos);
  expect(found).toEqual([100]);
});

test('a record that claims to be huge is not waited for', async () => {
  const claim = Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]);
  const read = await vcfFormat.read(fileOf(Buffer.concat([whole, claim])), defaultLimits);
  expect(read).toMatchObject({ piece: { records: 2 }, issues: [{ code: 'line-too-long' }] });
});

test('a header alone that is cut is refused', async () => {
  expect(await vcfFormat.read(fileOf(head().subarray(0, 60)), defaultLimits)).toMatchObject({ refused: {} });
});

test('floats as C writes them with %g', () => {
  expect([0.1, 1e-5, 123456.7, 1234567, 100, 0.00012345, 2 / 3, -0.5].map(floatText)).toEqual([
    '0.1',
    '1e-05',
    '123457',
    '1.23457e+06',
    '100',
    '0.00012345',
    '0.666667',
    '-0.5',
  ]);
});
