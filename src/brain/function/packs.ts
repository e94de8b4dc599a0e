import type { InstalledPack } from '../../dossier/analysis.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { openNifti } from '../../intake/nifti/open.ts';
import type { Volume } from '../../voxels/registration/shrink.ts';
import { type Atlas, readParcelNames } from './atlas.ts';
import type { ConnectomeInput } from './connectomeStudy.ts';

export const atlasPack = 'schaefer-tian';
export const templatePack = 'mni152';

/** What can be chosen: cortical parcels and the finer or coarser subcortex. */
export const atlasNames = ['100-S1', '100-S2', '200-S1', '200-S2', '400-S2'] as const;
export type AtlasName = (typeof atlasNames)[number];

/** The atlas from its pack. Throws `pack-invalid` where volume and names do not fit. */
export async function readAtlas(pack: InstalledPack, name: AtlasName): Promise<Atlas> {
  const [count, scale] = name.split('-') as [string, string];
  const stem = `Schaefer2018_${count}Parcels_7Networks_order_Tian_Subcortex_${scale}`;
  const { grid, values } = await volumeOf(pack, `${stem}_MNI152NLin6Asym_2mm.nii.gz`);
  const parcels = readParcelNames(new TextDecoder().decode(await pack.read(`${stem}_label.txt`)));
  const known = new Set(parcels.map(({ label }) => label));
  for (let at = 0; at < values.length; at++)
    if (values[at] !== 0 && !known.has(values[at]!))
      throw new IdiographError('pack-invalid', `the atlas has a label ${values[at]} without a name`);
  return { name: `Schaefer ${count}, Tian ${scale}`, grid, labels: Float32Array.from(values), parcels };
}

/** T1, grey and white matter of ICBM152 2009a. */
export async function readTemplate(pack: InstalledPack): Promise<NonNullable<ConnectomeInput['template']>> {
  const named = (tissue: string): Promise<Volume> =>
    volumeOf(pack, `mni_icbm152_${tissue}_tal_nlin_sym_09a_converted.nii.gz`);
  const [t1, grey, white] = [await named('t1'), await named('gm'), await named('wm')];
  return { t1, grey: inShares(grey), white: inShares(white) };
}

/** Tissue maps are stored as shares or as bytes. */
function inShares({ grid, values }: Volume): Volume {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, values[at]!);
  return { grid, values: most > 1.5 ? Float32Array.from(values, (value) => value / most) : values };
}

/** A volume of a pack as floats. */
export async function volumeOf(pack: InstalledPack, path: string): Promise<Volume> {
  const bytes = await pack.read(path);
  const image = await openNifti({ id: path, blob: path, path }, { bytes: async () => bytes });
  const [ni, nj, nk] = image.grid.shape;
  return { grid: { shape: [ni, nj, nk, 1], affineRas: image.grid.affineRas }, values: await image.readVolume(0) };
}
