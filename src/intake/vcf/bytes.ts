import { Readable } from 'node:stream';
import { crc32, createGunzip, inflateRawSync } from 'node:zlib';
import type { Issue } from '../../dossier/issue.ts';
import { issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';

export type Packing = 'plain' | 'gzip' | 'bgzip';

/** Bytes that can be read piece by piece, wherever they lie. */
export interface ByteSource {
  bytes: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Trouble that ends the reading; what was read before stays good. */
export class PackingError extends Error {
  readonly issue: Issue;
  constructor(trouble: Issue) {
    super(trouble.message);
    this.issue = trouble;
  }
}

const pieceBytes = 1 << 20;
/** Below this a high ratio proves nothing: a header of equal lines packs very well. */
const ratioGraceBytes = 64 * 2 ** 20;

/** How the first bytes are packed. BGZF is gzip with a `BC` extra field that holds the block's size (SAM specification 4.1). */
export function packingOf(head: Uint8Array): Packing {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return 'plain';
  return blockSize(Buffer.from(head.buffer, head.byteOffset, head.byteLength), 0) > 0 ? 'bgzip' : 'gzip';
}

/** Size in bytes of the BGZF block that starts at `at`: 0 = more bytes are needed, -1 = not a BGZF block. */
function blockSize(buffer: Buffer, at: number): number {
  if (buffer.length - at < 18) return 0;
  if (buffer[at] !== 0x1f || buffer[at + 1] !== 0x8b || (buffer[at + 3]! & 4) === 0) return -1;
  const extraEnd = at + 12 + buffer.readUInt16LE(at + 10);
  if (extraEnd > buffer.length) return 0;
  for (let field = at + 12; field + 4 <= extraEnd; ) {
    const length = buffer.readUInt16LE(field + 2);
    if (buffer[field] === 66 && buffer[field + 1] === 67 && length === 2 && field + 6 <= extraEnd) {
      return buffer.readUInt16LE(field + 4) + 1;
    }
    field += 4 + length;
  }
  return -1;
}

/**
 * The unpacked bytes in pieces of at most a few hundred kilobytes, in order.
 * Throws {@link PackingError} for truncated or broken packing and when the guards of `limits` are passed.
 */
export async function* unpacked(source: ByteSource, packing: Packing, limits: Limits): AsyncGenerator<Buffer> {
  const guard = inflationGuard(limits);
  if (packing === 'plain') {
    for await (const piece of pieces(source)) yield piece;
  } else if (packing === 'bgzip') {
    yield* unpackBlocks(source, guard);
  } else {
    yield* unpackStream(source, guard);
  }
}

function inflationGuard(limits: Limits): (unpackedBytes: number, packedBytes: number) => void {
  return (unpackedBytes, packedBytes) => {
    const tooMuch = unpackedBytes > limits.inflatedBytes;
    const tooDense = unpackedBytes > ratioGraceBytes && unpackedBytes > packedBytes * limits.inflationRatio;
    if (!tooMuch && !tooDense) return;
    throw new PackingError(
      issue('error', 'inflation-limit', `${packedBytes} packed bytes unpack to more than ${unpackedBytes}.`, {
        remedy: 'Check where the file comes from; unpack it yourself if it is what it should be.',
      }),
    );
  };
}

async function* pieces(source: ByteSource): AsyncGenerator<Buffer> {
  for (let at = 0; at < source.bytes; at += pieceBytes) {
    const piece = await source.read(at, Math.min(source.bytes, at + pieceBytes));
    if (piece.length === 0) return;
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}

async function* unpackBlocks(source: ByteSource, guard: (u: number, p: number) => void): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  let unpackedBytes = 0;
  let lastBlockBytes = 0;
  for await (const piece of pieces(source)) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let at = 0;
    while (at < buffer.length) {
      const size = blockSize(buffer, at);
      if (size < 0) throw broken(offset + at, 'is not a BGZF block');
      if (size === 0 || at + size > buffer.length) break;
      const data = at + 12 + buffer.readUInt16LE(at + 10);
      let block: Buffer;
      try {
        block = inflateRawSync(buffer.subarray(data, at + size - 8), { maxOutputLength: 65_536 });
      } catch {
        throw broken(offset + at, 'cannot be inflated');
      }
      if (crc32(block) !== buffer.readUInt32LE(at + size - 8)) throw broken(offset + at, 'has another checksum');
      unpackedBytes += block.length;
      lastBlockBytes = block.length;
      guard(unpackedBytes, offset + at + size);
      if (block.length > 0) yield block;
      at += size;
    }
    rest = Buffer.from(buffer.subarray(at));
    offset += at;
  }
  if (rest.length > 0) throw cutShort(offset);
  if (lastBlockBytes !== 0) {
    throw new PackingError(
      issue('warning', 'bgzf-no-end', 'The end-of-file block of BGZF is missing: the file may have been cut short.', {
        place: `byte ${source.bytes}`,
        remedy: 'Compare the size with the original and copy it again.',
      }),
    );
  }
}

async function* unpackStream(source: ByteSource, guard: (u: number, p: number) => void): AsyncGenerator<Buffer> {
  let unpackedBytes = 0;
  const gunzip = Readable.from(pieces(source)).pipe(createGunzip({ chunkSize: 256 * 1024 }));
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      unpackedBytes += piece.length;
      guard(unpackedBytes, gunzip.bytesWritten);
      yield piece;
    }
  } catch (error) {
    if (error instanceof PackingError) throw error;
    const code = (error as { code?: string }).code;
    throw code === 'Z_BUF_ERROR' ? cutShort(gunzip.bytesWritten) : broken(gunzip.bytesWritten, 'is not valid gzip');
  } finally {
    gunzip.destroy();
  }
}

function cutShort(byte: number): PackingError {
  return new PackingError(
    issue('error', 'file-truncated', 'The packed file ends in the middle of a block.', {
      place: `byte ${byte}`,
      remedy: 'Copy or download the file again; records up to that place were read.',
    }),
  );
}

function broken(byte: number, what: string): PackingError {
  return new PackingError(
    issue('error', 'packing-broken', `The packed data at byte ${byte} ${what}.`, {
      place: `byte ${byte}`,
      remedy: 'Copy or download the file again; records up to that place were read.',
    }),
  );
}
