import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';
import { isGzip } from '../gzip.ts';

/** Bytes that can be read piece by piece. */
export interface Bytes {
  bytes: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Trouble that ends the reading of a text. */
export class TextTrouble extends Error {
  readonly issue: Issue;
  constructor(trouble: Issue) {
    super(trouble.message);
    this.issue = trouble;
  }
}

const pieceBytes = 1 << 20;

async function* piecesOf({ bytes, read }: Bytes): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += pieceBytes) yield Buffer.from(await read(at, Math.min(bytes, at + pieceBytes)));
}

/**
 * The lines of a plain or gzip text, some at a time, with one piece of it in memory. Throws {@link TextTrouble} for
 * damaged packing, for text beyond the limits and for bytes that are not UTF-8.
 */
export async function* textLines(source: Bytes, limits: Limits): AsyncGenerator<string[]> {
  const packed = isGzip(await source.read(0, Math.min(source.bytes, 16)));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const most = Math.min(limits.inflatedBytes, Math.max(64 * 2 ** 20, source.bytes * limits.inflationRatio));
  const stream = packed ? Readable.from(piecesOf(source)).pipe(createGunzip()) : piecesOf(source);
  let seen = 0;
  let rest = '';
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      seen += piece.length;
      if (seen > most) throw trouble('text-too-large', `It unpacks to more than ${most} bytes.`);
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop()!;
      if (rest.length > limits.lineBytes) throw trouble('line-too-long', 'A line is longer than the limit.');
      yield lines.map(withoutReturn);
    }
    rest += decoder.decode();
  } catch (error) {
    if (error instanceof TextTrouble) throw error;
    const damaged = error instanceof TypeError ? 'It is not UTF-8 text.' : 'The packing is damaged or cut off.';
    throw trouble('text-damaged', damaged);
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function trouble(code: string, message: string): TextTrouble {
  return new TextTrouble(issue('error', code, message, { remedy: 'Get the file again from where it came from.' }));
}
