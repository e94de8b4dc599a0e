import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';
import { blockRuns, blockSize } from './bgzf.ts';
import { type ByteSource, broken, cutShort, PackingError } from './packing.ts';

export type Packing = 'plain' | 'gzip' | 'bgzip';

const pieceBytes = 1 << 20;
/** Below this a high ratio proves nothing: a header of equal lines packs very well. */
const ratioGraceBytes = 64 * 2 ** 20;

/** How the first bytes are packed. BGZF is gzip with a `BC` extra field that holds the block's size (SAM specification 4.1). */
export function packingOf(head: Uint8Array): Packing {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return 'plain';
  return blockSize(Buffer.from(head.buffer, head.byteOffset, head.byteLength), 0) > 0 ? 'bgzip' : 'gzip';
}

/** A piece of the unpacked file. `packed`: offset of the BGZF block that it begins with; undefined without BGZF. */
export interface Piece {
  bytes: Buffer;
  packed: number | undefined;
}

/**
 * The unpacked bytes in pieces of about a megabyte at most, in order.
 * Throws {@link PackingError} for truncated or broken packing and when the guards of `limits` are passed.
 */
export async function* unpacked(source: ByteSource, packing: Packing, limits: Limits): AsyncGenerator<Piece> {
  const guard = inflationGuard(limits);
  if (packing === 'plain') {
    for await (const bytes of pieces(source)) yield { bytes, packed: undefined };
  } else if (packing === 'bgzip') {
    yield* unpackBlocks(source, guard);
  } else {
    yield* unpackStream(source, guard);
  }
}

type Guard = (unpackedBytes: number, packedBytes: number) => void;

function inflationGuard(limits: Limits): Guard {
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

async function* unpackBlocks(source: ByteSource, guard: Guard): AsyncGenerator<Piece> {
  let unpackedBytes = 0;
  let endMarked = false;
  for await (const { bytes, blocks, packedEnd } of blockRuns(source, 0, source.bytes)) {
    unpackedBytes += bytes.length;
    guard(unpackedBytes, packedEnd);
    // The last block is the empty one that marks the end of the file.
    endMarked = blocks.at(-1)!.at === bytes.length;
    if (bytes.length > 0) yield { bytes, packed: blocks[0]!.packed };
    release(bytes);
  }
  if (endMarked) return;
  throw new PackingError(
    issue('warning', 'bgzf-no-end', 'The end-of-file block of BGZF is missing: the file may have been cut short.', {
      place: `byte ${source.bytes}`,
      remedy: 'Compare the size with the original and copy it again.',
    }),
  );
}

/**
 * Gives the memory of a piece back at once, instead of when the collector comes by: a genome unpacks to gigabytes of
 * pieces, of which dozens would lie about. Whoever took the piece has copied what it keeps. Small buffers share theirs.
 */
function release(bytes: Buffer): void {
  const memory = bytes.buffer;
  if (memory instanceof ArrayBuffer && memory.byteLength > 2 * Buffer.poolSize) memory.transfer(0);
}

async function* unpackStream(source: ByteSource, guard: Guard): AsyncGenerator<Piece> {
  let unpackedBytes = 0;
  const gunzip = Readable.from(pieces(source)).pipe(createGunzip({ chunkSize: 256 * 1024 }));
  try {
    for await (const bytes of gunzip as AsyncIterable<Buffer>) {
      unpackedBytes += bytes.length;
      guard(unpackedBytes, gunzip.bytesWritten);
      yield { bytes, packed: undefined };
    }
  } catch (error) {
    if (error instanceof PackingError) throw error;
    const code = (error as { code?: string }).code;
    throw code === 'Z_BUF_ERROR' ? cutShort(gunzip.bytesWritten) : broken(gunzip.bytesWritten, 'is not valid gzip');
  } finally {
    gunzip.destroy();
  }
}
