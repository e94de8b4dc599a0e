import { secondsOf, secondsOfDateTime } from './dates.ts';
import { diffusionOf } from './diffusion.ts';
import type { DicomHeader } from './header.ts';
import { pixelSpacingOf, type SpacingBasis } from './pixelSpacing.ts';
import { type DicomRecord, itemOf, itemsOf, numberOf, numbersOf, textOf, textsOf } from './record.ts';
import { add, cross, dot, scale } from './vectors.ts';

/** One plane of pixels of one file, with what places it in space and among its like. Lengths in mm, times in s or ms as named. */
export interface Frame {
  /** Index of the file in its series. */
  file: number;
  /** 0-based frame in the file; in a mosaic the 0-based tile. */
  frame: number;
  rows: number;
  columns: number;
  samples: number;
  /** Centre of the first pixel, patient LPS. */
  position?: number[];
  /** Direction of growing column index, then of growing row index, LPS. */
  orientation?: number[];
  /** Between rows, between columns. */
  spacing?: number[];
  /** What the spacing of a projection or a scanned film means. */
  spacingBasis?: SpacingBasis;
  /** Height to width of a pixel without a size. */
  pixelAspect?: number;
  sliceThickness?: number;
  sliceSpacing?: number;
  imageType: string[];
  /** MAGNITUDE, PHASE, REAL, IMAGINARY, MIXED. */
  component?: string;
  echoTimeMs?: number;
  echoNumber?: number;
  stack?: string;
  bValue?: number;
  /** Unit vector, patient LPS; absent for b = 0 and for direction-less images. */
  gradient?: number[];
  /** Diffusion weighted without one direction: trace, mean, ADC. */
  isotropic?: boolean;
  /** Arterial spin labelling: what this frame is, and how long blood was labelled. */
  labelling?: { context: string; durationMs?: number };
  instanceNumber: number;
  /** Values by which frames of one position may differ, under their keyword. */
  order: Record<string, number | string | undefined>;
  acquiredS?: number;
}

function orientationOf(values: number[] | undefined): number[] | undefined {
  if (values === undefined || values.length !== 6) return undefined;
  const row = values.slice(0, 3);
  const column = values.slice(3);
  // Unit vectors at right angles, within what careless rounding leaves (PS3.3 C.7.6.2.1.1).
  if (
    Math.abs(dot(row, row) - 1) > 0.02 ||
    Math.abs(dot(column, column) - 1) > 0.02 ||
    Math.abs(dot(row, column)) > 0.02
  )
    return undefined;
  return values;
}

function componentOf(record: DicomRecord, frameType: string[]): string | undefined {
  const said = textOf(record, 'ComplexImageComponent');
  if (said) return said;
  // GE: 0 magnitude, 1 phase, 2 real, 3 imaginary.
  const ge = numberOf(record, '(0043,102f)');
  if (ge !== undefined) return ['MAGNITUDE', 'PHASE', 'REAL', 'IMAGINARY'][ge];
  const values = frameType.slice(2).map((one) => one.toUpperCase());
  if (values.some((one) => one === 'P' || one === 'PHASE' || one === 'PHASE MAP' || one === 'B0')) return 'PHASE';
  if (values.some((one) => one === 'R' || one === 'REAL')) return 'REAL';
  if (values.some((one) => one === 'I' || one === 'IMAGINARY')) return 'IMAGINARY';
  if (values.some((one) => one === 'M' || one === 'MAGNITUDE')) return 'MAGNITUDE';
  return undefined;
}

