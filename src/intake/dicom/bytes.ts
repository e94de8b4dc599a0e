import { createInflateRaw } from 'node:zlib';

/** Bytes that can be read in pieces: a file on disk, a blob in memory, or the inflated rest of a deflated data set. */
export interface ByteSource {
  bytes: number;
  /** The first bytes, already in memory. */
  head: Uint8Array;
  /** Bytes start..end-1, fewer at the end. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A whole file that is in memory already. */
export function bytesInMemory(all: Uint8Array): ByteSource {
  return { bytes: all.length, head: all, read: async (start, end) => all.subarray(start, Math.min(end, all.length)) };
}

export class InflationTooLarge extends Error {}

/**
 * Inflates a raw deflate stream piece by piece and keeps what was asked for, up to `capBytes` of output: a bomb costs
 * no more than that. Returns at least `wantedBytes` bytes where the stream has them; `complete` tells that it ended.
 * Throws InflationTooLarge when more than `capBytes` would be needed, zlib's error for broken streams.
 */
export async function inflateUpTo(
  source: ByteSource,
  start: number,
  wantedBytes: number,
  capBytes: number,
): Promise<{ bytes: Uint8Array; complete: boolean }> {
  if (wantedBytes > capBytes) throw new InflationTooLarge();
  const inflate = createInflateRaw({ chunkSize: 65_536 });
  const pieces: Buffer[] = [];
  let size = 0;
  let complete = false;
  const done = new Promise<void>((resolve, reject) => {
    inflate.on('data', (piece: Buffer) => {
      if (size >= wantedBytes) return;
      pieces.push(piece);
      size += piece.length;
      if (size >= wantedBytes) resolve();
    });
    inflate.on('end', () => {
      complete = true;
      resolve();
    });
    inflate.on('error', reject);
  });
  const step = 65_536;
  let settled = false;
  const settle = done.finally(() => {
    settled = true;
  });
  settle.catch(() => undefined);
  for (let at = start; at < source.bytes && !settled; at += step) {
    const piece = await source.read(at, Math.min(source.bytes, at + step));
    if (settled) break;
    await Promise.race([new Promise<void>((resolve) => inflate.write(piece, () => resolve())), settle]);
  }
  if (!settled) inflate.end();
  await settle;
  inflate.destroy();
  return { bytes: new Uint8Array(Buffer.concat(pieces, size)), complete };
}
