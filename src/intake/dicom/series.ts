import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { contrastOf } from './contrast.ts';
import { dateTime } from './dates.ts';
import { type Frame, framesOf } from './frames.ts';
import type { DicomHeader } from './header.ts';
import { identityOf } from './identity.ts';
import type { Layout } from './layout.ts';
import { liftFunctionalGroups, mergeMetadata } from './metadata.ts';
import { type DicomRecord, numberOf, textOf } from './record.ts';
import { repetitionTime, timePointTimes } from './repetition.ts';
import { enhancedPetUnits, rescaleOf } from './rescale.ts';
import { rescaleDoubts } from './rescaleDoubts.ts';
import { instanceKind } from './sopClasses.ts';
import { transferSyntax } from './transferSyntaxes.ts';
import { voiLutOf } from './voiLut.ts';
import { type Volume, volumesOf } from './volumes.ts';

/** One file with its header, as `assemble` gets it. */
export interface Instance {
  path: string;
  header: DicomHeader;
}

/** When the data were acquired, as precisely as can be said honestly. */
export function acquiredAt(record: DicomRecord): string | undefined {
  const offset = textOf(record, 'TimezoneOffsetFromUTC');
  const whole = textOf(record, 'AcquisitionDateTime');
  return (
    (whole &&
      dateTime(whole.slice(0, 8), whole.slice(8).replace(/[+-]\d{4}$/, ''), /[+-]\d{4}$/.exec(whole)?.[0] ?? offset)) ||
    dateTime(textOf(record, 'AcquisitionDate'), textOf(record, 'AcquisitionTime'), offset) ||
    dateTime(textOf(record, 'ContentDate'), textOf(record, 'ContentTime'), offset) ||
    dateTime(textOf(record, 'SeriesDate'), textOf(record, 'SeriesTime'), offset) ||
    dateTime(textOf(record, 'StudyDate'), textOf(record, 'StudyTime'), offset)
  );
}

/** What must agree within one volume. Orientations are compared with a tolerance by `orientationIds`. */
function kindOf(frame: Frame, header: DicomHeader, orientationId: number): string {
  const { record } = header;
  return JSON.stringify([
    header.sopClass,
    frame.rows,
    frame.columns,
    frame.samples,
    textOf(record, 'PhotometricInterpretation') ?? '',
    orientationId,
    frame.spacing?.map((one) => one.toPrecision(4)) ?? [],
    frame.spacingBasis ?? '',
    frame.imageType,
    frame.component ?? '',
    frame.stack ?? '',
    textOf(record, 'Modality') === 'MR' ? [frame.echoTimeMs ?? '', frame.echoNumber ?? ''] : [],
    header.sopClass.endsWith('.481.2') ? header.sopInstance : '',
    frame.position === undefined ? [header.sopInstance, numberOf(record, 'NumberOfFrames') ?? 1] : [],
  ]);
}

/** Numbers orientations; those that differ by less than 0.001 a component are one. */
function orientationNumbering(): (orientation: number[] | undefined) => number {
  const known: number[][] = [];
  return (orientation) => {
    if (orientation === undefined) return -1;
    const found = known.findIndex((one) => one.every((value, i) => Math.abs(value - orientation[i]!) < 1e-3));
    return found >= 0 ? found : known.push(orientation) - 1;
  };
}

/** b > 0 without direction beside b > 0 with directions: a trace or ADC that the scanner appended. */
function splitAppendedDerived(frames: Frame[]): { frames: Frame[]; derived?: boolean }[] {
  const directed = frames.some((frame) => frame.gradient !== undefined);
  const derived = frames.filter((frame) => frame.isotropic);
  if (!directed || derived.length === 0) return [{ frames }];
  return [{ frames: frames.filter((frame) => !frame.isotropic) }, { frames: derived, derived: true }];
}

/** The same SOPInstanceUID twice: the first by path stays. */
function withoutRepeats(instances: Instance[]): { instances: Instance[]; issues: Issue[] } {
  const seen = new Map<string, Instance>();
  const issues: Issue[] = [];
  const kept = [...instances]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .filter((one) => {
      const uid = one.header.sopInstance;
      const earlier = uid === '' ? undefined : seen.get(uid);
      if (earlier === undefined) {
        seen.set(uid, one);
        return true;
      }
      const same = JSON.stringify(earlier.header.record) === JSON.stringify(one.header.record);
      issues.push(
        issue(
          same ? 'info' : 'warning',
          'duplicate-instance',
          `The same SOPInstanceUID as ${earlier.path}${same ? '' : ', with another header'}; not used.`,
          { place: one.path, ...(!same && { remedy: 'Find out which of the two is right.' }) },
        ),
      );
      return false;
    });
  return { instances: kept, issues };
}

