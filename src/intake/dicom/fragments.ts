import type { ByteSource } from './bytes.ts';
import { PixelError } from './codecs/frame.ts';
import type { DicomHeader } from './header.ts';
import { numbersOf } from './record.ts';

export interface Fragment {
  at: number;
  length: number;
}

/** Where the fragments of encapsulated pixels lie, and the offset table, which is the first item (PS3.5 A.4). */
export async function readFragments(
  source: ByteSource,
  start: number,
): Promise<{ table: number[]; fragments: Fragment[] }> {
  const items: Fragment[] = [];
  let at = start;
  while (at + 8 <= source.bytes) {
    const bytes = await source.read(at, at + 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const element = view.getUint16(2, true);
    const length = view.getUint32(4, true);
    if (view.getUint16(0, true) !== 0xfffe || (element !== 0xe000 && element !== 0xe0dd))
      throw new PixelError('fragments-broken', `No fragment begins at byte ${at}.`);
    if (element === 0xe0dd) break;
    if (at + 8 + length > source.bytes)
      throw new PixelError('fragments-broken', `The fragment at byte ${at} is longer than the file.`);
    items.push({ at: at + 8, length });
    at += 8 + length;
  }
  const [first, ...fragments] = items;
  if (first === undefined) return { table: [], fragments };
  const bytes = await source.read(first.at, first.at + first.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    table: Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(4 * i, true)),
    fragments,
  };
}

/** The bytes of one frame's fragments, in one piece. */
export async function joinFragments(source: ByteSource, parts: Fragment[]): Promise<Uint8Array> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    out.set(await source.read(part.at, part.at + part.length), to);
    to += part.length;
  }
  return out;
}

/** True when a codestream of the JPEG family begins with this fragment. */
async function beginsCodestream(source: ByteSource, { at }: Fragment): Promise<boolean> {
  const bytes = await source.read(at, at + 2);
  return bytes[0] === 0xff && (bytes[1] === 0xd8 || bytes[1] === 0x4f);
}

/**
 * Fragments of each frame: one each when the numbers agree; else by the extended offset table, the basic offset table,
 * or, without a table, by where codestreams begin.
 */
export async function framesOfFragments(
  header: DicomHeader,
  source: ByteSource,
  frames: number,
): Promise<Fragment[][]> {
  const { table, fragments } = await readFragments(source, header.pixel!.at);
  if (fragments.length === 0) throw new PixelError('fragments-broken', 'The compressed pixels hold no fragment.');
  if (frames === 1) return [fragments];
  if (fragments.length === frames) return fragments.map((one) => [one]);
  const cut = (starts: number[]): Fragment[][] =>
    starts.map((start, i) => fragments.slice(start, starts[i + 1] ?? fragments.length));
  const offsets = readExtendedTable(header) ?? table;
  if (offsets.length === frames) {
    // Offsets count from the first byte of the first fragment's item tag.
    const base = fragments[0]!.at;
    const starts = offsets.map((offset) => fragments.findIndex((one) => one.at - base === offset));
    if (starts.every((one, i) => one >= 0 && (i === 0 || one > starts[i - 1]!))) return cut(starts);
  }
  const starts: number[] = [];
  for (const [i, one] of fragments.entries()) if (await beginsCodestream(source, one)) starts.push(i);
  if (starts.length === frames && starts[0] === 0) return cut(starts);
  throw new PixelError(
    'fragments-ambiguous',
    `${fragments.length} fragments cannot be told apart into ${frames} frames.`,
  );
}

function readExtendedTable(header: DicomHeader): number[] | undefined {
  return numbersOf(header.record, 'ExtendedOffsetTable');
}
