import type { Dossier } from '../dossier/analysis.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Grid } from '../dossier/grid.ts';
import type { Source } from '../dossier/source.ts';
import { dossierOf } from '../dossier/testing.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { axialGrid, imageOf } from '../voxels/testImage.ts';
import type { Stated } from './statements.ts';

/** A small FLAIR image, 1 x 1.5 x 3 mm, whose value is 100 i + 10 j + k. */
export const grid: Grid = axialGrid([10, 8, 6], [1, 1.5, 3], [20, 10, -30]);
export const values = Float32Array.from(
  { length: 480 },
  (_, at) => 100 * (at % 10) + 10 * (Math.floor(at / 10) % 8) + Math.floor(at / 80),
);
export const image = { ...imageOf(grid, values), id: 'src-flair' };

export const flair: Source = {
  ...{ kind: 'source', id: 'src-flair', subject: 's1', blob: '0'.repeat(64), format: 'nifti', locator: {} },
  ...{ path: 'flair.nii.gz', import: 'i', modality: 'MR', contrast: 'FLAIR', acquiredAt: '2026-03-01', metadata: {} },
  issues: [],
} as Source;

export function withEntries(entries: Entry[] = []): Dossier {
  return dossierOf({ sources: [flair], entries });
}

export function by(author: string, at = '2026-04-01T10:00:00Z'): Stated {
  return { author, role: 'clinician', at };
}

/** A label map on the image: box of voxels first..last (inclusive) -> label. */
export function labelMap(
  boxes: readonly { label: number; first: [number, number, number]; last: [number, number, number] }[],
  on: Grid = grid,
): Uint8Array {
  const [ni, nj, nk] = on.shape;
  const labels = new Uint8Array(ni * nj * nk);
  for (const { label, first, last } of boxes)
    for (let k = first[2]; k <= last[2]; k++)
      for (let j = first[1]; j <= last[1]; j++)
        for (let i = first[0]; i <= last[0]; i++) labels[(k * nj + j) * ni + i] = label;
  return writeNiftiGz(on, labels, { datatype: 'uint8' });
}

/** Middle of a voxel in mm, RAS. */
export function at(i: number, j: number, k: number): [number, number, number] {
  return [20 - i, 10 - 1.5 * j, -30 + 3 * k];
}
