import { deface } from '../brain/deface.ts';
import type { Dossier } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import { sha256 } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { BlobAccess } from '../intake/format.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { openImage } from '../intake/open.ts';

const marginMm = 8;

/**
 * A made image as it may be shared: a conformed T1 without its face, what shows no face as it is. Its blob is another, and so are
 * the identifiers of all that is made from it. Throws `unsupported` for images of which nobody can say where the face is, and
 * where a voxel of the labelled brain would be lost.
 */
export async function withoutFace(
  artifact: Artifact,
  dossier: Dossier,
  blobs: BlobAccess,
): Promise<{ artifact: Artifact; blobs: BlobAccess; removedPercent: number }> {
  if (artifact.type === 'labelmap') return { artifact, blobs, removedPercent: 0 };
  const map = dossier.artifacts.find(
    ({ role, derivedFrom }) => role === 'segmentation-18' && derivedFrom.includes(artifact.id),
  );
  if (artifact.role !== 't1-conformed' || map === undefined)
    throw new IdiographError('unsupported', `${artifact.title}: its face cannot be taken out`, {
      remedy:
        'Only a T1 with the labels of its brain can be defaced; look at this image and write it without --deface.',
    });
  const image = await openImage(artifact, blobs);
  const labels = await openImage(map, blobs);
  const [ni, nj, nk] = image.grid.shape;
  const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
  const result = deface(
    { grid, values: await image.readVolume(0) },
    { grid: labels.grid, values: await labels.readVolume(0) },
    { keep: 'head', marginMm },
  );
  if ('refused' in result) throw new IdiographError('unsupported', `${artifact.title}: ${result.refused.message}`);
  if (result.lost > 0)
    throw new IdiographError('unsupported', `${artifact.title}: ${result.lost} voxels of the brain would be lost`);
  const bytes = writeNiftiGz(grid, result.values, { datatype: 'uint8', description: 'defaced' });
  const blob = sha256(bytes);
  return {
    artifact: { ...artifact, blob, title: `${artifact.title}, without the face` },
    blobs: { bytes: async (wanted) => (wanted === blob ? bytes : blobs.bytes(wanted)) },
    removedPercent: (100 * result.removed) / result.values.length,
  };
}
