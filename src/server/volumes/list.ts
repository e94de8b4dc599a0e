import { regionColor } from '../../display/colormaps.ts';
import { displayDefaults } from '../../display/windows.ts';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import { sha256 } from '../../dossier/canonical.ts';
import type { Finding } from '../../dossier/finding.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { valueForReader } from '../../dossier/words.ts';
import type { Nuclide } from '../../imaging/pet/nuclides.ts';
import { petHeader } from '../../imaging/pet/petHeader.ts';
import { suvBodyWeightScale } from '../../imaging/pet/suv.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { type FindingLine, type ImageView, type LabelView, LengthBasis, type RegionView } from '../api/images.ts';
import { type ImageRecord, isDicom, isImage, isLabelMap, layoutOf, unitOfImage } from './imageRecord.ts';

interface Listed {
  images: ImageView[];
  regions: RegionView[];
  visits: { day?: string; modalities: { modality: string; images: string[] }[] }[];
}

/** All images of a dossier as the page lists them. `named`: the account may read texts that people wrote into headers. */
export function listImages(dossier: Dossier, { named }: { named: boolean }): Listed {
  const records: ImageRecord[] = [...dossier.sources, ...dossier.artifacts].filter(isImage);
  const spaces = spacesOf(records);
  const views = toldApart(
    records.map((record) => viewOf(record, records, dossier, spaces, named)),
    (id) => pathOf(records.find((one) => one.id === id)!, records),
    named,
  );
  return {
    images: views,
    regions: dossier.regions.map((region, at) => regionView(region, at, dossier, records, spaces, views)),
    visits: visitsOf(views),
  };
}

function viewOf(
  record: ImageRecord,
  records: readonly ImageRecord[],
  dossier: Dossier,
  spaces: Map<string, string>,
  named: boolean,
): ImageView {
  const source = record.kind === 'source' ? record : sourceOf(record, records);
  const unit = unitOfImage(record);
  const { shape, voxelMm, repetitionTimeS } = geometryOf(record);
  const modality = source?.modality ?? (record.kind === 'source' ? record.modality : 'unknown');
  const role = record.kind === 'artifact' ? record.role : undefined;
  const time = record.kind === 'source' ? record.acquiredAt : (record.time ?? source?.acquiredAt);
  const { presets, window, colormap, suvFactor, tone } = displayDefaults({
    modality,
    unit,
    role,
    suvFactor: record.kind === 'source' ? suvFactorOf(record) : undefined,
    header: record.kind === 'source' ? record.metadata : undefined,
  });
  return {
    id: record.id,
    kind: record.kind,
    type: isLabelMap(record) ? 'labelmap' : 'image',
    modality,
    title: record.kind === 'artifact' ? record.title : titleOf(record, named),
    ...(time !== undefined && { time }),
    ...(role !== undefined && { role }),
    shape,
    voxelMm,
    ...(repetitionTimeS !== undefined && { repetitionTimeS }),
    unit,
    space: spaces.get(record.id)!,
    derivedFrom: record.kind === 'artifact' ? record.derivedFrom : [],
    presets: presets.map(({ name, window: [low, high] }) => ({ name, window: [low, high] })),
    ...(window && { window: [window[0], window[1]] as [number, number] }),
    colormap,
    ...(tone && { tone: [...tone] }),
    ...lengthsOf(record),
    ...(suvFactor !== undefined && { suvFactor }),
    labels: record.kind === 'artifact' ? labelsOf(record, dossier.findings) : [],
    placed: isPlaced(record),
    issues: record.issues
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, code, message }) => ({ severity, code, message })),
  };
}

/** Where lengths are no millimetres of the body: those of pixels, or of the plane that the pixels were measured in. */
function lengthsOf(record: ImageRecord): Pick<ImageView, 'lengths'> {
  const { data } = LengthBasis.safeParse(record.kind === 'source' ? record.metadata['lengthBasis'] : undefined);
  return data === undefined ? {} : { lengths: data };
}

function pathOf(record: ImageRecord, records: readonly ImageRecord[]): string {
  return (record.kind === 'source' ? record : sourceOf(record, records))?.path ?? '';
}

