import { IdiographError } from '../../dossier/errors.ts';
import type { RegionShape } from '../../dossier/image.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { readHeader } from './header.ts';
import { blobSource } from './openImage.ts';
import { readContours } from './rtstruct.ts';
import { readSegment } from './segmentation.ts';
import { instanceKind } from './sopClasses.ts';

/**
 * The shape of one region of an RTSTRUCT (closed planar contours in RAS mm) or SEG (mask on its own grid). Throws
 * IdiographError `not-found` when the source has no such region, `unsupported` when its pixels cannot be decoded.
 */
export async function openDicomRegion(region: Region, source: Source, blobs: BlobAccess): Promise<RegionShape> {
  const bytes = await blobSource(source.blob, blobs);
  const read = await readHeader(bytes, defaultLimits, { contours: true });
  if ('refused' in read)
    throw new IdiographError('unsupported', read.refused.message, {
      issue: read.refused,
      ...(read.refused.remedy && { remedy: read.refused.remedy }),
    });
  const { header } = read;
  const { kind } = instanceKind(header);
  if (kind === 'structure-set') return readContours(header.record, region);
  if (kind === 'segmentation') return readSegment(header, bytes, region);
  throw new IdiographError('unsupported', `Source ${source.id} holds no regions.`, { source: source.id });
}
