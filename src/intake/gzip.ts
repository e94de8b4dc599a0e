import { createReadStream } from 'node:fs';
import { constants, createGunzip, gunzipSync } from 'node:zlib';

export function isGzip(head: Uint8Array): boolean {
  return head.length > 2 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/**
 * What the first bytes of a gzip file unpack to, at most about 4 MB for 4,096 bytes. Where they are damaged, what lies
 * before the damage: a broken file is still recognised, and then refused by its own reader.
 */
export function inflateHead(head: Uint8Array): Uint8Array {
  const lengths = [head.length, head.length - 8, head.length >> 1, head.length >> 2].filter((length) => length > 20);
  for (const length of lengths) {
    try {
      return gunzipSync(head.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      // The damage lies further in front.
    }
  }
  return new Uint8Array();
}

/** How the unpacking of a gzip file went: `end` when it was whole, `more` when the limit stopped it, else the damage. */
export interface Inflated {
  bytes: number;
  ended: 'end' | 'more' | 'damaged';
}

/**
 * Unpacks a gzip file from disk piece by piece and stops after `limit` bytes: memory does not grow with the file.
 * `take` gets each piece in order, cut at the limit.
 */
export async function inflateFile(
  diskPath: string,
  limit: number,
  take: (piece: Uint8Array, at: number) => void,
): Promise<Inflated> {
  const source = createReadStream(diskPath, { highWaterMark: 1 << 18 });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let bytes = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      const room = limit - bytes;
      if (piece.length > room) {
        if (room > 0) take(piece.subarray(0, room), bytes);
        return { bytes: limit, ended: 'more' };
      }
      take(piece, bytes);
      bytes += piece.length;
    }
    return { bytes, ended: 'end' };
  } catch {
    return { bytes, ended: 'damaged' };
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** Unpacks at most `limit` bytes of a gzip file in memory; fewer when it ends or is damaged before. */
export async function inflateBytes(packed: Uint8Array, limit: number): Promise<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: Math.min(1 << 20, Math.max(limit, 64)) });
  const out = new Uint8Array(limit);
  let at = 0;
  gunzip.end(packed);
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      const part = piece.subarray(0, limit - at);
      out.set(part, at);
      at += part.length;
      if (at === limit) break;
    }
  } catch {
    // Damaged: the caller sees that too few bytes came.
  } finally {
    gunzip.destroy();
  }
  return at === limit ? out : out.slice(0, at);
}