/** Drafts of all volumes of one series. */
export function draftSeries(all: Instance[]): { drafts: Draft[]; issues: Issue[] } {
  const { instances, issues } = withoutRepeats(all);
  const orientationId = orientationNumbering();
  const kinds = new Map<string, Frame[]>();
  for (const [file, { header }] of instances.entries())
    for (const frame of framesOf(header, file)) {
      const kind = kindOf(frame, header, orientationId(frame.orientation));
      const list = kinds.get(kind);
      if (list) list.push(frame);
      else kinds.set(kind, [frame]);
    }
  const volumes = [...kinds.values()]
    .flatMap(splitAppendedDerived)
    .flatMap(({ frames, derived }) =>
      volumesOf(frames).map((volume) => {
        if (derived)
          volume.issues.push(
            issue(
              'info',
              'derived-volume-appended',
              'Diffusion-weighted without direction in a series with directions: taken for a trace or ADC that the scanner appended, and kept apart from the measured volumes.',
            ),
          );
        return volume;
      }),
    )
    .sort((a, b) => firstNumber(a) - firstNumber(b));
  const drafts = volumes.map((volume, number) => draftVolume(volume, number, volumes.length, instances));
  for (const volume of volumes)
    for (const file of new Set(volume.left.map((frame) => frame.file)))
      issues.push(
        issue('info', 'image-not-used', 'The image is in no volume: see the issues of its series.', {
          place: instances[file]!.path,
        }),
      );
  return { drafts, issues };
}

function firstNumber(volume: Volume): number {
  return Math.min(...volume.frames.flat().map((frame) => frame?.instanceNumber ?? Number.POSITIVE_INFINITY));
}

function layoutOf(volume: Volume, record: DicomRecord): { layout: Layout; files: number[]; issues: Issue[] } {
  const files: number[] = [];
  const memberOf = new Map<number, number>();
  const member: number[] = [];
  const frame: number[] = [];
  for (const one of volume.frames.flat()) {
    if (one !== undefined && !memberOf.has(one.file)) memberOf.set(one.file, files.push(one.file) - 1);
    member.push(one === undefined ? -1 : memberOf.get(one.file)!);
    frame.push(one?.frame ?? 0);
  }
  const first = volume.frames.flat().find((one) => one !== undefined)!;
  const { seconds, issues } = repetitionTime(volume.frames, record, volume.axis);
  const side = numberOf(record, 'Columns')! / first.columns;
  const layout: Layout = {
    shape: [first.columns, first.rows, volume.frames[0]!.length, volume.frames.length],
    affineRas: volume.affineRas,
    ...(seconds !== undefined && { repetitionTimeS: seconds }),
    members: files.length,
    member,
    frame,
    ...(side > 1 && { mosaicSide: side }),
  };
  return { layout, files, issues };
}

