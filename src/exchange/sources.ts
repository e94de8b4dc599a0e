/** Where findings come from: DICOM series as ImagingStudy, everything else and every artifact as DocumentReference. */
import type { DocumentReference, ImagingStudy, ImagingStudySeries } from '@medplum/fhirtypes';
import type { Artifact } from '../dossier/artifact.ts';
import type { Source } from '../dossier/source.ts';
import type { ExportContext } from './context.ts';
import { dateTimeOf, narrativeOf, plainText } from './datatypes.ts';
import { identifierOf, uuidOf } from './identifiers.ts';

function uidOf(source: Source, keyword: 'StudyInstanceUID' | 'SeriesInstanceUID'): string | undefined {
  const stated = source.metadata[keyword] ?? (keyword === 'SeriesInstanceUID' ? source.locator['series'] : undefined);
  return typeof stated === 'string' && /^[0-9.]{1,64}$/.test(stated) ? stated : undefined;
}

/** True for sources that an ImagingStudy can describe: they name their study and series. */
export function isImagingSource(source: Source): boolean {
  if (!source.format.startsWith('dicom-')) return false;
  return uidOf(source, 'StudyInstanceUID') !== undefined && uidOf(source, 'SeriesInstanceUID') !== undefined;
}

/** Dossier id that stands for a whole study. */
export function studyId(source: Source): string {
  return `study-${uidOf(source, 'StudyInstanceUID')}`;
}

/** One ImagingStudy a StudyInstanceUID, one series a SeriesInstanceUID. https://hl7.org/fhir/R4/imagingstudy.html */
export function imagingStudies(sources: readonly Source[], context: ExportContext): ImagingStudy[] {
  const studies = new Map<string, Source[]>();
  for (const source of sources.filter(isImagingSource)) {
    const id = studyId(source);
    studies.set(id, [...(studies.get(id) ?? []), source]);
  }
  return [...studies.entries()].map(([id, members]): ImagingStudy => {
    const started = members
      .map((one) => dateTimeOf(one.acquiredAt))
      .filter((date) => date !== undefined)
      .sort()[0];
    const series = seriesOf(members);
    return {
      resourceType: 'ImagingStudy',
      id: uuidOf(id),
      ...(context.meta ? { meta: context.meta } : {}),
      text: narrativeOf([
        ...context.labels,
        `${series.length} series: ${members.map((one) => one.description ?? one.modality).join(', ')}`,
      ]),
      identifier: [
        { system: 'urn:dicom:uid', value: `urn:oid:${uidOf(members[0]!, 'StudyInstanceUID')}` },
        ...members.map((one) => identifierOf(one.id)),
      ],
      status: 'available',
      subject: context.subject,
      ...(started ? { started } : {}),
      numberOfSeries: series.length,
      series,
    };
  });
}

function seriesOf(members: readonly Source[]): ImagingStudySeries[] {
  const byUid = new Map<string, Source[]>();
  for (const one of members) {
    const uid = uidOf(one, 'SeriesInstanceUID')!;
    byUid.set(uid, [...(byUid.get(uid) ?? []), one]);
  }
  return [...byUid.entries()].sort().map(([uid, sources]) => {
    const [first] = sources;
    const started = dateTimeOf(first!.acquiredAt);
    return {
      uid,
      modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: first!.modality },
      ...(first!.description ? { description: plainText(first!.description) } : {}),
      ...(first!.bodyPart ? { bodySite: { display: plainText(first!.bodyPart) } } : {}),
      ...(started ? { started } : {}),
    };
  });
}

const mediaTypes: Partial<Record<Source['format'], string>> = {
  nifti: 'application/octet-stream',
  vcf: 'text/plain',
  fhir: 'application/fhir+json',
  hl7v2: 'x-application/hl7-v2+er7',
  answers: 'text/csv',
  table: 'text/csv',
  'freesurfer-stats': 'text/plain',
  'volume-table': 'text/csv',
  'outside-calls': 'text/plain',
};

/** A source file; its bytes stay where they are, SHA-256 says which they were. */
export function sourceDocument(source: Source, context: ExportContext): DocumentReference {
  const at = dateTimeOf(source.acquiredAt);
  return {
    resourceType: 'DocumentReference',
    id: uuidOf(source.id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, `${source.description ?? source.format}: ${source.path}`]),
    identifier: [identifierOf(source.id), { system: 'urn:idiograph:sha256', value: source.blob }],
    status: 'current',
    type: { text: source.format },
    ...documentSubject(context),
    description: plainText(source.description ?? source.path),
    content: [
      {
        attachment: {
          contentType: mediaTypes[source.format] ?? 'application/octet-stream',
          title: plainText(source.path),
        },
      },
    ],
    ...(at ? { context: { period: { start: at } } } : {}),
  };
}

/** An image, table or picture that an analysis made; the file lies under `artifacts/` of the same export. */
export function artifactDocument(artifact: Artifact, context: ExportContext): DocumentReference {
  const at = dateTimeOf(artifact.time);
  return {
    resourceType: 'DocumentReference',
    id: uuidOf(artifact.id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, artifact.title]),
    identifier: [identifierOf(artifact.id), { system: 'urn:idiograph:sha256', value: artifact.blob }],
    status: 'current',
    docStatus: 'preliminary',
    type: { text: `${artifact.role} (${artifact.type})` },
    ...documentSubject(context),
    description: plainText(artifact.title),
    content: [{ attachment: { contentType: artifact.mediaType, title: plainText(artifact.fileName) } }],
    ...(at ? { context: { period: { start: at } } } : {}),
  };
}

function documentSubject(context: ExportContext): Pick<DocumentReference, 'subject'> {
  return { subject: context.subject };
}
