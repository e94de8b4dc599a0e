import type { BlobAccess } from '../../intake/format.ts';
import { datatypeByName } from '../../intake/nifti/datatypes.ts';
import { voxelCount } from '../../intake/nifti/header.ts';
import { findNifti, voxelPieces } from './niftiVoxels.ts';
import { beginPlain, bytesOf, isPlain, type PlainTarget } from './plainWriter.ts';

/** A NIfTI image, whatever its version, byte order and packing, as a plain volume with a header of its own. */
export async function convertNifti(
  record: { id: string; blob: string },
  blobs: Required<BlobAccess>,
  target: PlainTarget,
): Promise<void> {
  const found = await findNifti(record, blobs);
  const { header } = found;
  const { bytes: width } = datatypeByName(header.datatype);
  const { datatype, slope, intercept } = header;
  const plain = isPlain(datatype);
  const writer = await beginPlain(
    target,
    header.grid,
    plain ? { datatype, slope, intercept } : { datatype: 'float32', slope: 1, intercept: 0 },
  );
  for await (const piece of voxelPieces(found, width, voxelCount(header) * width)) {
    if (plain && (header.littleEndian || width === 1)) await writer.append(piece);
    else if (plain) await writer.append(swapped(piece, width));
    else await writer.append(bytesOf(asFloat(piece, header)));
  }
}

function swapped(piece: Uint8Array, width: number): Uint8Array {
  const copy = Buffer.from(piece);
  if (width === 2) return copy.swap16();
  return width === 4 ? copy.swap32() : copy.swap64();
}

/** 64-bit integers after scaling. */
function asFloat(
  piece: Uint8Array,
  {
    datatype,
    littleEndian,
    slope,
    intercept,
  }: { datatype: string; littleEndian: boolean; slope: number; intercept: number },
): Float32Array {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  const out = new Float32Array(piece.length / 8);
  for (let at = 0; at < out.length; at++) {
    const stored =
      datatype === 'int64' ? view.getBigInt64(at * 8, littleEndian) : view.getBigUint64(at * 8, littleEndian);
    out[at] = Number(stored) * slope + intercept;
  }
  return out;
}
