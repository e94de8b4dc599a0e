import type { Values, Volume } from './drawPlane.ts';

/**
 * Reads what `images.volume` sends in its plain form: an uncompressed NIfTI-1 single file, little endian, one real number a
 * voxel, placed by its sform. Throws `RangeError` for anything else. Voxels are a view of `buffer`, not a copy.
 */
export function readPlainNifti(buffer: ArrayBuffer): Volume & { frames: number } {
  if (buffer.byteLength < 352) throw new RangeError('too short for a NIfTI header');
  const view = new DataView(buffer);
  if (view.getInt32(0, true) !== 348 || view.getInt16(254, true) <= 0) throw new RangeError('no plain NIfTI-1 file');
  const dim = [0, 1, 2, 3, 4].map((at) => view.getInt16(40 + 2 * at, true));
  const shape = [dim[1]!, dim[2]!, dim[3]!] as const;
  const frames = dim[0]! >= 4 ? dim[4]! : 1;
  const affineRas = Array.from({ length: 12 }, (_, at) => view.getFloat32(280 + 4 * at, true));
  const count = shape[0] * shape[1] * shape[2] * frames;
  const start = view.getFloat32(108, true);
  return {
    shape,
    frames,
    affineRas: [...affineRas, 0, 0, 0, 1],
    values: valuesOf(view.getInt16(70, true), buffer, start, count),
    slope: view.getFloat32(112, true) || 1,
    intercept: view.getFloat32(116, true),
  };
}

function valuesOf(datatype: number, buffer: ArrayBuffer, start: number, count: number): Values {
  const kinds = {
    2: Uint8Array,
    4: Int16Array,
    8: Int32Array,
    16: Float32Array,
    64: Float64Array,
    256: Int8Array,
    512: Uint16Array,
    768: Uint32Array,
  } as const;
  const Kind = kinds[datatype as keyof typeof kinds];
  if (Kind === undefined) throw new RangeError(`datatype ${datatype} is not read`);
  if (buffer.byteLength < start + count * Kind.BYTES_PER_ELEMENT) throw new RangeError('the volume is cut off');
  return new Kind(buffer, start, count);
}
