import { createHash } from 'node:crypto';
import type { Code } from '../../dossier/code.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { Dataset } from './encode.ts';

/** An instance that something was made from. */
export interface SourceInstance {
  sopClass: string;
  sopInstance: string;
  /** SeriesInstanceUID and StudyInstanceUID. */
  series: string;
  study: string;
}

/** Whose image it is and of which study: what the images that it was made from say, so that an archive files it with them. */
export interface DerivedFrom {
  /** Keywords of the patient and study modules; texts. */
  header: Readonly<Partial<Record<(typeof inherited)[number], string>>>;
  /** Frame of reference in which the grid lies; absent: of no DICOM image. */
  frameOfReference?: string;
  instances: readonly SourceInstance[];
}

/** What is said of the object as a whole. */
export interface Description {
  /** What its UIDs follow from: equal words, equal UIDs. */
  identity: readonly string[];
  /** For people: title of the series. */
  title: string;
  /** Up to 16 capitals, digits and underscores. */
  label: string;
  /** `2026-11-24T13:50:00Z`: when it was computed. */
  madeAt: string;
  /** Analysis and version that made it, inputs in words. */
  method: string;
  /** Version of this program. */
  program: string;
  seriesNumber: number;
  instanceNumber?: number;
}

export const inherited = [
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyInstanceUID',
  'StudyDate',
  'StudyTime',
  'StudyID',
  'StudyDescription',
  'AccessionNumber',
  'ReferringPhysicianName',
] as const;

/** A UID that follows from words, under the root of UUIDs (PS3.5 B.2). */
export function derivedUid(...words: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(['idiograph', ...words]))
    .digest('hex')
    .slice(0, 32);
  return `2.25.${BigInt(`0x${hash}`)}`;
}

export const sctCode = (code: string, display: string): Code => ({ system: 'SCT', code, display });
export const dcmCode = (code: string, display: string): Code => ({ system: 'DCM', code, display });

const schemes: Record<string, string> = {
  'http://snomed.info/sct': 'SCT',
  'http://loinc.org': 'LN',
  'http://unitsofmeasure.org': 'UCUM',
  'http://dicom.nema.org/resources/ontology/DCM': 'DCM',
};

/** One item of a code sequence (PS3.3 table 8.8-1). */
export function codeItem({ system, code, display }: Code): Dataset {
  const scheme = schemes[system] ?? system;
  return {
    ...(code.length > 16 ? { LongCodeValue: code } : { CodeValue: code }),
    CodingSchemeDesignator: scheme.length > 16 ? `99${scheme.slice(-14)}` : scheme,
    CodeMeaning: display || code,
  };
}

/** Patient, study, series, equipment, frame of reference, references and dimensions: what SEG and maps share. */
export function sharedModules(
  sopClass: string,
  modality: string,
  { shape }: Pick<Grid, 'shape'>,
  from: DerivedFrom,
  said: Description,
): Dataset {
  const [date, time] = [said.madeAt.slice(0, 10).replaceAll('-', ''), said.madeAt.slice(11, 19).replaceAll(':', '')];
  const sameSeries = new Map<string, SourceInstance[]>();
  const study = from.header.StudyInstanceUID || derivedUid('study', ...said.identity);
  for (const one of from.instances)
    if (one.study === study) sameSeries.set(one.series, [...(sameSeries.get(one.series) ?? []), one]);
  return {
    // Type 2: there, if empty.
    ...{ PatientName: '', PatientID: '', PatientBirthDate: '', PatientSex: '' },
    ...{ StudyDate: '', StudyTime: '', StudyID: '', AccessionNumber: '', ReferringPhysicianName: '' },
    ...from.header,
    StudyInstanceUID: study,
    SOPClassUID: sopClass,
    SOPInstanceUID: derivedUid('instance', modality, ...said.identity, String(said.instanceNumber ?? 1)),
    SeriesInstanceUID: derivedUid('series', modality, ...said.identity),
    Modality: modality,
    SeriesNumber: said.seriesNumber,
    SeriesDescription: said.title,
    SeriesDate: date,
    SeriesTime: time,
    InstanceNumber: said.instanceNumber ?? 1,
    ContentDate: date,
    ContentTime: time,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    ContentLabel: said.label,
    ContentDescription: said.title,
    ContentCreatorName: '',
    DerivationDescription: said.method,
    Manufacturer: 'Idiograph',
    ManufacturerModelName: 'Idiograph (research software)',
    DeviceSerialNumber: 'none',
    SoftwareVersions: said.program,
    FrameOfReferenceUID: from.frameOfReference ?? derivedUid('frame', ...said.identity),
    PositionReferenceIndicator: '',
    Rows: shape[1],
    Columns: shape[0],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    LossyImageCompression: '00',
    BurnedInAnnotation: 'NO',
    ...(sameSeries.size > 0 && {
      ReferencedSeriesSequence: [...sameSeries].map(([series, instances]) => ({
        SeriesInstanceUID: series,
        ReferencedInstanceSequence: instances.map(reference),
      })),
    }),
  };
}

function reference({ sopClass, sopInstance }: SourceInstance): Dataset {
  return { ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: sopInstance };
}

/** Most references that are repeated in the functional groups; a dynamic series of thousands stands in the series list alone. */
const mostSourceImages = 1024;

/**
 * The functional group that says from what, and how, all frames were derived: derivation images where there is a code for
 * it, else referenced images; nothing where no DICOM image is known.
 */
export function derivationGroup({ instances }: DerivedFrom, how: Code | undefined, { method }: Description): Dataset {
  if (instances.length === 0) return {};
  const images = instances.slice(0, mostSourceImages).map((one) => ({
    ...reference(one),
    PurposeOfReferenceCodeSequence: [codeItem(dcmCode('121322', 'Source image for image processing operation'))],
  }));
  if (how === undefined) return { ReferencedImageSequence: images };
  return {
    DerivationImageSequence: [
      { DerivationDescription: method, DerivationCodeSequence: [codeItem(how)], SourceImageSequence: images },
    ],
  };
}

/** Dimensions by which frames are ordered: pointers to elements inside functional groups, outermost first. */
export function dimensions(
  said: Description,
  axes: readonly { pointer: number; group: number; label: string }[],
): Dataset {
  const organization = derivedUid('dimensions', ...said.identity);
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: axes.map(({ pointer, group, label }) => ({
      DimensionOrganizationUID: organization,
      DimensionIndexPointer: pointer,
      FunctionalGroupPointer: group,
      DimensionDescriptionLabel: label,
    })),
  };
}

export const positionAxis = { pointer: 0x00200032, group: 0x00209113, label: 'ImagePositionPatient' };
