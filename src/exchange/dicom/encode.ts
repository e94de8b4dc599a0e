import { elements } from './elements.ts';

/** One data set: keyword -> value. Texts and numbers may be lists, sequences are lists of data sets, pixels are bytes. */
export interface Dataset {
  [keyword: string]: string | number | Uint8Array | readonly (string | number)[] | readonly Dataset[] | undefined;
}

const explicitLittleEndian = '1.2.840.10008.1.2.1';
const longForm = new Set(['OB', 'OF', 'SQ', 'UT', 'UC']);
const longest: Record<string, number> = { CS: 16, SH: 16, LO: 64, PN: 64, ST: 1024, DS: 16, IS: 12, UI: 64 };

/**
 * A DICOM file (PS3.10) in Explicit VR Little Endian, UTF-8. Elements stand in the order of their tags, so that equal
 * content gives equal bytes. Texts are cut to the length of their VR. Throws `RangeError` for what has no form.
 */
export function encodeFile(dataset: Dataset): Uint8Array<ArrayBuffer> {
  const meta = encodeDataset({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: dataset.SOPClassUID,
    MediaStorageSOPInstanceUID: dataset.SOPInstanceUID,
    TransferSyntaxUID: explicitLittleEndian,
    ImplementationClassUID: '2.25.195286411838317215412164932573425862141',
    ImplementationVersionName: 'IDIOGRAPH',
  });
  const start = new Uint8Array(144);
  start.set([0x44, 0x49, 0x43, 0x4d, 2, 0, 0, 0, 0x55, 0x4c, 4, 0], 128);
  new DataView(start.buffer).setUint32(140, length(meta), true);
  const parts = [start, ...meta, ...encodeDataset({ SpecificCharacterSet: 'ISO_IR 192', ...dataset })];
  return joined(parts);
}

function encodeDataset(dataset: Dataset): Uint8Array[] {
  return Object.entries(dataset)
    .flatMap(([keyword, value]) => {
      if (value === undefined) return [];
      const element = elements.get(keyword);
      if (!element) throw new RangeError(`no DICOM element is called ${keyword}`);
      return [{ ...element, keyword, value }];
    })
    .sort((a, b) => a.tag - b.tag)
    .flatMap(({ tag, vr, keyword, value }) => {
      const parts = encodeValue(keyword, vr, value);
      const bytes = length(parts);
      const isLong = longForm.has(vr);
      if (bytes > (isLong ? 0xfffffffe : 0xfffe))
        throw new RangeError(`${keyword}: ${bytes} bytes are too long for ${vr}`);
      const header = new Uint8Array(isLong ? 12 : 8);
      const view = new DataView(header.buffer);
      view.setUint16(0, tag >>> 16, true);
      view.setUint16(2, tag & 0xffff, true);
      header[4] = vr.charCodeAt(0);
      header[5] = vr.charCodeAt(1);
      if (isLong) view.setUint32(8, bytes, true);
      else view.setUint16(6, bytes, true);
      return [header, ...parts];
    });
}

function encodeValue(keyword: string, vr: string, value: NonNullable<Dataset[string]>): Uint8Array[] {
  if (value instanceof Uint8Array) return value.length % 2 === 0 ? [value] : [value, new Uint8Array(1)];
  if (vr === 'SQ') return (value as readonly Dataset[]).flatMap(item);
  const values = (Array.isArray(value) ? value : [value]) as readonly (string | number)[];
  const binary = { US: 2, UL: 4, AT: 4, FD: 8 }[vr];
  if (binary !== undefined) return [numbers(keyword, vr, binary, values.map(Number))];
  const texts = values.map((one) => {
    const text = typeof one === 'number' ? decimal(one, vr) : plain(one, vr);
    const most = longest[vr];
    if (most === undefined || text.length <= most) return text;
    if (['UI', 'CS', 'DS', 'IS'].includes(vr)) throw new RangeError(`${keyword}: ${text} is too long for ${vr}`);
    return text.slice(0, most).trimEnd();
  });
  const bytes = new TextEncoder().encode(texts.join('\\'));
  return bytes.length % 2 === 0 ? [bytes] : [bytes, Uint8Array.of(vr === 'UI' ? 0 : 0x20)];
}

function item(dataset: Dataset): Uint8Array[] {
  const parts = encodeDataset(dataset);
  const header = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0);
  new DataView(header.buffer).setUint32(4, length(parts), true);
  return [header, ...parts];
}

function numbers(keyword: string, vr: string, size: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) {
    const most = vr === 'US' ? 0xffff : 0xffffffff;
    if (vr !== 'FD' && !(Number.isInteger(value) && value >= 0 && value <= most))
      throw new RangeError(`${keyword}: ${value} does not fit into ${vr}`);
    if (vr === 'FD') view.setFloat64(at * 8, value, true);
    else if (vr === 'US') view.setUint16(at * 2, value, true);
    else if (vr === 'UL') view.setUint32(at * 4, value, true);
    else {
      view.setUint16(at * 4, value >>> 16, true);
      view.setUint16(at * 4 + 2, value & 0xffff, true);
    }
  }
  return bytes;
}

/** Without what would end a value or an element early: controls, and backslashes where they part values. */
function plain(text: string, vr: string): string {
  const tame = text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return vr === 'UT' || vr === 'ST' ? tame : tame.replaceAll('\\', '/');
}

/** The most digits of a number that fit into the 16 characters of a DS; whole numbers for IS. */
export function decimal(value: number, vr = 'DS'): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no form as ${vr}`);
  if (vr === 'IS') return String(Math.round(value));
  for (let digits = 16; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  throw new RangeError(`${value} does not fit into a decimal string`);
}

function length(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