/**
 * Images that a list would show alike get the part of their path that differs, or, where no file may be named, a number.
 * `pathOf`: the file or folder of an image, or of the one that it was made of.
 */
function toldApart(views: readonly ImageView[], pathOf: (id: string) => string, named: boolean): ImageView[] {
  const alike = Map.groupBy(views, ({ time, modality, title, shape, role }) =>
    JSON.stringify([time?.slice(0, 10), modality, title, shape, role]),
  );
  const titles = new Map<string, string>();
  for (const group of alike.values()) {
    if (group.length < 2) continue;
    const sorted = group
      .map(({ id, title }) => ({ id, title, path: pathOf(id) }))
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.id < b.id ? -1 : 1));
    const ends = shortestEnds(sorted.map(({ path }) => path));
    sorted.forEach(({ id, title }, at) => {
      const end = named ? ends[at] : undefined;
      titles.set(id, end === undefined ? `${title} (${at + 1} of ${group.length})` : `${title} · ${end}`);
    });
  }
  return views.map((view) => ({ ...view, title: titles.get(view.id) ?? view.title }));
}

/** The last parts of each path, as many as are needed to tell it from the others; undefined where nothing does. */
function shortestEnds(paths: readonly string[]): (string | undefined)[] {
  const endOf = (path: string, parts: number) => path.split('/').slice(-parts).join('/');
  return paths.map((path) => {
    for (let parts = 1; parts <= path.split('/').length; parts++) {
      const end = endOf(path, parts);
      if (paths.filter((other) => endOf(other, parts) === end).length === 1) return end;
    }
    return undefined;
  });
}

