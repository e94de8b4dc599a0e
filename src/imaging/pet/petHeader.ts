import type { Sex } from '../../dossier/subject.ts';
import { dayS, momentText } from './dicomTime.ts';

/** What of a PET series' header bears on uptake values. Text as it stands in the header, numbers in the units named. */
export interface PetHeader {
  sopClass: string | undefined;
  /** BQML, CNTS, GML, ... */
  units: string | undefined;
  /** BW, LBM, LBMJAMES128, LBMJANMA, BSA, IBW: only with units that are uptake values already. */
  suvType: string | undefined;
  /** START, ADMIN, NONE. */
  decayCorrection: string | undefined;
  /** To which an enhanced object says that its frames are corrected. */
  decayCorrectionDateTime: string | undefined;
  /** ATTN, DECY, SCAT, ... */
  correctedImage: readonly string[];
  /** STATIC\IMAGE, DYNAMIC\IMAGE, GATED\IMAGE, WHOLE BODY\IMAGE, ...\REPROJECTION. */
  seriesType: readonly string[];
  imageType: readonly string[];
  weightKg: number | undefined;
  heightM: number | undefined;
  sex: Sex;
  seriesDate: string | undefined;
  seriesTime: string | undefined;
  /** Start of each acquisition in the series; one is enough when all are equal. */
  acquisitions: readonly { date: string | undefined; time: string | undefined }[];
  timezone: string | undefined;
  /** GE's (0009,xx0D), scan date and time: kept by post-processing that rewrites the series time. */
  geScanDateTime: string | undefined;
  /** Philips (7053,xx00): SUVbw per count; (7053,xx09): Bq/ml per count. */
  philipsSuvFactor: number | undefined;
  philipsActivityFactor: number | undefined;
  /** Number of items in RadiopharmaceuticalInformationSequence. */
  tracers: number;
  tracerName: string | undefined;
  nuclideCode: string | undefined;
  nuclideName: string | undefined;
  totalDoseBq: number | undefined;
  halfLifeS: number | undefined;
  injectionDateTime: string | undefined;
  injectionTime: string | undefined;
  /** Elements of all these that differ between the images of the series. */
  varying: readonly string[];
}

type Metadata = Readonly<Record<string, unknown>>;

/** The header out of metadata under DICOM keywords; sequences are lists of such records. Absent or unreadable members are undefined. */
export function petHeader(metadata: Metadata): PetHeader {
  const tracers = items(metadata.RadiopharmaceuticalInformationSequence);
  const tracer = tracers[0] ?? {};
  const nuclide = items(tracer.RadionuclideCodeSequence)[0] ?? {};
  const drug = items(tracer.RadiopharmaceuticalCodeSequence)[0] ?? {};
  return {
    sopClass: text(metadata.SOPClassUID),
    units: text(metadata.Units),
    suvType: text(metadata.SUVType),
    decayCorrection: text(metadata.DecayCorrection) ?? (text(metadata.DecayCorrected) === 'NO' ? 'NONE' : undefined),
    decayCorrectionDateTime: text(metadata.DecayCorrectionDateTime),
    correctedImage: correctionsOf(metadata),
    seriesType: texts(metadata.SeriesType),
    imageType: texts(metadata.ImageType),
    weightKg: number(metadata.PatientWeight),
    heightM: number(metadata.PatientSize),
    sex: ({ M: 'male', F: 'female', O: 'other' }[text(metadata.PatientSex) ?? ''] as Sex | undefined) ?? 'unknown',
    seriesDate: text(metadata.SeriesDate),
    seriesTime: text(metadata.SeriesTime),
    acquisitions: acquisitions(metadata),
    timezone: text(metadata.TimezoneOffsetFromUTC),
    geScanDateTime: text(metadata['(0009,100d)']),
    philipsSuvFactor: number(metadata['(7053,1000)']),
    philipsActivityFactor: number(metadata['(7053,1009)']),
    tracers: tracers.length,
    tracerName: text(tracer.Radiopharmaceutical) ?? text(drug.CodeMeaning) ?? text(metadata.TracerName),
    nuclideCode: text(nuclide.CodeValue),
    nuclideName: text(nuclide.CodeMeaning),
    totalDoseBq: number(tracer.RadionuclideTotalDose),
    halfLifeS: number(tracer.RadionuclideHalfLife),
    injectionDateTime: text(tracer.RadiopharmaceuticalStartDateTime),
    injectionTime: text(tracer.RadiopharmaceuticalStartTime),
    varying: variesWithin(metadata),
  };
}

/** Enhanced objects say each correction in an element of its own (PS3.3 C.8.22.2). */
function correctionsOf(metadata: Metadata): string[] {
  const said = texts(metadata.CorrectedImage);
  const also = (
    [
      ['AttenuationCorrected', 'ATTN'],
      ['DecayCorrected', 'DECY'],
    ] as const
  ).flatMap(([keyword, word]) => (text(metadata[keyword]) === 'YES' && !said.includes(word) ? [word] : []));
  return [...said, ...also];
}

/** The day of the scan, `2020-12-17`, for matching facts to it. */
export function scanDay(header: PetHeader): string | undefined {
  const day = dayS(header.seriesDate) ?? dayS(header.acquisitions[0]?.date);
  return day === undefined ? undefined : momentText(day).slice(0, 10);
}

/** Times may be one for all slices or a list in slice order; so may dates. Slices without a time say nothing. */
function acquisitions(metadata: Metadata): PetHeader['acquisitions'] {
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  const dates = list(metadata.AcquisitionDate);
  const seen = new Map<string, { date: string | undefined; time: string }>();
  list(metadata.AcquisitionTime).forEach((one, index) => {
    const time = text(one);
    const date = text(dates.length > 1 ? dates[index] : dates[0]);
    if (time !== undefined) seen.set(`${date} ${time}`, { date, time });
  });
  return [...seen.values()];
}

/** Elements on which the SUV factor rests and that must be one for the whole series. */
const mustNotVary = [
  'Units',
  'SUVType',
  'DecayCorrection',
  'DecayCorrectionDateTime',
  'CorrectedImage',
  'PatientWeight',
  'SeriesDate',
  'SeriesTime',
  'RadiopharmaceuticalInformationSequence',
];
const factors = ['(7053,1000)', '(7053,1009)'];

function variesWithin(metadata: Metadata): string[] {
  const varying = Array.isArray(metadata.varying) ? metadata.varying : [];
  return [
    ...mustNotVary.filter((keyword) => varying.includes(keyword)),
    ...factors.filter((keyword) => new Set(texts(metadata[keyword])).size > 1),
  ];
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : typeof value === 'string' ? value.split('\\') : [value])
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map((one) => String(one).trim())
    .filter((one) => one !== '');
}

function text(value: unknown): string | undefined {
  return texts(value)[0];
}

function number(value: unknown): number | undefined {
  const stated = text(value);
  const parsed = stated === undefined ? Number.NaN : Number(stated);
  return Number.isFinite(parsed) ? parsed : undefined;
}

function items(value: unknown): Metadata[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is Metadata => typeof one === 'object' && one !== null);
}
