import type { Artifact } from '../../dossier/artifact.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { Source } from '../../dossier/source.ts';
import { mapKinds } from '../../imaging/diffusion/mapList.ts';
import { perfusionMapUnits } from '../../imaging/perfusion/mapList.ts';
import { kineticMapUnits } from '../../imaging/pet/kinetics/mapUnits.ts';
import { Layout } from '../../intake/dicom/layout.ts';
import { unitOf } from '../../intake/dicom/rescale.ts';
import type { BlobAccess } from '../../intake/format.ts';
import { findNifti } from './niftiVoxels.ts';

const unitOfMap: ReadonlyMap<string, string> = new Map([
  ...Object.values(mapKinds)
    .flat()
    .flatMap(({ role, unit }) => (role === undefined ? [] : [[role, unit] as const])),
  ...perfusionMapUnits,
  ...kineticMapUnits,
]);

export type ImageRecord = Source | Artifact;

/** Whether a record can be looked at as an image: series, NIfTI files, dose and parametric maps, images that were made. */
export function isImage(record: { kind: string }): record is ImageRecord {
  if (record.kind === 'artifact') {
    const { type } = record as Artifact;
    return type === 'image' || type === 'labelmap';
  }
  if (record.kind !== 'source') return false;
  const { format, metadata } = record as Source;
  return (
    format === 'nifti' || format === 'dicom-series' || (format === 'dicom-object' && layoutOf(metadata) !== undefined)
  );
}

/** Label maps: those that were made, and files that say that they are. */
export function isLabelMap(record: ImageRecord): boolean {
  return record.kind === 'artifact' ? record.type === 'labelmap' : record.contrast === 'labels';
}

/** How the frames of a series lie, as it was read at import. */
export function layoutOf(metadata: Source['metadata']): Layout | undefined {
  return Layout.safeParse(metadata['layout']).data;
}

/** Whether the voxels come from DICOM files. */
export function isDicom(record: ImageRecord): record is Source & { format: 'dicom-series' | 'dicom-object' } {
  return record.kind === 'source' && record.format !== 'nifti';
}

/** The grid as the record states it, in float64; reads no more than a header. */
export async function gridOf(record: ImageRecord, blobs: Required<BlobAccess>): Promise<Grid> {
  if (!isDicom(record)) return (await findNifti(record, blobs)).header.grid;
  const { shape, affineRas, repetitionTimeS } = layoutOf(record.metadata)!;
  return { shape, affineRas, ...(repetitionTimeS !== undefined && { repetitionTimeS }) };
}

/** UCUM unit of the values, as the readers of intake state it. */
export function unitOfImage(record: ImageRecord): string {
  if (record.kind === 'artifact') return record.role === 'suv-map' ? 'g/mL' : (unitOfMap.get(record.role) ?? '1');
  if (isDicom(record)) return unitOf(record.metadata as never);
  const stated = record.metadata['Units'];
  if (typeof stated === 'string' && /^bq\/ml$/i.test(stated)) return 'Bq/mL';
  return record.modality === 'CT' ? "[hnsf'U]" : '1';
}
