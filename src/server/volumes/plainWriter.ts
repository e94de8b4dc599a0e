import type { FileHandle } from 'node:fs/promises';
import type { Grid } from '../../dossier/grid.ts';
import { type DatatypeName, datatypeByName } from '../../intake/nifti/datatypes.ts';
import { plainHeader, type Stored } from './plainHeader.ts';

/** Where a conversion writes: in order, from the first voxel on. `bytes` so far are told to whoever waits for a time point. */
export interface PlainTarget {
  file: FileHandle;
  wrote(bytes: number, total: number): void;
  signal: AbortSignal;
}

export interface PlainWriter {
  append(piece: Uint8Array): Promise<void>;
  total: number;
}

/** Begins a plain volume, also over one that was begun in another datatype. */
export async function beginPlain(target: PlainTarget, grid: Grid, stored: Stored): Promise<PlainWriter> {
  const header = plainHeader(grid, stored);
  const voxels = grid.shape.reduce((product, length) => product * length, 1);
  const total = header.length + voxels * datatypeByName(stored.datatype).bytes;
  await target.file.truncate(0);
  let at = 0;
  const append = async (piece: Uint8Array) => {
    target.signal.throwIfAborted();
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await target.file.write(piece, done, piece.length - done, at + done);
      done += bytesWritten;
    }
    at += piece.length;
    target.wrote(at, total);
  };
  await append(header);
  return { append, total };
}

/** Datatypes that a browser reads as they are; others become float32. */
export function isPlain(name: DatatypeName): boolean {
  return name !== 'int64' && name !== 'uint64';
}

/** The bytes of an array, without a copy. */
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
