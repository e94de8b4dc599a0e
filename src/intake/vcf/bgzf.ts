import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import { type ByteSource, broken, cutShort, PackingError } from './packing.ts';

/** Packed bytes read from the source at a time. */
const pieceBytes = 1 << 18;
/** Unpacked bytes of one run: larger runs save nothing and only fill memory. */
const runBytes = 1 << 18;
/** A BGZF block never unpacks to more (SAM specification 4.1). */
const blockBytes = 65_536;

/** Several BGZF blocks that follow each other, unpacked into one buffer. */
export interface BlockRun {
  bytes: Buffer;
  /** Of each block: its offset in the packed file, and where it begins in `bytes`. */
  blocks: { packed: number; at: number }[];
  /** Offset in the packed file behind the last block. */
  packedEnd: number;
}

/** Size in bytes of the BGZF block that starts at `at`: 0 = more bytes are needed, -1 = not a BGZF block. */
export function blockSize(buffer: Buffer, at: number): number {
  if (buffer.length - at < 18) return 0;
  if (buffer[at] !== 0x1f || buffer[at + 1] !== 0x8b || (buffer[at + 3]! & 4) === 0) return -1;
  const extraEnd = at + 12 + buffer.readUInt16LE(at + 10);
  if (extraEnd > buffer.length) return 0;
  for (let field = at + 12; field + 4 <= extraEnd; ) {
    const length = buffer.readUInt16LE(field + 2);
    if (buffer[field] === 66 && buffer[field + 1] === 67 && length === 2 && field + 6 <= extraEnd) {
      const size = buffer.readUInt16LE(field + 4) + 1;
      return at + size >= extraEnd + 8 ? size : -1;
    }
    field += 4 + length;
  }
  return -1;
}

/**
 * Blocks from packed offset `from` (the start of a block) up to the one that contains packed offset `to`, checked against
 * their CRC-32. Throws {@link PackingError} where a block is broken or the source ends within one; what lies before it
 * has been given by then.
 */
export async function* blockRuns(source: ByteSource, from: number, to: number): AsyncGenerator<BlockRun> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  let next = from;
  while (next < source.bytes && offset <= to) {
    // One more block than asked for is always in reach, so that the last one is whole.
    const end = Math.min(source.bytes, next + pieceBytes, Math.max(to, offset) + blockBytes + 1);
    const read = await source.read(next, Math.max(end, next + 1));
    if (read.length === 0) break;
    next += read.length;
    const piece = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    const buffer = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let at = 0;
    while (offset + at <= to && at < buffer.length) {
      const run = measureRun(buffer, at, offset, to);
      if (run.end > at) {
        const { run: found, trouble } = unpackRun(buffer, at, run.end, run.unpacked, offset);
        if (found.blocks.length > 0) yield found;
        if (trouble) throw trouble;
      }
      if (run.trouble) throw broken(offset + run.end, run.trouble);
      if (run.end === at) break;
      at = run.end;
    }
    rest = buffer.subarray(at);
    offset += at;
  }
  if (rest.length > 0 && offset <= to) throw cutShort(offset);
}

/** How far whole blocks reach that together stay within one run. */
function measureRun(
  buffer: Buffer,
  start: number,
  offset: number,
  to: number,
): { end: number; unpacked: number; trouble?: string } {
  let end = start;
  let unpacked = 0;
  while (end < buffer.length && offset + end <= to) {
    const size = blockSize(buffer, end);
    if (size < 0) return { end, unpacked, trouble: 'is not a BGZF block' };
    if (size === 0 || end + size > buffer.length) break;
    const bytes = buffer.readUInt32LE(end + size - 4);
    if (bytes > blockBytes) return { end, unpacked, trouble: 'is larger than BGZF allows' };
    if (unpacked > 0 && unpacked + bytes > runBytes) break;
    unpacked += bytes;
    end += size;
  }
  return { end, unpacked };
}

/** Unpacks whole blocks. What lies before a broken one is given with the trouble. */
function unpackRun(
  buffer: Buffer,
  start: number,
  end: number,
  unpacked: number,
  offset: number,
): { run: BlockRun; trouble?: PackingError } {
  const blocks: BlockRun['blocks'] = [];
  let to = 0;
  for (let at = start; at < end; ) {
    const size = blockSize(buffer, at);
    blocks.push({ packed: offset + at, at: to });
    to += buffer.readUInt32LE(at + size - 4);
    at += size;
  }
  try {
    // Blocks are gzip members: one call unpacks and checks them all, several times cheaper than one call each.
    const chunkSize = unpacked + 64;
    const bytes = gunzipSync(buffer.subarray(start, end), { chunkSize, maxOutputLength: chunkSize });
    if (bytes.length === unpacked) return { run: { bytes, blocks, packedEnd: offset + end } };
  } catch {
    // One of them is broken; below it is found and named.
  }
  const good: Buffer[] = [];
  for (const [i, { packed }] of blocks.entries()) {
    const at = packed - offset;
    const block = inflateBlock(buffer, at, blockSize(buffer, at), packed);
    if (block instanceof PackingError) {
      return {
        run: { bytes: Buffer.concat(good), blocks: blocks.slice(0, i), packedEnd: packed },
        trouble: block,
      };
    }
    good.push(block);
  }
  return { run: { bytes: Buffer.concat(good), blocks, packedEnd: offset + end } };
}

function inflateBlock(buffer: Buffer, at: number, size: number, place: number): Buffer | PackingError {
  const data = at + 12 + buffer.readUInt16LE(at + 10);
  try {
    const block = inflateRawSync(buffer.subarray(data, at + size - 8), { maxOutputLength: blockBytes });
    if (crc32(block) !== buffer.readUInt32LE(at + size - 8)) return broken(place, 'has another checksum');
    if (block.length !== buffer.readUInt32LE(at + size - 4)) return broken(place, 'has another length');
    return block;
  } catch {
    return broken(place, 'cannot be inflated');
  }
}
