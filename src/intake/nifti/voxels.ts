import { datatypeByName } from './datatypes.ts';
import type { NiftiHeader } from './header.ts';

/**
 * Voxels `from`..`from + count - 1` as float32 after scaling: value = stored * slope + intercept, computed in float64.
 * What is not a finite number becomes `gap`; the import says how often that happens (`nifti-not-finite`).
 * `bytes`: the whole decompressed file.
 */
export function decodeVoxels(
  bytes: Uint8Array,
  header: NiftiHeader,
  from: number,
  count: number,
  gap = 0,
): Float32Array {
  const { bytes: width } = datatypeByName(header.datatype);
  const start = header.offset + from * width;
  const values = storedValues(bytes.subarray(start, start + count * width), header);
  const out = new Float32Array(count);
  const { slope, intercept } = header;
  if (slope === 1 && intercept === 0) out.set(values);
  else for (let index = 0; index < count; index++) out[index] = values[index]! * slope + intercept;
  if (!datatypeByName(header.datatype).integer) {
    for (let index = 0; index < count; index++) if (!Number.isFinite(out[index])) out[index] = gap;
  }
  return out;
}

function storedValues(bytes: Uint8Array, { datatype, littleEndian }: NiftiHeader): ArrayLike<number> {
  const { bytes: width } = datatypeByName(datatype);
  // A copy: typed arrays need alignment, and swapping must not touch the file.
  const copy = Buffer.from(bytes);
  const native = littleEndian === machineIsLittleEndian;
  const aligned = copy.byteOffset % width === 0 ? copy : Buffer.from(Uint8Array.from(copy).buffer);
  if (!native && width === 2) aligned.swap16();
  if (!native && width === 4) aligned.swap32();
  if (!native && width === 8) aligned.swap64();
  const { buffer, byteOffset } = aligned;
  const count = aligned.length / width;
  switch (datatype) {
    case 'uint8':
      return aligned;
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
  }
}

const machineIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Counts voxels that are no finite number while a file streams by in pieces cut anywhere. */
export function notFiniteCounter(header: NiftiHeader): { take(piece: Uint8Array, at: number): void; count(): number } {
  const { bytes: width, integer } = datatypeByName(header.datatype);
  let count = 0;
  // The exponent of a number that is not finite is all ones. Its top byte comes last in little-endian order.
  const topAt = header.littleEndian ? width - 1 : 0;
  const nextAt = header.littleEndian ? width - 2 : 1;
  const mask = width === 4 ? 0x80 : 0xf0;
  let top = 0;
  let next = 0;
  return {
    take(piece, at) {
      if (integer) return;
      let phase = (((at - header.offset) % width) + width) % width;
      const begin = Math.max(0, header.offset - at);
      phase = (phase + begin) % width;
      for (let index = begin; index < piece.length; index++) {
        if (phase === topAt) top = piece[index]!;
        else if (phase === nextAt) next = piece[index]!;
        if (++phase === width) {
          phase = 0;
          if ((top & 0x7f) === 0x7f && (next & mask) === mask) count++;
        }
      }
    },
    count: () => count,
  };
}
