import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { AnnotateRequest } from '../../annotation/requests.ts';
import { stateAnnotations } from '../../annotation/stateAnnotations.ts';
import type { Stated } from '../../annotation/statements.ts';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Grid } from '../../dossier/grid.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { Refusal } from '../http/problem.ts';
import { imageOfPlain, readPlainFile } from './plainFile.ts';

/** What a reader drew on an image; plain data, so that it can cross to the thread that works on it. */
export interface AnnotateOrder {
  request: AnnotateRequest;
  /** One byte a voxel, packed with gzip, as base64. */
  map: string;
  /** Plain form of the image. */
  path: string;
  of: { id: string; unit: string; grid: Grid };
  stated: Stated;
  dossier: Dossier;
}

/** Entries and masks of what was drawn. Throws a refusal (400) for a map of another size: it is not unpacked any further. */
export async function annotate({ request, map, path, of, stated, dossier }: AnnotateOrder) {
  const [ni, nj, nk] = of.grid.shape;
  const voxels = ni * nj * nk;
  const labels = await promisify(gunzip)(Buffer.from(map, 'base64'), { maxOutputLength: voxels + 1 }).catch(
    () => undefined,
  );
  if (labels?.length !== voxels)
    throw new Refusal(400, {
      code: 'not-valid',
      message: `The drawing does not have the ${voxels} voxels of the image.`,
      remedy: 'Load the page again; the drawing is kept.',
    });
  const nifti = writeNifti({ ...of.grid, shape: [ni, nj, nk, 1] }, labels, { datatype: 'uint8' });
  return stateAnnotations(request, nifti, imageOfPlain(await readPlainFile(path), of), stated, dossier);
}
