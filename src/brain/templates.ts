import type { InstalledPack } from '../dossier/analysis.ts';
import { openNifti } from '../intake/nifti/open.ts';
import type { Volume } from '../voxels/registration/shrink.ts';

export { readTemplate, templatePack } from './function/packs.ts';

/** An asymmetric template, from which sides can be told: the symmetric one is its own mirror image. */
export const asymmetricPack = 'cit168';

/** T1 brain of CIT168 in MNI152 2009c, which leans as heads do. */
export async function readAsymmetric(pack: InstalledPack): Promise<Volume> {
  const path = 'CIT168toMNI152-2009c_T1w_brain.nii.gz';
  const bytes = await pack.read(path);
  const image = await openNifti({ id: path, blob: path, path }, { bytes: async () => bytes });
  const [ni, nj, nk] = image.grid.shape;
  return { grid: { shape: [ni, nj, nk, 1], affineRas: image.grid.affineRas }, values: await image.readVolume(0) };
}