/** The image from which an artifact came, over other artifacts. */
function sourceOf(artifact: Artifact, records: readonly ImageRecord[], depth = 0): Source | undefined {
  if (depth > 8) return undefined;
  for (const id of artifact.derivedFrom) {
    const parent = records.find((one) => one.id === id);
    if (parent?.kind === 'source') return parent;
    const found = parent && sourceOf(parent, records, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** Images of one frame of reference, and what was made of one of them, share a space. Only a hash of the UID leaves. */
function spacesOf(records: readonly ImageRecord[]): Map<string, string> {
  return new Map(
    records.map((record) => {
      const root = record.kind === 'source' ? record : sourceOf(record, records);
      const uid = root?.metadata['FrameOfReferenceUID'];
      const own = record.kind === 'artifact' ? record.grid?.frameOfReference : undefined;
      return [record.id, spaceOf(own ?? (typeof uid === 'string' ? uid : undefined), root?.id ?? record.id)];
    }),
  );
}

function spaceOf(frameOfReference: string | undefined, otherwise: string): string {
  return `space-${sha256(frameOfReference ?? otherwise).slice(0, 16)}`;
}

function geometryOf(record: ImageRecord): Pick<ImageView, 'shape' | 'voxelMm' | 'repetitionTimeS'> {
  if (record.kind === 'artifact') {
    const { shape, affineRas } = record.grid ?? {
      shape: [1, 1, 1, 1] as [number, number, number, number],
      affineRas: [],
    };
    return { shape, voxelMm: affineRas.length === 16 ? spacingMm(affineRas) : [1, 1, 1] };
  }
  if (isDicom(record)) {
    const { shape, affineRas, repetitionTimeS } = layoutOf(record.metadata)!;
    return { shape, voxelMm: spacingMm(affineRas), ...(repetitionTimeS !== undefined && { repetitionTimeS }) };
  }
  const numbers = (key: string) => ((record.metadata[key] as number[] | undefined) ?? []).map(Number);
  const dim = numbers('dim');
  const pixdim = numbers('pixdim');
  const rank = dim[0] ?? 3;
  const length = (axis: number) => (axis <= rank ? Math.max(1, dim[axis] ?? 1) : 1);
  const scale = { 1: 1000, 3: 1e-3 }[Number(record.metadata['xyzt_units'] ?? 0) & 7] ?? 1;
  const size = (axis: number) => Math.abs(pixdim[axis] ?? 1) * scale || 1;
  const repetition = record.metadata['RepetitionTime'];
  return {
    shape: [length(1), length(2), length(3), length(4) * length(5) * length(6) * length(7)],
    voxelMm: [size(1), size(2), size(3)],
    ...(typeof repetition === 'number' && length(4) > 1 && { repetitionTimeS: repetition }),
  };
}

/** Projections and files whose header places them nowhere: sides cannot be named. */
export function isPlaced(record: ImageRecord): boolean {
  const without = ['nifti-orientation-unknown', 'orientation-missing', 'no-patient-geometry'];
  if (record.issues.some(({ code }) => without.includes(code))) return false;
  if (record.kind !== 'source' || !isDicom(record)) return true;
  return !['CR', 'DX', 'DR', 'RG', 'MG', 'XA', 'US', 'RF', 'PX', 'IO'].includes(record.modality);
}

function titleOf(source: Source, named: boolean): string {
  const contrast = source.contrast && source.contrast !== 'unknown' ? source.contrast : undefined;
  const words = [
    source.modality === contrast ? undefined : source.modality,
    contrast,
    named ? source.description : undefined,
  ];
  return words.filter(Boolean).join(' ') || 'image';
}

function suvFactorOf(source: Source): number | undefined {
  if (source.modality !== 'PT' || !isDicom(source)) return undefined;
  const { nuclides } = loadKnowledge('imaging/nuclides.json').data as { nuclides: Nuclide[] };
  const scale = suvBodyWeightScale(petHeader(source.metadata), nuclides);
  return 'factor' in scale ? scale.factor : undefined;
}

function labelsOf(artifact: Artifact, findings: readonly Finding[]): LabelView[] {
  const about = findings.filter(({ derivedFrom }) => derivedFrom.includes(artifact.id));
  return (artifact.labels ?? [])
    .filter(({ value }) => value !== 0)
    .map(({ value, name, color }) => ({
      value,
      name,
      ...(color !== undefined && { color }),
      findings: about.filter(({ site }) => site !== undefined && isNamed(name, site)).map(lineOf),
    }));
}

function isNamed(label: string, { code, display }: { code: string; display: string }): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim();
  return plain(label) === plain(code) || plain(label) === plain(display);
}

/** A finding as the list beside an image shows it. */
export function lineOf(finding: Finding): FindingLine {
  const site = finding.site ? `, ${finding.site.display}` : '';
  return { finding: finding.id, title: `${finding.measure.display}${site}`, value: valueForReader(finding) };
}

function regionView(
  region: Region,
  at: number,
  dossier: Dossier,
  records: readonly ImageRecord[],
  spaces: Map<string, string>,
  views: readonly ImageView[],
): RegionView {
  const space = region.frameOfReference === undefined ? undefined : spaceOf(region.frameOfReference, '');
  const isDrawnOn = (id: string): boolean => {
    const record = records.find((one) => one.id === id);
    if (record?.kind !== 'source' || region.referencedSeries === undefined) return false;
    return (record.metadata['SeriesInstanceUID'] ?? record.locator['series']) === region.referencedSeries;
  };
  const inSpace = views.filter(({ id }) => isDrawnOn(id) || (space !== undefined && spaces.get(id) === space));
  return {
    id: region.id,
    source: region.source,
    label: region.label,
    type: region.type,
    ...(region.laterality !== undefined && { laterality: region.laterality }),
    color: regionColor(at),
    ...(space !== undefined && { space }),
    images: inSpace.map(({ id }) => id).sort((a, b) => Number(isDrawnOn(b)) - Number(isDrawnOn(a))),
    findings: dossier.findings.filter((finding) => finding.region === region.id).map(lineOf),
  };
}

/** By day, newest first, those without a day last; within a day by modality. */
function visitsOf(views: readonly ImageView[]): Listed['visits'] {
  const days = new Map<string, ImageView[]>();
  for (const view of views) {
    const day = view.time?.slice(0, 10) ?? '';
    days.set(day, [...(days.get(day) ?? []), view]);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0))
    .map(([day, of]) => ({
      ...(day !== '' && { day }),
      modalities: [...new Set(of.map(({ modality }) => modality))].sort().map((modality) => ({
        modality,
        images: of.filter((one) => one.modality === modality).map(({ id }) => id),
      })),
    }));
}
