import { unsuitableGrid } from '../brain/selectT1.ts';
import type { InstalledPack } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import type { BlobAccess } from '../intake/format.ts';
import { openImage } from '../intake/open.ts';
import { installedPack } from '../packs/registry.ts';
import { spacingMm } from '../voxels/affine.ts';
import { readSources } from './imageFiles.ts';

export interface T1Input {
  source: Source;
  image: ImageHandle;
  issues: Issue[];
  blobs: BlobAccess;
}

/** The one image of a file or folder, taken for a T1 because the user names it so. */
export async function t1Input(path: string): Promise<T1Input> {
  const { sources, issues, blobs } = await readSources(path);
  const images = sources.filter(({ source }) => source.modality === undefined || source.modality === 'MR');
  const t1 = images.filter(({ source }) => source.contrast === 'T1w');
  const [one, ...more] = t1.length > 0 ? t1 : images;
  if (!one)
    throw new IdiographError('unsupported', `${path} holds no MR image${issues[0] ? `: ${issues[0].message}` : ''}`, {
      remedy: issues[0]?.remedy ?? 'Give a NIfTI file or a folder of one DICOM series.',
    });
  if (more.length > 0)
    throw new IdiographError('usage', `${path} holds ${more.length + 1} images that could be the T1`, {
      remedy: 'Name one file, or a folder with one series.',
    });
  const image = await openImage(one.source, blobs);
  // A work-up passes over what cannot be a T1 of a head; who names a file is told why nothing comes of it.
  const unfit = unsuitableGrid(image.grid.shape, spacingMm(image.grid.affineRas), one.source.path);
  return {
    source: { ...one.source, modality: 'MR' },
    image,
    issues: [...issues, ...one.source.issues, ...(unfit ? [unfit] : [])],
    blobs,
  };
}

/** Those of the packs that are installed. */
export async function packsOf(
  ids: Iterable<string>,
  directory: string | undefined,
): Promise<Map<string, InstalledPack>> {
  const packs = new Map<string, InstalledPack>();
  for (const id of new Set(ids)) {
    const pack = await installedPack(id, ...(directory === undefined ? [] : [directory]));
    if (pack) packs.set(id, pack);
  }
  return packs;
}
