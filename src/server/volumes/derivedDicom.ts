import type { Dossier } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import { sha256 } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Run } from '../../dossier/run.ts';
import { Manifest, type Source } from '../../dossier/source.ts';
import {
  type DerivedFrom,
  type Description,
  dcmCode,
  inherited,
  type SourceInstance,
} from '../../exchange/dicom/derived.ts';
import { writeParametricMap } from '../../exchange/dicom/parametricMap.ts';
import { type Segment, writeSegmentation } from '../../exchange/dicom/segmentation.ts';
import { readHeader } from '../../intake/dicom/header.ts';
import { blobSource } from '../../intake/dicom/openImage.ts';
import { textOf } from '../../intake/dicom/record.ts';
import { type BlobAccess, defaultLimits } from '../../intake/format.ts';
import { openImage } from '../../intake/open.ts';
import { unitOfImage } from './imageRecord.ts';

export interface DicomFile {
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** More files than this are not opened one by one for their names: the first of them stand for the series. */
const mostInstances = 2048;

/**
 * An image or label map that an analysis made as DICOM: a segmentation, or a parametric map for each of its volumes
 * (or one of them).
 * Patient, study and frame of reference are those of the DICOM series that it was made from; without one they are empty.
 * Throws `unsupported` for artifacts that are no images, and what the writers throw.
 */
export async function artifactAsDicom(
  artifact: Artifact,
  {
    run,
    dossier,
    blobs,
    program,
    volume,
  }: { run: Run; dossier: Dossier; blobs: BlobAccess; program: string; volume?: number },
): Promise<DicomFile[]> {
  if (artifact.type !== 'image' && artifact.type !== 'labelmap')
    throw new IdiographError('unsupported', `${artifact.title} is no image: it has no form as DICOM.`);
  const image = await openImage(artifact, blobs);
  const source = seriesOf(artifact, dossier);
  const from = source ? await derivedFrom(source, blobs) : { header: {}, instances: [] };
  const frame = image.grid.frameOfReference ?? artifact.grid?.frameOfReference ?? from.frameOfReference;
  const said: Description = {
    identity: [artifact.id, artifact.blob, ...(source ? [sha256(from.header.StudyInstanceUID ?? '')] : [])],
    title: artifact.title,
    label: artifact.role
      .toUpperCase()
      .replace(/[^A-Z0-9_]+/g, '_')
      .slice(0, 16),
    madeAt: run.startedAt,
    method: `${run.key.analysis} ${run.key.version}: ${artifact.method}`,
    program,
    seriesNumber: 9000,
  };
  return imageAsDicom(image, {
    from: { ...from, ...(frame && { frameOfReference: frame }) },
    said,
    stem: artifact.fileName.replace(/\.nii(\.gz)?$/, ''),
    kind: artifact.type,
    ...(artifact.labels && { labels: artifact.labels }),
    unit: codedUnit(artifact),
    quantity: artifact.role,
    modality: source?.modality ?? 'OT',
    room: run.key.analysis,
    ...(volume !== undefined && { volume }),
  });
}

/** UCUM; uptake by body weight as DICOM codes it (PS3.16, CID 85), which other programs look for. */
export function codedUnit(artifact: Artifact): string {
  return artifact.role === 'suv-map' ? '{SUVbw}g/ml' : unitOfImage(artifact);
}

export interface AsDicom {
  from: DerivedFrom;
  said: Description;
  /** File name without ending. */
  stem: string;
  kind: 'image' | 'labelmap';
  labels?: readonly { value: number; name: string; color?: string | undefined }[];
  unit: string;
  quantity: string;
  modality: string;
  /** Id of the analysis, where one made it. */
  room: string;
  /** Volume of a series of volumes, 0-based; absent: all. */
  volume?: number;
}

/** An image that is open as DICOM files. */
export async function imageAsDicom(image: ImageHandle, as: AsDicom): Promise<DicomFile[]> {
  const { grid } = image;
  if (as.kind === 'labelmap') {
    const labels = await image.readVolume(0);
    const segments = segmentsOf(labels, as);
    return [{ fileName: `${as.stem}.seg.dcm`, bytes: writeSegmentation(labels, grid, segments, as.from, as.said) }];
  }
  const derivation = as.room.startsWith('imaging.perfusion')
    ? dcmCode('129104', 'Perfusion image analysis')
    : as.room.startsWith('imaging.diffusion')
      ? dcmCode('129105', 'Diffusion image analysis')
      : undefined;
  const kind = { ...as, ...(derivation && { derivation }) };
  const files: DicomFile[] = [];
  const volumes = Array.from({ length: grid.shape[3] }, (_, t) => t);
  if (as.volume !== undefined && !volumes.includes(as.volume))
    throw new IdiographError('not-found', `The image has ${volumes.length} volumes.`);
  for (const t of as.volume === undefined ? volumes : [as.volume]) {
    const said = { ...as.said, instanceNumber: t + 1 };
    const bytes = writeParametricMap(await image.readVolume(t), grid, kind, as.from, said);
    files.push({ fileName: `${as.stem}${grid.shape[3] > 1 ? `-${t + 1}` : ''}.map.dcm`, bytes });
  }
  return files;
}

/** The labels that are in the map, under their names. */
function segmentsOf(labels: Float32Array, { labels: named = [], said, room }: AsDicom): Segment[] {
  const present = [...new Set(labels)].filter((value) => value > 0).sort((a, b) => a - b);
  const type = room === '' ? 'SEMIAUTOMATIC' : 'AUTOMATIC';
  return present.map((value) => {
    const known = named.find((one) => one.value === value);
    return {
      value,
      label: known?.name ?? `label ${value}`,
      description: `Label ${value} of ${said.title}`,
      ...(known?.color !== undefined && /^#[0-9a-f]{6}$/i.test(known.color) && { color: known.color }),
      algorithm: { type, name: said.method },
    };
  });
}

/** The DICOM series that an artifact rests on; undefined where there is none, or where several lie in different frames. */
function seriesOf(artifact: Artifact, dossier: Dossier): Source | undefined {
  const seen = new Set<string>();
  const found: Source[] = [];
  const walk = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const source = dossier.sources.find((one) => one.id === id);
    if (source?.format === 'dicom-series') found.push(source);
    const made = [...dossier.artifacts, ...dossier.findings].find((one) => one.id === id);
    for (const next of made?.derivedFrom ?? []) walk(next);
  };
  for (const id of artifact.derivedFrom) walk(id);
  const frames = new Set(found.map(({ metadata }) => metadata.FrameOfReferenceUID));
  return frames.size === 1 ? found[0] : undefined;
}

/** What the headers of a series say of patient, study, frame and instances. */
export async function derivedFrom(source: Source, blobs: BlobAccess): Promise<DerivedFrom> {
  const manifest = (source.metadata['layout'] as { members?: number } | undefined)?.members ?? 1;
  const members =
    manifest === 1
      ? [source.blob]
      : Manifest.parse(JSON.parse(new TextDecoder().decode(await blobs.bytes(source.blob)))).members.map(
          (one) => one.sha256,
        );
  const instances: SourceInstance[] = [];
  let header: DerivedFrom['header'] = {};
  for (const member of members.slice(0, mostInstances)) {
    const read = await readHeader(await blobSource(member, blobs), defaultLimits);
    if ('refused' in read) continue;
    const { record, sopClass, sopInstance } = read.header;
    if (instances.length === 0)
      header = Object.fromEntries(inherited.map((key) => [key, textOf(record, key)]).filter(([, value]) => value));
    instances.push({
      sopClass,
      sopInstance,
      series: textOf(record, 'SeriesInstanceUID') ?? '',
      study: textOf(record, 'StudyInstanceUID') ?? '',
    });
  }
  const frame = source.metadata['FrameOfReferenceUID'];
  return { header, instances, ...(typeof frame === 'string' && { frameOfReference: frame }) };
}