function draftVolume(volume: Volume, number: number, count: number, instances: Instance[]): Draft {
  const ordered = volume.frames.flat().filter((frame) => frame !== undefined);
  const first = ordered[0]!;
  const header = instances[first.file]!.header;
  const lifted = liftFunctionalGroups(header.record);
  const { layout, files, issues } = layoutOf(volume, lifted);
  const records = files.map((file) =>
    file === first.file ? lifted : liftFunctionalGroups(instances[file]!.header.record),
  );
  const metadata = mergeMetadata(records);
  const modality = textOf(lifted, 'Modality') ?? 'OT';
  issues.unshift(...volume.issues);

  addDiffusion(metadata, volume);
  addLabelling(metadata, volume);
  if (volume.frames.length > 1) Object.assign(metadata, timePointTimes(volume.frames));
  addFrameRescales(metadata, ordered, instances);
  const classic = files
    .map((file) => ({ path: instances[file]!.path, record: instances[file]!.header.record }))
    .filter(({ record }) => record['SharedFunctionalGroupsSequence'] === undefined);
  issues.push(...rescaleDoubts(classic, modality));
  if (volume.axis) metadata['timeAxis'] = volume.axis;
  for (const [keyword, value] of Object.entries(enhancedPetUnits(header))) metadata[keyword] ??= value;
  if (first.spacingBasis) metadata['lengthBasis'] = first.spacingBasis;
  else if (first.spacing === undefined) metadata['lengthBasis'] = 'pixels';
  const lut = voiLutOf(header.record);
  if (lut) metadata['voiLut'] = lut;
  const syntax = transferSyntax(header.transferSyntax);
  metadata['TransferSyntaxUID'] = header.transferSyntax;
  if (syntax.coding === 'unsupported')
    issues.push(
      issue('error', 'transfer-syntax-unsupported', `Pixels in ${syntax.name} (${syntax.uid}) cannot be decoded.`, {
        remedy: 'Export the series as Explicit VR Little Endian or a lossless JPEG syntax.',
      }),
    );
  else if (syntax.lossy || String(textOf(lifted, 'LossyImageCompression')) === '01')
    issues.push(
      issue(
        'warning',
        'lossy-compression',
        "The pixels were compressed with loss once: values differ from the scanner's.",
        { remedy: 'Measure on the uncompressed original where one exists.' },
      ),
    );
  if (textOf(lifted, 'PhotometricInterpretation') === 'MONOCHROME1')
    issues.push(
      issue(
        'info',
        'monochrome1',
        'Low values are meant to be shown bright (MONOCHROME1); the numbers are kept as stored.',
      ),
    );
  if (first.samples > 1)
    issues.push(issue('info', 'colour-image', 'A colour image: its values are read as luminance.'));

  const contrast = contrastOf(
    lifted,
    first,
    layout.shape[3],
    ordered.some((frame) => (frame.bValue ?? 0) > 0),
  );
  if (contrast && contrast.basis === 'name')
    issues.push(
      issue(
        'warning',
        'contrast-inferred',
        `Taken for ${contrast.contrast} by the series' name ("${textOf(lifted, 'SeriesDescription') ?? textOf(lifted, 'ProtocolName')}"); ${lifted['EchoTime'] === undefined ? 'the header lacks the sequence parameters that would tell' : 'its parameters alone do not tell'}.`,
        { remedy: 'Look at the image, or import it with its original header.' },
      ),
    );
  metadata['layout'] = layout;
  const series = textOf(lifted, 'SeriesInstanceUID') ?? '';
  const at = acquiredAt(lifted);
  const claim = identityOf(lifted);
  const description =
    textOf(lifted, 'SeriesDescription') ?? textOf(lifted, 'ProtocolName') ?? textOf(lifted, 'StudyDescription');
  const bodyPart = textOf(lifted, 'BodyPartExamined');
  const kind = instanceKind(header).kind;
  const openable = kind === 'image';
  if (count > 1 && openable)
    issues.push(
      issue(
        'info',
        'series-split',
        `The series holds ${count} volumes of different kind or geometry; this is number ${number + 1}.`,
      ),
    );
  return {
    ...(claim && { claim }),
    source: {
      format: openable ? 'dicom-series' : 'dicom-object',
      locator: { series, volume: String(number) },
      path: instances[files[0]!]!.path,
      modality,
      ...(contrast && { contrast: contrast.contrast }),
      ...(at && { acquiredAt: at }),
      ...(bodyPart && { bodyPart }),
      ...(description && { description }),
      metadata,
      issues,
    },
    files: files.map((file) => instances[file]!.path),
    facts: [],
    regions: [],
  };
}

/** `bval` in s/mm2 and `bvecRas`, unit vectors in the patient frame, one a time point; only for diffusion series. */
function addDiffusion(metadata: Draft['source']['metadata'], volume: Volume): void {
  const byTime = volume.frames.map((row) => row.find((frame) => frame !== undefined)!);
  if (!byTime.some((frame) => (frame.bValue ?? 0) > 0)) return;
  metadata['bval'] = byTime.map((frame) => frame.bValue ?? 0);
  if (!byTime.some((frame) => frame.gradient)) return;
  metadata['bvecRas'] = byTime.map(({ gradient }) =>
    gradient ? [-gradient[0]! + 0, -gradient[1]! + 0, gradient[2]!] : [0, 0, 0],
  );
}

/** `aslContext` (m0scan, label, control as in BIDS), one a time point, and `LabelingDuration` in s; only where all are known. */
function addLabelling(metadata: Draft['source']['metadata'], volume: Volume): void {
  const words: Record<string, string> = { LABEL: 'label', CONTROL: 'control', M_ZERO_SCAN: 'm0scan' };
  const byTime = volume.frames.map((row) => row.find((frame) => frame !== undefined)?.labelling);
  const contexts = byTime.map((one) => words[one?.context ?? '']);
  if (contexts.some((one) => one === undefined)) return;
  metadata['aslContext'] = contexts;
  const durations = new Set(byTime.flatMap((one) => (one?.durationMs ? [one.durationMs] : [])));
  if (durations.size === 1) metadata['LabelingDuration'] = [...durations][0]! / 1000;
}

/** Slopes and intercepts that differ between the frames of enhanced objects, as lists in slice order (k fastest). */
function addFrameRescales(metadata: Draft['source']['metadata'], frames: Frame[], instances: Instance[]): void {
  if (!frames.some((frame) => instances[frame.file]!.header.record['PerFrameFunctionalGroupsSequence'])) return;
  const rescales = frames.map((frame) => rescaleOf(instances[frame.file]!.header, frame.frame));
  const lines = rescales.flatMap((one) => ('slope' in one ? [one] : []));
  if (
    lines.length < frames.length ||
    lines.every((one) => one.slope === lines[0]!.slope && one.intercept === lines[0]!.intercept)
  )
    return;
  metadata['RescaleSlope'] = lines.map((one) => one.slope);
  metadata['RescaleIntercept'] = lines.map((one) => one.intercept);
}
