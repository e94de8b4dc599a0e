import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The chain is cut into files; the name of each tells the number of its first line. */
export interface Segment {
  name: string;
  firstSeq: number;
}

/** No line of ours is longer: its fields are bounded. What is longer is damage, and not read into memory. */
const longestLineBytes = 2 ** 20;
const blockBytes = 2 ** 16;
const newline = 10;

export function segmentName(firstSeq: number): string {
  return `chain-${String(firstSeq).padStart(12, '0')}.jsonl`;
}

/** All segments, oldest first. */
export async function listSegments(directory: string): Promise<Segment[]> {
  if (!existsSync(directory)) return [];
  return (await readdir(directory))
    .flatMap((name) => {
      const match = /^chain-(\d{12,})\.jsonl$/.exec(name);
      return match === null ? [] : [{ name, firstSeq: Number(match[1]) }];
    })
    .sort((a, b) => a.firstSeq - b.firstSeq);
}

export interface RawLine {
  /** Undefined: not UTF-8, or longer than any line can be. */
  text: string | undefined;
  /** First byte in the file. */
  offset: number;
  bytes: number;
  /** Ends with a line end; only the last of a file may not. */
  ended: boolean;
}

/** A decoder that neither repairs bytes nor swallows a byte order mark: either would hide an edit. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The lines of a file from its start, from a given byte on, up to a given one. */
export async function* linesOf(path: string, from = 0, until = Number.POSITIVE_INFINITY): AsyncGenerator<RawLine> {
  const file = await open(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let offset = from;
    let tooLong = 0;
    for (;;) {
      const wanted = Math.min(blockBytes, until - offset - tooLong - rest.length);
      const block = await readAt(file, offset + tooLong + rest.length, wanted);
      if (block.length === 0) break;
      let bytes: Buffer = rest.length === 0 ? block : Buffer.concat([rest, block]);
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline)) {
        const length = tooLong + end + 1;
        yield { text: tooLong > 0 ? undefined : decoded(bytes.subarray(0, end)), offset, bytes: length, ended: true };
        offset += length;
        tooLong = 0;
        bytes = bytes.subarray(end + 1);
      }
      if (tooLong + bytes.length > longestLineBytes) {
        tooLong += bytes.length;
        bytes = Buffer.alloc(0);
      }
      rest = bytes;
    }
    if (rest.length + tooLong > 0) {
      const text = tooLong > 0 ? undefined : decoded(rest);
      yield { text, offset, bytes: rest.length + tooLong, ended: false };
    }
  } finally {
    await file.close();
  }
}

/** The lines of a file from its end, without reading what comes before them. */
export async function* linesBackward(path: string): AsyncGenerator<RawLine> {
  const file = await open(path, 'r');
  try {
    let position = (await file.stat()).size;
    let ended = false;
    let rest: Buffer = Buffer.alloc(0);
    while (position > 0) {
      const length = Math.min(blockBytes, position);
      position -= length;
      let bytes: Buffer = Buffer.concat([await readAt(file, position, length), rest]);
      for (;;) {
        const body = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length;
        const start = body === 0 ? -1 : bytes.lastIndexOf(newline, body - 1);
        if (start < 0) break;
        if (bytes.length > body) ended = true;
        yield rawLine(bytes.subarray(start + 1, body), position + start + 1, ended);
        ended = true;
        // The line end of the line before stays, so that it is seen as ended.
        bytes = bytes.subarray(0, start + 1);
      }
      rest = bytes;
      if (rest.length > longestLineBytes) break;
    }
    if (rest.length > 0) {
      const body = rest.at(-1) === newline ? rest.length - 1 : rest.length;
      yield rawLine(rest.subarray(0, body), position, ended || body < rest.length);
    }
  } finally {
    await file.close();
  }
}

function rawLine(bytes: Uint8Array, offset: number, ended: boolean): RawLine {
  return { text: decoded(bytes), offset, bytes: bytes.length + (ended ? 1 : 0), ended };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0);
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Makes the entry of a new file durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function segmentPath(directory: string, firstSeq: number): string {
  return join(directory, segmentName(firstSeq));
}