/** PS3.3 C.8.13.5.14: CONTROL, LABEL, M_ZERO_SCAN. */
function labellingOf(group: DicomRecord | undefined): Pick<Frame, 'labelling'> {
  const context = textOf(group, 'ASLContext');
  if (context === undefined) return {};
  const durationMs =
    numberOf(itemOf(group, 'ASLSlabSequence'), 'ASLPulseTrainDuration') ?? numberOf(group, 'ASLPulseTrainDuration');
  return { labelling: { context, ...(durationMs !== undefined && { durationMs }) } };
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/** Everything about one frame that the top level of a classic header says. */
function classicFrame({ record, sopClass }: DicomHeader, file: number): Frame {
  const imageType = textsOf(record, 'ImageType');
  const spacing = pixelSpacingOf(record, sopClass);
  return {
    file,
    frame: 0,
    rows: numberOf(record, 'Rows') ?? 0,
    columns: numberOf(record, 'Columns') ?? 0,
    samples: numberOf(record, 'SamplesPerPixel') ?? 1,
    position: numbersOf(record, 'ImagePositionPatient', 3) ?? numbersOf(record, 'ImagePosition', 3),
    orientation: orientationOf(numbersOf(record, 'ImageOrientationPatient') ?? numbersOf(record, 'ImageOrientation')),
    ...(spacing.mm && { spacing: spacing.mm }),
    ...(spacing.basis && { spacingBasis: spacing.basis }),
    ...(spacing.aspect && { pixelAspect: spacing.aspect }),
    sliceThickness: positive(numberOf(record, 'SliceThickness')),
    sliceSpacing: positive(numberOf(record, 'SpacingBetweenSlices')),
    imageType,
    component: componentOf(record, imageType),
    echoTimeMs: numberOf(record, 'EchoTime'),
    echoNumber: numberOf(record, 'EchoNumbers'),
    ...diffusionOf(record),
    ...labellingOf(itemOf(record, 'MRArterialSpinLabelingSequence')),
    instanceNumber: numberOf(record, 'InstanceNumber') ?? 0,
    acquiredS:
      secondsOf(textOf(record, 'AcquisitionDate'), textOf(record, 'AcquisitionTime')) ??
      secondsOfDateTime(textOf(record, 'AcquisitionDateTime')),
    order: {
      TemporalPositionIdentifier: numberOf(record, 'TemporalPositionIdentifier'),
      FrameReferenceTime: numberOf(record, 'FrameReferenceTime'),
      PhaseNumber: numberOf(record, '(2001,1008)'),
      TriggerTime: numberOf(record, 'TriggerTime'),
      FlipAngle: numberOf(record, 'FlipAngle'),
      InversionTime: numberOf(record, 'InversionTime'),
      RepetitionTime: numberOf(record, 'RepetitionTime'),
      AcquisitionNumber: numberOf(record, 'AcquisitionNumber'),
      ContentTime: secondsOf(textOf(record, 'ContentDate'), textOf(record, 'ContentTime')),
    },
  };
}

/** Attributes of one frame of an enhanced object: the frame's own functional groups before the shared ones. */
function enhancedFrame(
  base: Frame,
  record: DicomRecord,
  own: DicomRecord | undefined,
  shared: DicomRecord | undefined,
  frame: number,
): Frame {
  const group = (name: string): DicomRecord | undefined => itemOf(own, name) ?? itemOf(shared, name);
  const measures = group('PixelMeasuresSequence');
  const content = group('FrameContentSequence');
  const frameTypeGroup =
    group('MRImageFrameTypeSequence') ?? group('CTImageFrameTypeSequence') ?? group('PETFrameTypeSequence');
  const frameType = textsOf(frameTypeGroup, 'FrameType');
  const timing = group('MRTimingAndRelatedParametersSequence');
  const imageType = frameType.length > 0 ? frameType : base.imageType;
  const spacing = numbersOf(measures, 'PixelSpacing', 2);
  const temporal = group('TemporalPositionSequence');
  return {
    ...base,
    frame,
    position: numbersOf(group('PlanePositionSequence'), 'ImagePositionPatient', 3) ?? base.position,
    orientation:
      orientationOf(numbersOf(group('PlaneOrientationSequence'), 'ImageOrientationPatient')) ?? base.orientation,
    spacing: spacing && spacing[0]! > 0 && spacing[1]! > 0 ? spacing : base.spacing,
    sliceThickness: positive(numberOf(measures, 'SliceThickness')) ?? base.sliceThickness,
    sliceSpacing: positive(numberOf(measures, 'SpacingBetweenSlices')) ?? base.sliceSpacing,
    imageType,
    component: componentOf({ ...record, ...frameTypeGroup }, imageType),
    echoTimeMs: numberOf(group('MREchoSequence'), 'EffectiveEchoTime') ?? base.echoTimeMs,
    stack: textOf(content, 'StackID'),
    ...diffusionOf(group('MRDiffusionSequence') ?? {}, record),
    ...labellingOf(group('MRArterialSpinLabelingSequence')),
    instanceNumber: base.instanceNumber + frame / 1e6,
    acquiredS:
      secondsOfDateTime(textOf(content, 'FrameReferenceDateTime') ?? textOf(content, 'FrameAcquisitionDateTime')) ??
      base.acquiredS,
    order: {
      TemporalPositionIndex: numberOf(content, 'TemporalPositionIndex'),
      TemporalPositionTimeOffset: numberOf(temporal, 'TemporalPositionTimeOffset'),
      ...base.order,
      TriggerTime: numberOf(group('CardiacSynchronizationSequence'), 'NominalCardiacTriggerDelayTime'),
      FlipAngle: numberOf(timing, 'FlipAngle') ?? base.order['FlipAngle'],
      FrameReferenceDateTime: secondsOfDateTime(textOf(content, 'FrameReferenceDateTime')),
      DimensionIndex: dimensionIndex(record, numbersOf(content, 'DimensionIndexValues')),
      FrameAcquisitionNumber: numberOf(content, 'FrameAcquisitionNumber'),
    },
  };
}

const spatialPointers = new Set(['00209056', '00209057', '00200032', '00209111', '00209113']);

/** Dimension indices other than those that say where the frame lies, as sortable text. */
function dimensionIndex(record: DicomRecord, values: number[] | undefined): string | undefined {
  if (values === undefined) return undefined;
  const pointers = itemsOf(record, 'DimensionIndexSequence').map((item) => textOf(item, 'DimensionIndexPointer') ?? '');
  const rest = values.filter((_, i) => !spatialPointers.has(pointers[i] ?? ''));
  return rest.length === 0 ? undefined : rest.map((one) => String(one).padStart(8, '0')).join('.');
}

/** Siemens mosaic: slices tiled into one plane; position and order come from the CSA header (C. Rorden's and gdcm's notes). */
function mosaicFrames(base: Frame, record: DicomRecord): Frame[] | undefined {
  const count = numberOf(record, '(0019,100a)') ?? numberOf(record, 'csa.NumberOfImagesInMosaic');
  const { orientation, position, spacing } = base;
  if (count === undefined || count < 2 || !base.imageType.includes('MOSAIC') || !orientation || !position || !spacing)
    return undefined;
  const side = Math.ceil(Math.sqrt(count));
  if (side > 64 || base.rows % side !== 0 || base.columns % side !== 0) return undefined;
  const rows = base.rows / side;
  const columns = base.columns / side;
  const right = orientation.slice(0, 3);
  const down = orientation.slice(3);
  // ImagePositionPatient is that of a slice as large as the whole mosaic about the same centre.
  const first = add(
    add(position, scale(right, ((base.columns - columns) / 2) * spacing[1]!)),
    scale(down, ((base.rows - rows) / 2) * spacing[0]!),
  );
  const normal = cross(right, down);
  const said = numbersOf(record, 'csa.SliceNormalVector', 3);
  const direction = said && dot(said, normal) < 0 ? -1 : 1;
  const step = scale(normal, direction * (base.sliceSpacing ?? base.sliceThickness ?? 1));
  return Array.from({ length: count }, (_, tile) => ({
    ...base,
    frame: tile,
    rows,
    columns,
    position: add(first, scale(step, tile)),
    instanceNumber: base.instanceNumber + tile / 1e6,
  }));
}

/** Nuclear medicine tomography: one object, slices by SliceVector, geometry per detector (PS3.3 C.8.4.8 to C.8.4.15). */
function nuclearFrames(base: Frame, record: DicomRecord, frames: number): Frame[] | undefined {
  const detector = itemOf(record, 'DetectorInformationSequence');
  const slices = numbersOf(record, 'SliceVector', frames);
  const position = numbersOf(detector, 'ImagePositionPatient', 3) ?? base.position;
  const orientation = orientationOf(numbersOf(detector, 'ImageOrientationPatient')) ?? base.orientation;
  if (slices === undefined || position === undefined || orientation === undefined) return undefined;
  const step = scale(
    cross(orientation.slice(0, 3), orientation.slice(3)),
    base.sliceSpacing ?? base.sliceThickness ?? 1,
  );
  const times = numbersOf(record, 'TimeSliceVector', frames) ?? numbersOf(record, 'TimeSlotVector', frames);
  return slices.map((slice, frame) => ({
    ...base,
    frame,
    orientation,
    position: add(position, scale(step, slice - 1)),
    instanceNumber: base.instanceNumber + frame / 1e6,
    order: { ...base.order, TimeSliceVector: times?.[frame] },
  }));
}

/** RT Dose: planes at GridFrameOffsetVector along the normal (PS3.3 C.8.8.3.2). */
function doseFrames(base: Frame, record: DicomRecord, frames: number): Frame[] | undefined {
  const offsets = numbersOf(record, 'GridFrameOffsetVector', frames);
  if (offsets === undefined || !base.position || !base.orientation) return undefined;
  const normal = cross(base.orientation.slice(0, 3), base.orientation.slice(3));
  // Offsets are relative when they begin with 0; else they are coordinates along the patient's long axis.
  const relative = offsets[0] === 0;
  return offsets.map((offset, frame) => ({
    ...base,
    frame,
    position: add(base.position!, scale(normal, relative ? offset : offset - offsets[0]!)),
    instanceNumber: base.instanceNumber + frame / 1e6,
  }));
}

/** All frames of one instance. Frames that nothing places in space keep no position. */
export function framesOf(header: DicomHeader, file: number): Frame[] {
  const { record } = header;
  const base = classicFrame(header, file);
  const count = numberOf(record, 'NumberOfFrames') ?? 1;
  const own = itemsOf(record, 'PerFrameFunctionalGroupsSequence');
  const shared = itemOf(record, 'SharedFunctionalGroupsSequence');
  if (own.length > 0 || shared)
    return Array.from({ length: count }, (_, frame) => enhancedFrame(base, record, own[frame], shared, frame));
  const special =
    mosaicFrames(base, record) ??
    (count > 1 ? (nuclearFrames(base, record, count) ?? doseFrames(base, record, count)) : undefined);
  if (special) return special;
  if (count === 1) return [base];
  return Array.from({ length: count }, (_, frame) => ({
    ...base,
    frame,
    position: undefined,
    instanceNumber: base.instanceNumber + frame / 1e6,
    order: { ...base.order, FrameNumber: frame + 1 },
  }));
}
