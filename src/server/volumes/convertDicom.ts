import type { Source } from '../../dossier/source.ts';
import type { Samples } from '../../intake/dicom/codecs/frame.ts';
import { openDicomImage } from '../../intake/dicom/openImage.ts';
import type { BlobAccess } from '../../intake/format.ts';
import { type DatatypeName, datatypeByName } from '../../intake/nifti/datatypes.ts';
import { layoutOf } from './imageRecord.ts';
import type { Stored } from './plainHeader.ts';
import { beginPlain, bytesOf, type PlainTarget } from './plainWriter.ts';
import { readingAhead } from './readAhead.ts';

/**
 * A DICOM series as a plain volume. While all slices share one rescaling and one kind of integer, what the scanner stored
 * is kept; as soon as one does not (PET: a slope a slice), everything is written anew as float32.
 */
export async function convertDicom(source: Source, blobs: BlobAccess, target: PlainTarget): Promise<void> {
  const files = layoutOf(source.metadata)?.members ?? 1;
  const image = await openDicomImage(source, await readingAhead(source, files, blobs));
  const [ni, nj, nk, nt] = image.grid.shape;
  const empty = source.modality === 'CT' ? -1000 : 0;
  const first = await firstStored();
  if (first && (await asStored(first))) return;
  const writer = await beginPlain(target, image.grid, { datatype: 'float32', slope: 1, intercept: 0 });
  for (let t = 0; t < nt; t++)
    for (let k = 0; k < nk; k++) await writer.append(bytesOf(await image.readSlab(k, k + 1, t)));

  async function firstStored(): Promise<Stored | undefined> {
    for (let t = 0; t < nt; t++)
      for (let k = 0; k < nk; k++) {
        const { stored, rescale } = await image.readStored(k, t);
        if (stored === undefined) continue;
        const datatype = kindOf(stored);
        if (datatype === undefined || 'table' in rescale || stored.length !== ni * nj) return undefined;
        return { datatype, ...rescale };
      }
    return undefined;
  }

  /** False when a slice does not fit. */
  async function asStored(kept: Stored): Promise<boolean> {
    const { low, high } = datatypeByName(kept.datatype);
    const fill = Math.round((empty - kept.intercept) / kept.slope);
    const writer = await beginPlain(target, image.grid, kept);
    for (let t = 0; t < nt; t++)
      for (let k = 0; k < nk; k++) {
        const { stored, rescale } = await image.readStored(k, t);
        if (stored === undefined) {
          if (fill < low || fill > high) return false;
          await writer.append(bytesOf(new (arrayOf(kept.datatype))(ni * nj).fill(fill)));
          continue;
        }
        const fits =
          kindOf(stored) === kept.datatype &&
          stored.length === ni * nj &&
          !('table' in rescale) &&
          rescale.slope === kept.slope &&
          rescale.intercept === kept.intercept;
        if (!fits) return false;
        await writer.append(bytesOf(stored));
      }
    return true;
  }
}

function kindOf(stored: Samples): DatatypeName | undefined {
  if (stored instanceof Int16Array) return 'int16';
  if (stored instanceof Uint16Array) return 'uint16';
  if (stored instanceof Uint8Array) return 'uint8';
  return stored instanceof Int8Array ? 'int8' : undefined;
}

function arrayOf(name: DatatypeName) {
  return { int16: Int16Array, uint16: Uint16Array, uint8: Uint8Array, int8: Int8Array }[name as 'int16'];
}
