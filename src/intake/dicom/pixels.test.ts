import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits } from '../format.ts';
import { bytesInMemory } from './bytes.ts';
import { readHeader } from './header.ts';
import { openDicomImage } from './openImage.ts';
import { frameReader } from './pixels.ts';
import { type Element, importFiles, sliceElements, type WriteOptions, withElements, writeDicom } from './testing.ts';

async function frames(elements: Element[], options: WriteOptions = {}): Promise<number[][]> {
  const bytes = writeDicom(elements, options);
  const read = await readHeader(bytesInMemory(bytes), defaultLimits);
  if ('refused' in read) throw new Error(read.refused.message);
  const reader = await frameReader(read.header, bytesInMemory(bytes));
  return Promise.all(Array.from({ length: reader.shape.frames }, async (_, n) => [...(await reader.read(n))]));
}

const base = sliceElements({ instance: 1, position: [0, 0, 0], rows: 1, columns: 2, pixels: [0xf801, 0x07ff] });

test('takes the stored bits out of the allocated ones and gives them their sign', async () => {
  const twelve = (representation: number, high: number): Element[] =>
    withElements(base, [
      [0x00280101, 'US', 12],
      [0x00280102, 'US', high],
      [0x00280103, 'US', representation],
    ]);
  expect(await frames(twelve(0, 11))).toEqual([[0x801, 0x7ff]]);
  expect(await frames(twelve(1, 11))).toEqual([[-2047, 2047]]);
  expect(await frames(twelve(0, 15))).toEqual([[0xf80, 0x07f]]);
});

/** RLE frame of one row of two 16-bit pixels. */
function rle(a: number, b: number): Uint8Array {
  const out = new Uint8Array(72);
  new DataView(out.buffer).setUint32(0, 2, true);
  new DataView(out.buffer).setUint32(4, 64, true);
  new DataView(out.buffer).setUint32(8, 68, true);
  out.set([1, a >> 8, b >> 8, 0x80, 1, a & 255, b & 255, 0x80], 64);
  return out;
}

const coded = withElements(base, [[0x00280008, 'IS', '2']]).filter(([tag]) => tag !== 0x7fe00010);
const syntax = '1.2.840.10008.1.2.5';
const [first, second] = [rle(1, 2), rle(3, 500)];
const halves = [first.subarray(0, 40), first.subarray(40), second.subarray(0, 20), second.subarray(20)];

test('one fragment a frame, several with an offset table, and several with nothing to tell them apart', async () => {
  const expected = [
    [1, 2],
    [3, 500],
  ];
  expect(await frames(coded, { transferSyntax: syntax, fragments: [first, second] })).toEqual(expected);
  expect(await frames(coded, { transferSyntax: syntax, fragments: halves, offsetTable: [0, 72 + 16] })).toEqual(
    expected,
  );
  await expect(frames(coded, { transferSyntax: syntax, fragments: halves })).rejects.toThrow('cannot be told apart');
});

test('an extended offset table serves as well', async () => {
  const table = new Uint8Array(16);
  new DataView(table.buffer).setBigUint64(8, 88n, true);
  const elements: Element[] = [...coded, [0x7fe00001, 'OV', table]];
  expect(await frames(elements, { transferSyntax: syntax, fragments: halves })).toEqual([
    [1, 2],
    [3, 500],
  ]);
});

test('an unsupported syntax is kept, warned about and refused by name when opened', async () => {
  const bytes = writeDicom(
    withElements(base, []).filter(([tag]) => tag !== 0x7fe00010),
    { transferSyntax: '1.2.840.10008.1.2.4.110', fragments: [new Uint8Array(10)] },
  );
  const imported = await importFiles({ 'xl.dcm': bytes });
  expect(
    imported.drafts[0]!.source.issues.find((one) => one.code === 'transfer-syntax-unsupported')?.message,
  ).toContain('JPEG XL');
  const image = await openDicomImage(imported.source(imported.drafts[0]!), imported.blobs);
  await expect(image.readVolume()).rejects.toMatchObject({
    code: 'unsupported',
    fields: { issue: { code: 'transfer-syntax-unsupported', severity: 'error' } },
    remedy: expect.stringContaining('Explicit VR Little Endian'),
  });
});

test('a modality table and a real world value mapping give values', async () => {
  const open = async (more: Element[]): Promise<number[]> => {
    const imported = await importFiles({
      'a.dcm': writeDicom(
        withElements(
          sliceElements({ instance: 1, position: [0, 0, 0], rows: 1, columns: 3, pixels: [10, 11, 99] }),
          more,
        ),
      ),
    });
    return [...(await (await openDicomImage(imported.source(imported.drafts[0]!), imported.blobs)).readVolume())];
  };
  const table: Element[] = [
    [0x00283002, 'US', [2, 10, 16]],
    [0x00283006, 'US', [100, 200]],
  ];
  expect(await open([[0x00283000, 'SQ', [table]]])).toEqual([100, 200, 200]);
  const mapping: Element[] = [
    [0x00409224, 'FD', 1],
    [0x00409225, 'FD', 0.5],
  ];
  expect(await open([[0x00409096, 'SQ', [mapping]]])).toEqual([6, 6.5, 50.5]);
});

test('a large multi-frame file on disk is read by frame, never as a whole', async () => {
  const [rows, columns, count] = [512, 512, 72];
  const pixels = new Uint8Array(rows * columns * 2 * count);
  for (let n = 0; n < count; n++) pixels[n * rows * columns * 2] = n;
  const bytes = writeDicom(
    withElements(sliceElements({ instance: 1, position: [0, 0, 0], rows, columns, pixels: [0] }), [
      [0x00280008, 'IS', String(count)],
      [0x7fe00010, 'OW', pixels],
    ]),
  );
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-test-'));
  try {
    const path = join(folder, 'large.dcm');
    writeFileSync(path, bytes);
    const imported = await importFiles({ 'large.dcm': bytes });
    const image = await openDicomImage(imported.source(imported.drafts[0]!), {
      bytes: () => Promise.reject(new Error('read as a whole')),
      file: async () => path,
    });
    expect(image.grid.shape).toEqual([512, 512, 1, 72]);
    expect((await image.readSlab(0, 1, 70))[0]).toBe(70);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
