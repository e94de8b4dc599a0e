import { PixelError } from './codecs/frame.ts';
import type { DicomHeader } from './header.ts';
import { numbersOf } from './record.ts';

/** Byte ranges of the fragments of encapsulated pixels, the offset table (first item) apart (PS3.5 A.4). */
export function readFragments(
  bytes: Uint8Array,
  start: number,
): { table: number[]; fragments: { at: number; length: number }[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: { at: number; length: number }[] = [];
  let at = start;
  while (at + 8 <= bytes.length) {
    const group = view.getUint16(at, true);
    const element = view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    if (group !== 0xfffe || (element !== 0xe000 && element !== 0xe0dd))
      throw new PixelError('fragments-broken', `No fragment begins at byte ${at}.`);
    if (element === 0xe0dd) break;
    if (at + 8 + length > bytes.length)
      throw new PixelError('fragments-broken', `The fragment at byte ${at} is longer than the file.`);
    items.push({ at: at + 8, length });
    at += 8 + length;
  }
  const [first, ...fragments] = items;
  const table = first
    ? Array.from({ length: Math.floor(first.length / 4) }, (_, i) => view.getUint32(first.at + 4 * i, true))
    : [];
  return { table, fragments };
}

function join(bytes: Uint8Array, parts: { at: number; length: number }[]): Uint8Array {
  if (parts.length === 1) return bytes.subarray(parts[0]!.at, parts[0]!.at + parts[0]!.length);
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    out.set(bytes.subarray(part.at, part.at + part.length), to);
    to += part.length;
  }
  return out;
}

/** True when a codestream of the JPEG family begins here. */
function beginsCodestream(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && (bytes[at + 1] === 0xd8 || bytes[at + 1] === 0x4f);
}

/**
 * Fragments of each frame: one each when the numbers agree; else by the extended offset table, the basic offset table,
 * or, without a table, by where codestreams begin.
 */
export function framesOfFragments(header: DicomHeader, bytes: Uint8Array, frames: number): Uint8Array[] {
  const { table, fragments } = readFragments(bytes, header.pixel!.at);
  if (fragments.length === 0) throw new PixelError('fragments-broken', 'The compressed pixels hold no fragment.');
  if (frames === 1) return [join(bytes, fragments)];
  if (fragments.length === frames) return fragments.map((one) => join(bytes, [one]));
  const extended = readExtendedTable(header);
  const offsets = extended ?? (table.length === frames ? table : undefined);
  if (offsets !== undefined && offsets.length === frames) {
    // Offsets count from the first byte of the first fragment's item tag.
    const base = fragments[0]!.at - 8;
    const starts = offsets.map((offset) => fragments.findIndex((one) => one.at - 8 - base === offset));
    if (starts.every((one, i) => one >= 0 && (i === 0 || one > starts[i - 1]!)))
      return starts.map((start, i) => join(bytes, fragments.slice(start, starts[i + 1] ?? fragments.length)));
  }
  const starts = fragments.flatMap((one, i) => (beginsCodestream(bytes, one.at) ? [i] : []));
  if (starts.length === frames && starts[0] === 0)
    return starts.map((start, i) => join(bytes, fragments.slice(start, starts[i + 1] ?? fragments.length)));
  throw new PixelError(
    'fragments-ambiguous',
    `${fragments.length} fragments cannot be told apart into ${frames} frames.`,
  );
}

function readExtendedTable(header: DicomHeader): number[] | undefined {
  return numbersOf(header.record, 'ExtendedOffsetTable');
}
