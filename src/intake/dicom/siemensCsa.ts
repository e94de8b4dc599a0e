import type { DicomRecord } from './record.ts';

/** CSA fields that geometry and diffusion need. */
const wanted = [
  'NumberOfImagesInMosaic',
  'SliceNormalVector',
  'B_value',
  'DiffusionGradientDirection',
  'MosaicRefAcqTimes',
  'ProtocolSliceNumber',
];

/**
 * Replaces the CSA image header (0029,1010) by the few numbers in it that are needed, under `csa.<name>`.
 * Format "SV10" (CSA2) and the older one without magic, little endian: number of tags, then per tag a 64-byte name,
 * value count, VR, number of items, and items of four length words and padded text. After gdcm and nibabel's description.
 */
export function readCsa(record: DicomRecord): void {
  const hex = record['(0029,1010)'];
  delete record['(0029,1010)'];
  if (typeof hex !== 'string') return;
  const bytes = Buffer.from(hex, 'hex');
  const sv10 = bytes.toString('latin1', 0, 4) === 'SV10';
  let at = sv10 ? 8 : 0;
  if (at + 8 > bytes.length) return;
  const tags = bytes.readUInt32LE(at);
  at += 8;
  if (tags === 0 || tags > 512) return;
  let firstItems = 0;
  for (let tag = 0; tag < tags; tag++) {
    if (at + 84 > bytes.length) return;
    const name = text(bytes, at, at + 64);
    const items = bytes.readUInt32LE(at + 76);
    at += 84;
    if (tag === 0) firstItems = items;
    if (items > 4096) return;
    const values: number[] = [];
    for (let item = 0; item < items; item++) {
      if (at + 16 > bytes.length) return;
      // CSA2 has the length in the second word; CSA1 in the first, plus the number of items of the first tag.
      const length = sv10 ? bytes.readUInt32LE(at + 4) : bytes.readUInt32LE(at) - firstItems;
      at += 16;
      if (length < 0 || length > bytes.length - at) return;
      const value = text(bytes, at, at + length).trim();
      if (value !== '' && Number.isFinite(Number(value))) values.push(Number(value));
      at += Math.ceil(length / 4) * 4;
    }
    if (wanted.includes(name) && values.length > 0) record[`csa.${name}`] = values.length === 1 ? values[0]! : values;
  }
}

function text(bytes: Buffer, start: number, end: number): string {
  const zero = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, zero >= start && zero < end ? zero : end);
}
