import { open } from 'node:fs/promises';
import type { Values, Volume } from '../../display/drawPlane.ts';
import { readPlainNifti } from '../../display/plainNifti.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { datatypeByCode, datatypeByName } from '../../intake/nifti/datatypes.ts';
import { headerOfFrame, plainHeaderBytes } from './plainHeader.ts';

/** A plain volume on disk. */
export interface PlainFile {
  path: string;
  header: Uint8Array<ArrayBuffer>;
  grid: Grid;
  voxelBytes: number;
  slope: number;
  intercept: number;
  bytes: number;
}

/** Grid and scale of a file that `plainWriter` made, from its header. */
export async function readPlainFile(path: string): Promise<PlainFile> {
  const file = await open(path);
  try {
    const header = new Uint8Array(plainHeaderBytes);
    await file.read(header, 0, plainHeaderBytes, 0);
    const view = new DataView(header.buffer);
    const dim = [0, 1, 2, 3, 4].map((at) => view.getInt16(40 + 2 * at, true));
    const shape = [dim[1]!, dim[2]!, dim[3]!, dim[0]! >= 4 ? dim[4]! : 1] as const;
    const voxelBytes = datatypeByName(datatypeByCode(view.getInt16(70, true))!.name).bytes;
    return {
      path,
      header,
      grid: {
        shape: [...shape],
        affineRas: [...Array.from({ length: 12 }, (_, at) => view.getFloat32(280 + 4 * at, true)), 0, 0, 0, 1],
      },
      voxelBytes,
      slope: view.getFloat32(112, true) || 1,
      intercept: view.getFloat32(116, true),
      bytes: plainHeaderBytes + shape.reduce((product, length) => product * length, voxelBytes),
    };
  } finally {
    await file.close();
  }
}

/** Where one time point lies in the file. */
export function frameRange({ grid, voxelBytes }: PlainFile, frame: number): { start: number; end: number } {
  const size = grid.shape[0] * grid.shape[1] * grid.shape[2] * voxelBytes;
  return { start: plainHeaderBytes + frame * size, end: plainHeaderBytes + (frame + 1) * size };
}

/** Slices kFrom..kTo-1 of one time point as a volume of their own. */
export async function readSlices(plain: PlainFile, kFrom: number, kTo: number, frame: number): Promise<Volume> {
  const { grid, voxelBytes, slope, intercept } = plain;
  const [ni, nj] = grid.shape;
  const slice = ni * nj * voxelBytes;
  const length = (kTo - kFrom) * slice;
  const buffer = new ArrayBuffer(plainHeaderBytes + length);
  const bytes = new Uint8Array(buffer);
  bytes.set(headerOfFrame(plain.header));
  const view = new DataView(buffer);
  view.setInt16(46, kTo - kFrom, true);
  const file = await open(plain.path);
  try {
    const from = frameRange(plain, frame).start + kFrom * slice;
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, plainHeaderBytes + done, length - done, from + done);
      if (bytesRead === 0) throw new RangeError('the volume on disk is cut off');
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  const { values } = readPlainNifti(buffer);
  const affineRas = [...grid.affineRas];
  for (const row of [0, 1, 2]) affineRas[row * 4 + 3]! += kFrom * affineRas[row * 4 + 2]!;
  return { shape: [ni, nj, kTo - kFrom], affineRas, values, slope, intercept };
}

/** One value a time point at a voxel. */
export async function readCurve(plain: PlainFile, [i, j, k]: readonly [number, number, number]): Promise<number[]> {
  const { grid, voxelBytes, slope, intercept, header } = plain;
  const [ni, nj, nk, nt] = grid.shape;
  const stride = ni * nj * nk * voxelBytes;
  const start = plainHeaderBytes + (i + ni * (j + nj * k)) * voxelBytes;
  const one = new ArrayBuffer(plainHeaderBytes + voxelBytes);
  new Uint8Array(one).set(headerOfFrame(header));
  const view = new DataView(one);
  for (const at of [42, 44, 46]) view.setInt16(at, 1, true);
  const file = await open(plain.path);
  try {
    const curve: number[] = [];
    for (let t = 0; t < nt; t++) {
      await file.read(new Uint8Array(one), plainHeaderBytes, voxelBytes, start + t * stride);
      curve.push(readPlainNifti(one).values[0]! * slope + intercept);
    }
    return curve;
  } finally {
    await file.close();
  }
}

/** The same image as analyses see one. `grid`: as the record states it, in float64. */
export function imageOfPlain(plain: PlainFile, of: { id: string; unit: string; grid: Grid }): ImageHandle {
  const scaled = ({ values, slope, intercept }: Volume): Float32Array => asFloat(values, slope, intercept);
  return {
    id: of.id,
    grid: of.grid,
    unit: of.unit,
    metadata: {},
    readSlab: async (kFrom, kTo, t = 0) => scaled(await readSlices(plain, kFrom, kTo, t)),
    readVolume: async (t = 0) => scaled(await readSlices(plain, 0, of.grid.shape[2], t)),
  };
}

function asFloat(values: Values, slope: number, intercept: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let at = 0; at < out.length; at++) {
    const value = values[at]! * slope + intercept;
    out[at] = Number.isFinite(value) ? value : 0;
  }
  return out;
}
