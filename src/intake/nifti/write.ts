import { gzipSync } from 'node:zlib';
import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import { type DatatypeName, datatypeByName } from './datatypes.ts';
import { quaternionOfAffine, spacingOf } from './orientation.ts';

export interface WriteOptions {
  datatype: DatatypeName;
  /** value = stored * slope + intercept; default 1 and 0. */
  slope?: number;
  intercept?: number;
  /** At most 79 bytes: `descrip` of the header. */
  description?: string;
  gzip?: boolean;
}

const headerBytes = 352;

/**
 * A NIfTI-1 single file (nifti1.h) of values with i fastest, then j, k, t; same input, same bytes.
 * sform (code 1, scanner) holds the affine; the qform repeats it where axes are at right angles.
 * Throws `usage` for values that the datatype cannot hold and `unsupported` for axes longer than 32,767.
 */
export function writeNifti(grid: Grid, data: ArrayLike<number>, options: WriteOptions): Uint8Array<ArrayBuffer> {
  const [ni, nj, nk, nt] = grid.shape;
  const count = ni * nj * nk * nt;
  if (data.length !== count) {
    throw new IdiographError('usage', `NIfTI: ${data.length} values for a grid of ${count} voxels`, { grid });
  }
  if (grid.shape.some((length) => length > 32_767)) {
    throw new IdiographError('unsupported', 'NIfTI-1 holds no axis longer than 32,767', { shape: grid.shape });
  }
  const datatype = datatypeByName(options.datatype);
  const bytes = new Uint8Array(headerBytes + count * datatype.bytes);
  const view = new DataView(bytes.buffer);
  writeHeader(view, grid, options, datatype.code, datatype.bytes * 8);
  writeValues(view, data, options);
  return options.gzip ? gzip(bytes) : bytes;
}

/** {@link writeNifti} with gzip: the form in which artifacts are kept. */
export function writeNiftiGz(
  grid: Grid,
  data: ArrayLike<number>,
  options: Omit<WriteOptions, 'gzip'>,
): Uint8Array<ArrayBuffer> {
  return writeNifti(grid, data, { ...options, gzip: true });
}

/** Gzip without a time and with the operating system `unknown`, so that every machine writes the same header. */
function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(gzipSync(bytes, { level: 6 }));
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

function writeHeader(view: DataView, grid: Grid, options: WriteOptions, code: number, bits: number): void {
  const { affineRas, shape, repetitionTimeS } = grid;
  const spacing = spacingOf(affineRas);
  const quaternion = quaternionOfAffine(affineRas);
  const f32 = (offset: number, value: number) => view.setFloat32(offset, value, true);
  view.setInt32(0, 348, true);
  const dims = shape[3] > 1 ? 4 : 3;
  [dims, ...shape, 1, 1, 1].forEach((length, index) => {
    view.setInt16(40 + 2 * index, length, true);
  });
  view.setInt16(70, code, true);
  view.setInt16(72, bits, true);
  [quaternion?.qfac ?? 1, ...spacing, repetitionTimeS ?? 0].forEach((value, index) => {
    f32(76 + 4 * index, value);
  });
  f32(108, headerBytes);
  f32(112, options.slope ?? 1);
  f32(116, options.intercept ?? 0);
  view.setUint8(123, 2 | (dims === 4 ? 8 : 0)); // mm, seconds
  const description = new TextEncoder().encode(options.description ?? '').subarray(0, 79);
  new Uint8Array(view.buffer).set(description, 148);
  view.setInt16(252, quaternion ? 1 : 0, true);
  view.setInt16(254, 1, true);
  if (quaternion) {
    [quaternion.b, quaternion.c, quaternion.d, ...quaternion.offset].forEach((value, index) => {
      f32(256 + 4 * index, value);
    });
  }
  affineRas.slice(0, 12).forEach((value, index) => {
    f32(280 + 4 * index, value);
  });
  new Uint8Array(view.buffer).set([0x6e, 0x2b, 0x31, 0], 344); // n+1
}

function writeValues(view: DataView, data: ArrayLike<number>, options: WriteOptions): void {
  const { name, bytes, integer, low, high } = datatypeByName(options.datatype);
  if (name === 'uint8' && data instanceof Uint8Array && (options.slope ?? 1) === 1 && (options.intercept ?? 0) === 0) {
    new Uint8Array(view.buffer, headerBytes).set(data);
    return;
  }
  // As the header will hold them: readers multiply by the rounded number.
  const slope = Math.fround(options.slope ?? 1);
  const intercept = Math.fround(options.intercept ?? 0);
  if (slope === 0 || !Number.isFinite(slope)) throw new IdiographError('usage', `NIfTI: slope ${slope}`);
  const put: Record<DatatypeName, (offset: number, value: number) => void> = {
    uint8: (offset, value) => view.setUint8(offset, value),
    int8: (offset, value) => view.setInt8(offset, value),
    uint16: (offset, value) => view.setUint16(offset, value, true),
    int16: (offset, value) => view.setInt16(offset, value, true),
    uint32: (offset, value) => view.setUint32(offset, value, true),
    int32: (offset, value) => view.setInt32(offset, value, true),
    uint64: (offset, value) => view.setBigUint64(offset, BigInt(value), true),
    int64: (offset, value) => view.setBigInt64(offset, BigInt(value), true),
    float32: (offset, value) => view.setFloat32(offset, value, true),
    float64: (offset, value) => view.setFloat64(offset, value, true),
  };
  const write = put[name];
  for (let index = 0, offset = headerBytes; index < data.length; index++, offset += bytes) {
    const value = (data[index]! - intercept) / slope;
    const stored = integer ? Math.round(value) : value;
    if (integer && !(stored >= low && stored <= high)) {
      throw new IdiographError('usage', `NIfTI: ${name} cannot hold ${data[index]} (voxel ${index})`, { slope });
    }
    write(offset, stored);
  }
}
