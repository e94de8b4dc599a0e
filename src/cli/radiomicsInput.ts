import { basename } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle, RegionShape } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Region } from '../dossier/region.ts';
import { openDicomRegion } from '../intake/dicom/regions.ts';
import type { Draft } from '../intake/format.ts';
import { openImage } from '../intake/open.ts';
import { missingSlices, withoutMissing } from '../voxels/missingSlices.ts';
import { readSources } from './imageFiles.ts';

/** An image with one region of it, read from files and not from a store. */
export interface RadiomicsInput {
  image: ImageHandle;
  modality: string;
  shape: RegionShape;
  /** The region as people call it. */
  region: string;
  issues: Issue[];
}

/**
 * Opens an image (NIfTI file, DICOM file or folder of one series) and a region of it: a value of a NIfTI mask, a contour set
 * of an RTSTRUCT or a segment of a SEG, by number or name. Throws `usage` and `not-found` with what there is to choose from,
 * `unsupported` for files that cannot be read.
 */
export async function radiomicsInput(
  imagePath: string,
  maskPath: string,
  label: string | undefined,
  defaultLabel: number,
): Promise<RadiomicsInput> {
  const images = await readSources(imagePath);
  const [volume, ...others] = images.sources.filter(({ source }) => ['dicom-series', 'nifti'].includes(source.format));
  if (!volume) throw unread(imagePath, 'an image', images.issues);
  if (others.length > 0)
    throw new IdiographError('usage', `${imagePath} holds ${others.length + 1} images`, {
      remedy: 'Name a folder or file with one series.',
    });
  const missing = missingSlices(volume.source.metadata);
  const image = withoutMissing(await openImage(volume.source, images.blobs), missing);
  if (image.grid.shape[3] > 1)
    throw new IdiographError('usage', `${imagePath} has ${image.grid.shape[3]} time points`, {
      remedy: 'Give one volume.',
    });
  const masks = await readSources(maskPath);
  const issues = [...images.issues, ...volume.source.issues, ...masks.issues];
  const { modality } = volume.source;
  for (const { source, draft } of masks.sources) {
    if (source.format === 'dicom-regions') {
      const region = chosenRegion(draft, label, maskPath);
      const frame = image.grid.frameOfReference;
      if (frame !== undefined && region.frameOfReference !== undefined && frame !== region.frameOfReference)
        throw new IdiographError('usage', 'image and region lie in different frames of reference', {
          remedy: 'Give the image that the region was drawn on.',
        });
      const record: Region = { kind: 'region', id: 'region', subject: 'files', source: source.id, ...region };
      const shape = await openDicomRegion(record, source, masks.blobs);
      return { image, modality, shape, region: region.label || String(region.number), issues };
    }
    if (source.format === 'nifti') {
      const drawn = await openImage(source, masks.blobs);
      const value = label === undefined ? defaultLabel : Number(label);
      return { image, modality, shape: await labelShape(drawn, value, maskPath), region: `label ${value}`, issues };
    }
  }
  throw unread(maskPath, 'a mask, RTSTRUCT or SEG', masks.issues);
}

function unread(path: string, what: string, issues: readonly Issue[]): IdiographError {
  const why = issues.find(({ severity }) => severity === 'error') ?? issues[0];
  return new IdiographError('unsupported', `${path} is not ${what}${why ? `: ${why.message}` : ''}`, {
    remedy: why?.remedy ?? 'Give NIfTI (.nii, .nii.gz) or DICOM.',
  });
}

function chosenRegion({ regions }: Draft, label: string | undefined, path: string): Draft['regions'][number] {
  const known = regions.map(({ number, label: name }) => `${number} ${name}`).join(', ');
  const found =
    label === undefined
      ? regions.length === 1
        ? regions
        : []
      : regions.filter(({ number, label: name }) => String(number) === label || name === label);
  if (found.length === 1) return found[0]!;
  const what =
    label === undefined ? `${basename(path)} holds ${regions.length} regions` : `no one region is "${label}"`;
  throw new IdiographError(label === undefined ? 'usage' : 'not-found', what, {
    remedy: `Choose one with --label: ${known || 'there are none'}.`,
  });
}

async function labelShape(image: ImageHandle, value: number, path: string): Promise<RegionShape> {
  const [ni, nj, nk] = image.grid.shape;
  const mask = new Uint8Array(ni * nj * nk);
  const seen = new Set<number>();
  let voxels = 0;
  for (let k = 0; k < nk; k++) {
    const slice = await image.readSlab(k, k + 1);
    for (let at = 0; at < slice.length; at++) {
      const here = slice[at]!;
      if (here !== 0 && seen.size < 20) seen.add(here);
      if (here !== value) continue;
      mask[ni * nj * k + at] = 1;
      voxels++;
    }
  }
  if (voxels === 0)
    throw new IdiographError('not-found', `${basename(path)} has no voxel of value ${value}`, {
      remedy: `Choose one with --label: ${[...seen].sort((a, b) => a - b).join(', ') || 'it is empty'}.`,
    });
  return { type: 'mask', grid: image.grid satisfies Grid, mask };
}
