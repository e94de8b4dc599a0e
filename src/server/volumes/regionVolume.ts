import type { Entry } from '../../dossier/entry.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import type { BlobAccess } from '../../intake/format.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { openMask, openRegion } from '../../intake/open.ts';
import { apply } from '../../voxels/affine.ts';
import { type RegionMask, wholeMask } from '../../voxels/mask.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { type LabelPlace, labelPlaces } from './labelPlaces.ts';

/** A region of an imported contour set or segmentation, or what a reader drew. */
export type RegionOf = { region: Region; source: Source } | { entry: Entry };

/** What is kept of a region on the grid of an image. */
export interface RegionPlace {
  /** Undefined when no voxel of the image is inside. */
  place: LabelPlace | undefined;
  issues: Issue[];
}

/**
 * A region as voxels of an image: a NIfTI file of 0 and 1 over the box around the region (`box`) or over the whole image,
 * and where it lies. Contours are filled as for measurements (voxels/rasterise.ts).
 */
export async function regionVolume(
  of: RegionOf,
  grid: Grid,
  blobs: Required<BlobAccess>,
): Promise<{ box: Uint8Array; whole(): Uint8Array } & RegionPlace> {
  const shape = 'entry' in of ? await openMask(of.entry, blobs) : await openRegion(of.region, of.source, blobs);
  const { mask, issues } = regionMask(shape, { ...grid, shape: [grid.shape[0], grid.shape[1], grid.shape[2], 1] });
  const cut = cutGrid(mask);
  return {
    box: writeNifti(cut, mask.voxels > 0 ? mask.inside : new Uint8Array(1), { datatype: 'uint8' }),
    whole: () => writeNifti(mask.grid, wholeMask(mask), { datatype: 'uint8' }),
    place: placeOf(mask, cut),
    issues,
  };
}

function cutGrid({ grid, origin, size, voxels }: RegionMask): Grid {
  const affineRas = [...grid.affineRas];
  apply(grid.affineRas, origin).forEach((millimetres, row) => {
    affineRas[4 * row + 3] = millimetres;
  });
  return { shape: voxels > 0 ? [...size, 1] : [1, 1, 1, 1], affineRas };
}

function placeOf({ inside, origin, size, voxels }: RegionMask, cut: Grid): LabelPlace | undefined {
  if (voxels === 0) return undefined;
  const [place] = labelPlaces(inside, size, cut.affineRas);
  const shifted = (ijk: [number, number, number]) => ijk.map((one, axis) => one + origin[axis]!) as typeof ijk;
  return { ...place!, ijk: shifted(place!.ijk), first: shifted(place!.first), last: shifted(place!.last) };
}
