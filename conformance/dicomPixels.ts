import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { bytesInMemory } from '../src/intake/dicom/bytes.ts';
import { PixelError, type Samples } from '../src/intake/dicom/codecs/frame.ts';
import { type DicomHeader, readHeader } from '../src/intake/dicom/header.ts';
import { frameReader } from '../src/intake/dicom/pixels.ts';
import { sniffDicom } from '../src/intake/dicom/sniff.ts';
import { defaultLimits } from '../src/intake/format.ts';

/** What became of one file: frames, an object without pixels, or a refusal with its code. */
export type Decoded =
  | { type: 'pixels'; header: DicomHeader; frames: Samples[] }
  | { type: 'object'; header: DicomHeader }
  | { type: 'refused'; code: string; message: string }
  | { type: 'not-dicom' };

/** Reads a file (also one packed with zstd) and decodes all its frames. */
export async function decodeFile(path: string): Promise<Decoded> {
  const raw = readFileSync(path);
  const bytes = path.endsWith('.zst') ? zstdDecompressSync(raw) : raw;
  const head = bytes.subarray(0, 4096);
  if (!sniffDicom(head, bytes.length)) return { type: 'not-dicom' };
  const read = await readHeader({ ...bytesInMemory(bytes), head }, defaultLimits);
  if ('refused' in read) return { type: 'refused', code: read.refused.code, message: read.refused.message };
  const { header } = read;
  if (header.pixel === undefined) return { type: 'object', header };
  try {
    const reader = await frameReader(header, bytesInMemory(bytes));
    const frames: Samples[] = [];
    for (let frame = 0; frame < reader.shape.frames; frame++) frames.push(await reader.read(frame));
    return { type: 'pixels', header, frames };
  } catch (error) {
    if (error instanceof PixelError) return { type: 'refused', code: error.code, message: error.message };
    throw error;
  }
}

/** Largest difference between the samples of two files; Infinity when they do not compare. */
export function largestDifference(a: Decoded, b: Decoded, frames?: number): number {
  if (a.type !== 'pixels' || b.type !== 'pixels') return Number.POSITIVE_INFINITY;
  const count = frames ?? a.frames.length;
  if (b.frames.length < count || a.frames.length < count) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let n = 0; n < count; n++) {
    const [x, y] = [a.frames[n]!, b.frames[n]!];
    if (x.length !== y.length) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i]! - y[i]!));
  }
  return worst;
}

export function nameOf(path: string): string {
  return basename(path).replace(/\.zst$/, '');
}
