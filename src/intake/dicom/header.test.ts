import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLimits } from '../format.ts';
import { bytesInMemory } from './bytes.ts';
import { readHeader } from './header.ts';
import { sniffDicom } from './sniff.ts';
import { type Element, mrImage, sliceElements, writeDicom } from './testing.ts';

function read(bytes: Uint8Array) {
  return readHeader({ ...bytesInMemory(bytes), head: bytes.subarray(0, 4096) }, defaultLimits);
}

async function refusal(bytes: Uint8Array): Promise<string | undefined> {
  const result = await read(bytes);
  return 'refused' in result ? result.refused.code : undefined;
}

const slice = sliceElements({ instance: 1, position: [1, 2, 3] });

test.each([
  ['explicit little endian', '1.2.840.10008.1.2.1', {}],
  ['explicit little endian, undefined lengths', '1.2.840.10008.1.2.1', { undefinedLengths: true }],
  ['implicit little endian', '1.2.840.10008.1.2', {}],
  ['implicit, undefined lengths', '1.2.840.10008.1.2', { undefinedLengths: true }],
  ['explicit big endian', '1.2.840.10008.1.2.2', {}],
  ['deflated', '1.2.840.10008.1.2.1.99', {}],
  ['bare explicit', '1.2.840.10008.1.2.1', { bare: true }],
  ['bare implicit', '1.2.840.10008.1.2', { bare: true }],
  ['bare big endian', '1.2.840.10008.1.2.2', { bare: true }],
])('reads %s', async (_, transferSyntax, options) => {
  const nested: Element = [
    0x00540016,
    'SQ',
    [
      [
        [0x00181074, 'DS', '388800000'],
        [0x00540300, 'SQ', [[[0x00080100, 'SH', 'C-111A1']]]],
      ],
    ],
  ];
  const bytes = writeDicom([...slice.slice(0, -1), nested, slice.at(-1)!], { transferSyntax, ...options });
  expect(sniffDicom(bytes.subarray(0, 4096), bytes.length)).toBe(true);
  const result = await read(bytes);
  if ('refused' in result) throw new Error(result.refused.message);
  const { record, pixel } = result.header;
  expect(record['ImagePositionPatient']).toEqual([1, 2, 3]);
  expect(record['Rows']).toBe(2);
  expect(record['RadiopharmaceuticalInformationSequence']).toEqual([
    { RadionuclideTotalDose: 388_800_000, RadionuclideCodeSequence: [{ CodeValue: 'C-111A1' }] },
  ]);
  expect(pixel?.length).toBe(12);
});

test.each([
  ['text', new TextEncoder().encode('a,b,c\n1,2,3\n'.repeat(50))],
  ['a zip', new Uint8Array([0x50, 0x4b, 3, 4, ...new Array(200).fill(8)])],
  ['a NIfTI header', new Uint8Array([0x5c, 1, 0, 0, ...new Array(400).fill(0)])],
  ['zeros', new Uint8Array(500)],
  ['nothing', new Uint8Array(0)],
])('does not take %s for DICOM', (_, bytes) => {
  expect(sniffDicom(bytes, bytes.length)).toBe(false);
});

test('refuses sequences nested without end, whatever their lengths', async () => {
  let item: Element[] = [[0x00080100, 'SH', 'end']];
  for (let depth = 0; depth < 100; depth++) item = [[0x00540300, 'SQ', [item]]];
  expect(await refusal(writeDicom(item, { undefinedLengths: true }))).toBe('sequence-too-deep');
  expect(await refusal(writeDicom(item, { transferSyntax: '1.2.840.10008.1.2', undefinedLengths: true }))).toBe(
    'sequence-too-deep',
  );
});

test('refuses lengths beyond the end and pixels that are not there', async () => {
  const bytes = writeDicom(slice);
  expect(await refusal(bytes.subarray(0, bytes.length - 1))).toBe('pixel-data-short');
  expect(await refusal(bytes.subarray(0, 400))).toMatch(/^(length-beyond-end|pixel-data-missing)$/);
  const lying = writeDicom([
    [0x00080016, 'UI', mrImage],
    [0x00080060, 'CS', new Uint8Array(60_000)],
  ]);
  expect(await refusal(lying.subarray(0, 1000))).toBe('length-beyond-end');
  const huge = slice.map(
    (one): Element => (one[0] === 0x00280010 || one[0] === 0x00280011 ? [one[0], 'US', 65_535] : one),
  );
  expect(await refusal(writeDicom(huge))).toBe('image-too-large');
});

test('refuses a data set that inflates beyond reason', async () => {
  const bomb = slice.map(
    (one): Element => (one[0] === 0x7fe00010 ? [one[0], 'OB', new Uint8Array(40 * 2 ** 20)] : one),
  );
  expect(await refusal(writeDicom(bomb, { transferSyntax: '1.2.840.10008.1.2.1.99' }))).toBe('inflation-limit');
});

test('reads elements although the meta group names another encoding, and says so', async () => {
  const implicit = writeDicom(slice, { transferSyntax: '1.2.840.10008.1.2', bare: true });
  const explicit = writeDicom(slice);
  const metaEnd = explicit.length - writeDicom(slice, { bare: true }).length;
  const result = await read(new Uint8Array([...explicit.subarray(0, metaEnd), ...implicit]));
  if ('refused' in result) throw new Error(result.refused.message);
  expect(result.issues.map((one) => one.code)).toContain('transfer-syntax-mismatch');
  expect(result.header.record['Rows']).toBe(2);
});

test('keeps private elements only under the creator that owns them', async () => {
  const withPrivate = (creator: string): Promise<unknown> =>
    read(
      writeDicom([...slice.slice(0, -1), [0x70530010, 'LO', creator], [0x70531000, 'DS', '0.5'], slice.at(-1)!]),
    ).then((result) => ('header' in result ? result.header.record['(7053,1000)'] : undefined));
  expect(await withPrivate('Philips PET Private Group')).toBe(0.5);
  expect(await withPrivate('SOMEBODY ELSE')).toBeUndefined();
});

test('whatever is done to the bytes, reading ends in a header or a refusal', async () => {
  const whole = writeDicom(slice, { undefinedLengths: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 130, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 8,
      }),
      fc.integer({ min: 0, max: whole.length }),
      async (changes, end) => {
        const bytes = whole.slice(0, end);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const result = await read(bytes);
        expect('header' in result || result.refused.message.length > 0).toBe(true);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
