import type { Grid } from '../../dossier/grid.ts';
import type { DatatypeName } from '../../intake/nifti/datatypes.ts';
import { writeNifti } from '../../intake/nifti/write.ts';

export const plainHeaderBytes = 352;

/** How voxels are kept in a plain volume: value = stored * slope + intercept. */
export interface Stored {
  datatype: DatatypeName;
  slope: number;
  intercept: number;
}

/** Header of a NIfTI-1 file, without its voxels, that says where they lie and nothing of where they come from. */
export function plainHeader(grid: Grid, { datatype, slope, intercept }: Stored): Uint8Array<ArrayBuffer> {
  // The header of one voxel at the same place, with the lengths put right: voxels follow piece by piece.
  const one = writeNifti({ ...grid, shape: [1, 1, 1, 1] }, [intercept], { datatype, slope, intercept });
  const header = one.slice(0, plainHeaderBytes);
  const view = new DataView(header.buffer);
  const frames = grid.shape[3];
  [frames > 1 ? 4 : 3, ...grid.shape, 1, 1, 1].forEach((length, at) => {
    view.setInt16(40 + 2 * at, length, true);
  });
  view.setUint8(123, 2 | (frames > 1 ? 8 : 0));
  return header;
}

/** The same header for one time point of several. */
export function headerOfFrame(header: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(header);
  const view = new DataView(copy.buffer);
  view.setInt16(40, 3, true);
  view.setInt16(48, 1, true);
  view.setUint8(123, 2);
  return copy;
}
