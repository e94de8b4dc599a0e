import { z } from 'zod';
import type { Artifact } from '../dossier/artifact.ts';
import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle, RegionShape, TableHandle, VariantsHandle } from '../dossier/image.ts';
import type { Region } from '../dossier/region.ts';
import type { Source } from '../dossier/source.ts';
import { type BlobAccess, defaultLimits } from './format.ts';

const MaskContent = z.object({ mask: z.string().length(64) });

/** A source as an image. Readers are loaded when first needed. Throws `unsupported` for what is no image. */
export async function openImage(of: Source | Artifact, blobs: BlobAccess): Promise<ImageHandle> {
  if (of.kind === 'artifact') {
    if (of.type !== 'image' && of.type !== 'labelmap') throw not('an image', of.id, of.type);
    const { openNifti } = await import('./nifti/open.ts');
    return openNifti({ id: of.id, blob: of.blob, path: of.fileName }, blobs);
  }
  switch (of.format) {
    case 'nifti':
      return (await import('./nifti/open.ts')).openNifti(of, blobs);
    case 'dicom-series':
      return (await import('./dicom/openImage.ts')).openDicomImage(of, blobs);
    default:
      throw not('an image', of.id, of.format);
  }
}

/** The shape of a region of an RTSTRUCT or SEG source. */
export async function openRegion(region: Region, source: Source, blobs: BlobAccess): Promise<RegionShape> {
  if (source.format !== 'dicom-regions') throw not('a set of regions', source.id, source.format);
  return (await import('./dicom/regions.ts')).openDicomRegion(region, source, blobs);
}

/** The mask that an entry of type `annotation` names. Throws `integrity` when it is not what was put into the store. */
export async function openMask({ id, content }: Entry, blobs: BlobAccess): Promise<RegionShape> {
  const { data } = MaskContent.safeParse(content);
  if (!data) throw not('an annotation with a mask', id, 'something else');
  const { readLabelMap } = await import('./nifti/labelMap.ts');
  const read = await readLabelMap(await blobs.bytes(data.mask), defaultLimits);
  if ('refused' in read) throw new IdiographError('integrity', `the mask of ${id}: ${read.refused.message}`, { id });
  return { type: 'mask', grid: read.grid, mask: read.labels };
}

/** One sample of a VCF source. */
export async function openVariants(source: Source, blobs: BlobAccess): Promise<VariantsHandle> {
  if (source.format !== 'vcf') throw not('a list of variants', source.id, source.format);
  return (await import('./vcf/open.ts')).openVcf(source, blobs);
}

/** The rows of a table: as they are for CSV, one value a row for FreeSurfer statistics. */
export async function openTable(source: Source, blobs: BlobAccess): Promise<TableHandle> {
  switch (source.format) {
    case 'table':
    case 'answers':
      return (await import('./table/open.ts')).openCsv(source, blobs);
    case 'freesurfer-stats':
      return (await import('./freesurfer/open.ts')).openStats(source, blobs);
    case 'volume-table':
      return (await import('./volumeTables/open.ts')).openVolumes(source, blobs);
    case 'pgs':
    case 'maf':
      return (await import('./pgs/open.ts')).openTabText(source, blobs);
    default:
      throw not('a table', source.id, source.format);
  }
}

function not(what: string, id: string, is: string): IdiographError {
  return new IdiographError('unsupported', `${id} is not ${what} but ${is}`, { id, is });
}
