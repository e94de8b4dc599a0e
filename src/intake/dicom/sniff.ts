import type { Encoding } from './scan.ts';
import { longForm, representations } from './values.ts';

function magic(head: Uint8Array): boolean {
  return head.length >= 132 && head[128] === 0x44 && head[129] === 0x49 && head[130] === 0x43 && head[131] === 0x4d;
}

/**
 * Whether elements could stand at `at` in this encoding: at least `count` of them (or all there are), tags rising,
 * lengths inside the file. `fileBytes` is the size of the whole file.
 */
export function plausible(head: Uint8Array, at: number, encoding: Encoding, fileBytes: number, count = 3): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const little = !encoding.bigEndian;
  let last = -1;
  for (let n = 0; n < count; n++) {
    if (at + 8 > head.length) return n > 0 && at <= fileBytes && (at === fileBytes || head.length < fileBytes);
    const group = view.getUint16(at, little);
    const tag = group * 65536 + view.getUint16(at + 2, little);
    if (tag <= last || group > 0x7fe0 || (n === 0 && group > 0x0010)) return false;
    let length: number;
    let header = 8;
    if (encoding.explicit) {
      const vr = String.fromCharCode(head[at + 4]!, head[at + 5]!);
      if (!representations.has(vr)) return false;
      if (longForm.has(vr)) {
        if (at + 12 > head.length) return n > 0;
        header = 12;
        length = view.getUint32(at + 8, little);
      } else length = view.getUint16(at + 6, little);
    } else length = view.getUint32(at + 4, little);
    if (length === 0xffffffff) return n > 0;
    if (at + header + length > fileBytes) return false;
    last = tag;
    at += header + length;
  }
  return true;
}

/** The encoding that the bytes at `at` show, whatever was declared; undefined when none fits. */
export function guessEncoding(head: Uint8Array, at: number, fileBytes: number): Encoding | undefined {
  for (const encoding of [
    { explicit: true, bigEndian: false },
    { explicit: false, bigEndian: false },
    { explicit: true, bigEndian: true },
    { explicit: false, bigEndian: true },
  ])
    if (plausible(head, at, encoding, fileBytes)) return encoding;
  return undefined;
}

/** How the file begins: with preamble and DICM, with bare meta elements, with a bare data set, or not as DICOM. */
export function beginning(
  head: Uint8Array,
  fileBytes: number,
): { type: 'part-10'; at: number } | { type: 'data-set'; at: 0; encoding: Encoding } | undefined {
  if (magic(head)) return { type: 'part-10', at: 132 };
  if (head.length < 16) return undefined;
  const encoding = guessEncoding(head, 0, fileBytes);
  if (encoding === undefined) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const group = view.getUint16(0, !encoding.bigEndian);
  if (group === 2 && encoding.explicit && !encoding.bigEndian) return { type: 'part-10', at: 0 };
  return group === 8 || group === 2 ? { type: 'data-set', at: 0, encoding } : undefined;
}

/** True for DICOM by content: Part 10 files, and data sets written without preamble or meta group. */
export function sniffDicom(head: Uint8Array, fileBytes: number): boolean {
  return beginning(head, fileBytes) !== undefined;
}
