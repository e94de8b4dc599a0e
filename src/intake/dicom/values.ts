import { decodeText } from './charset.ts';
import type { DicomValue } from './record.ts';

/** Value representations with a 32-bit length in explicit encoding (PS3.5 7.1.2). */
export const longForm = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const shortForm = [
  'AE',
  'AS',
  'AT',
  'CS',
  'DA',
  'DS',
  'DT',
  'FD',
  'FL',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'SL',
  'SS',
  'ST',
];
export const representations = new Set([...longForm, ...shortForm, 'TM', 'UI', 'UL', 'US']);

/** Form of a value representation by its two letters as one number: 0 unknown, 1 short length, 2 long length. */
export const formOfCode = new Uint8Array(65_536);
for (const vr of representations) formOfCode[vr.charCodeAt(0) * 256 + vr.charCodeAt(1)] = longForm.has(vr) ? 2 : 1;

export function nameOfCode(code: number): string {
  return code === 0 ? '' : String.fromCharCode(code >> 8, code & 255);
}

const textual = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
const single = new Set(['LT', 'ST', 'UT', 'UR']);
const binarySize: Record<string, number> = {
  US: 2,
  SS: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  FD: 8,
  OW: 2,
  OF: 4,
  OD: 8,
  OL: 4,
  AT: 4,
  OV: 8,
  UV: 8,
  SV: 8,
};

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0 || text.charCodeAt(end - 1) === 32)) end--;
  return text.slice(0, end);
}

/** Bytes with the views that reading needs, made once for many values: a view for each value would cost more than the value. */
export interface Window {
  bytes: Uint8Array;
  view: DataView;
  buffer: Buffer;
}

export function windowOf(bytes: Uint8Array): Window {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80 || bytes[i] === 0x1b) return false;
  return true;
}

function readText(
  { bytes, buffer }: Window,
  start: number,
  end: number,
  vr: string,
  charsets: readonly string[],
): DicomValue | undefined {
  // Padding is taken off before the text is made; what is left of single values needs no second look.
  while (end > start && (bytes[end - 1] === 0 || bytes[end - 1] === 32)) end--;
  if (end === start) return undefined;
  const foreign = textual.has(vr) && charsets.length > 0 && !isAscii(bytes, start, end);
  const raw = foreign ? decodeText(bytes.subarray(start, end), charsets) : buffer.toString('latin1', start, end);
  if (single.has(vr)) return raw;
  if (!raw.includes('\\')) {
    const value = toValue(raw, vr);
    return value === '' ? undefined : value;
  }
  const values = raw.split('\\').map((one) => toValue(one, vr));
  return values.every((one) => one === '') ? undefined : values;
}

/** DS and IS become numbers where they are numbers; anything else stays as the text that was there. */
function toValue(raw: string, vr: string): string | number {
  const text = vr === 'UI' || vr === 'CS' || vr === 'DS' || vr === 'IS' ? trimEnd(raw).trim() : trimEnd(raw);
  if ((vr === 'DS' || vr === 'IS') && text !== '') {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  return text;
}

function readBinary(
  view: DataView,
  start: number,
  end: number,
  vr: string,
  size: number,
  bigEndian: boolean,
): DicomValue | undefined {
  const count = Math.floor((end - start) / size);
  if (count === 0) return undefined;
  if (count === 1) return finite(readNumber(view, start, vr, !bigEndian));
  return Array.from({ length: count }, (_, i) => finite(readNumber(view, start + i * size, vr, !bigEndian)));
}

/** JSON has no infinities: they stay as text. */
function finite(value: number | string): number | string {
  return typeof value === 'string' || Number.isFinite(value) ? value : String(value);
}

function readNumber(view: DataView, at: number, vr: string, little: boolean): number | string {
  switch (vr) {
    case 'US':
    case 'OW':
      return view.getUint16(at, little);
    case 'SS':
      return view.getInt16(at, little);
    case 'UL':
    case 'OL':
      return view.getUint32(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'FL':
    case 'OF':
      return view.getFloat32(at, little);
    case 'AT': {
      const tag = view.getUint16(at, little) * 65536 + view.getUint16(at + 2, little);
      return tag.toString(16).padStart(8, '0').toUpperCase();
    }
    case 'OV':
    case 'UV':
      return Number(view.getBigUint64(at, little));
    case 'SV':
      return Number(view.getBigInt64(at, little));
    default:
      return view.getFloat64(at, little);
  }
}

/**
 * The value of one element, bytes start..end-1 of the window: text, number, or a list of them when it has several
 * values; undefined when empty. OB and UN come as hexadecimal digits (short private values), AT as eight of them.
 */
export function readValue(
  window: Window,
  start: number,
  end: number,
  vr: string,
  bigEndian: boolean,
  charsets: readonly string[],
): DicomValue | undefined {
  if (end <= start) return undefined;
  const size = binarySize[vr];
  if (size !== undefined) return readBinary(window.view, start, end, vr, size, bigEndian);
  if (vr === 'OB' || vr === 'UN') return window.buffer.toString('hex', start, end);
  return readText(window, start, end, vr, charsets);
}
