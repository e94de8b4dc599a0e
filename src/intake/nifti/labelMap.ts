import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { inflateBytes, isGzip } from '../gzip.ts';
import { parseHeader } from './header.ts';
import { expectedBytes } from './read.ts';
import { niftiKind } from './sniff.ts';
import { decodeVoxels } from './voxels.ts';

/** A label map in memory: whole numbers from 0 to 255, i fastest. */
export interface LabelMap {
  grid: Grid;
  labels: Uint8Array;
}

const mend = 'Save it again as a label map of whole numbers from 0 to 255 on the grid of the image.';

/**
 * Reads a label map from the bytes of a single NIfTI file, packed or not. The header is checked, and shown to `refuses`,
 * before memory is asked for; what unpacks to more than the header states is cut there.
 */
export async function readLabelMap(
  bytes: Uint8Array,
  limits: { voxels: number },
  refuses: (grid: Grid) => Issue | undefined = () => undefined,
): Promise<LabelMap | { refused: Issue }> {
  const packed = isGzip(bytes);
  const head = packed ? await inflateBytes(bytes, 4096) : bytes.subarray(0, 4096);
  if (!niftiKind(head)) return refuse('label-map-not-nifti', 'The label map is no NIfTI file.');
  const parsed = parseHeader(head, limits);
  if ('refused' in parsed) return parsed;
  const { header } = parsed;
  const { grid } = header;
  const [ni, nj, nk, nt] = grid.shape;
  if (header.pair || nt !== 1) return refuse('label-map-not-single', 'The label map is not one volume in one file.');
  const unwanted = refuses(grid);
  if (unwanted) return { refused: unwanted };
  const expected = expectedBytes(header);
  const whole = packed ? await inflateBytes(bytes, expected) : bytes;
  if (whole.length < expected) return refuse('label-map-truncated', 'The label map is shorter than its header states.');
  const labels = new Uint8Array(ni * nj * nk);
  for (let k = 0; k < nk; k++) {
    const slice = decodeVoxels(whole, header, ni * nj * k, ni * nj);
    for (let at = 0; at < slice.length; at++) {
      const value = slice[at]!;
      if (!(Number.isInteger(value) && value >= 0 && value <= 255))
        return refuse('label-map-value-invalid', `A voxel of slice ${k} has the value ${value}.`);
      labels[ni * nj * k + at] = value;
    }
  }
  return { grid, labels };
}

function refuse(code: string, message: string): { refused: Issue } {
  return { refused: issue('error', code, message, { remedy: mend }) };
}
