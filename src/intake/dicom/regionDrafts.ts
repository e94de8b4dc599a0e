import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { framesOf } from './frames.ts';
import { identityOf } from './identity.ts';
import { mergeMetadata } from './metadata.ts';
import { type DicomRecord, itemOf, itemsOf, numberOf, textOf } from './record.ts';
import { acquiredAt, type Instance } from './series.ts';
import { instanceKind } from './sopClasses.ts';

type RegionDraft = Draft['regions'][number];

function codeOf(item: DicomRecord | undefined): RegionDraft['code'] {
  const code = textOf(item, 'CodeValue') ?? textOf(item, 'LongCodeValue');
  const system = textOf(item, 'CodingSchemeDesignator');
  return code && system ? { system, code, display: textOf(item, 'CodeMeaning') ?? code } : undefined;
}

function lateralityOf(text: string): RegionDraft['laterality'] {
  if (/\b(bilateral|both)\b/i.test(text)) return 'both';
  if (/(^|[\s_.-])(left|lt|l)($|[\s_.-])/i.test(text)) return 'left';
  if (/(^|[\s_.-])(right|rt|r)($|[\s_.-])/i.test(text)) return 'right';
  return undefined;
}

/** RTROIInterpretedType (PS3.3 C.8.8.8) to our types. */
function roiType(interpreted: string | undefined): RegionDraft['type'] {
  if (interpreted === undefined) return 'roi';
  if (['GTV', 'CTV', 'PTV', 'TREATED_VOLUME'].includes(interpreted)) return 'lesion';
  return interpreted === 'ORGAN' || interpreted === 'EXTERNAL' ? 'organ' : 'roi';
}

function structureSet(record: DicomRecord): RegionDraft[] {
  const observations = itemsOf(record, 'RTROIObservationsSequence');
  const frames = itemsOf(record, 'ReferencedFrameOfReferenceSequence');
  const referenced = frames
    .flatMap((frame) => itemsOf(frame, 'RTReferencedStudySequence'))
    .flatMap((study) => itemsOf(study, 'RTReferencedSeriesSequence'));
  const series = textOf(referenced[0], 'SeriesInstanceUID');
  return itemsOf(record, 'StructureSetROISequence').map((roi, index) => {
    const number = numberOf(roi, 'ROINumber') ?? index + 1;
    const observation = observations.find((one) => numberOf(one, 'ReferencedROINumber') === number);
    const label = textOf(roi, 'ROIName') ?? textOf(observation, 'ROIObservationLabel') ?? `ROI ${number}`;
    const code = codeOf(itemOf(observation, 'RTROIIdentificationCodeSequence'));
    const laterality = lateralityOf(label);
    const frameOfReference = textOf(roi, 'ReferencedFrameOfReferenceUID') ?? textOf(frames[0], 'FrameOfReferenceUID');
    return {
      number,
      label,
      type: roiType(textOf(observation, 'RTROIInterpretedType')),
      ...(code && { code }),
      ...(laterality && { laterality }),
      ...(frameOfReference && { frameOfReference }),
      ...(series && { referencedSeries: series }),
      links: [],
    };
  });
}

function segmentation(record: DicomRecord): RegionDraft[] {
  const series = textOf(itemsOf(record, 'ReferencedSeriesSequence')[0], 'SeriesInstanceUID');
  const frameOfReference = textOf(record, 'FrameOfReferenceUID');
  const segments = itemsOf(record, 'SegmentSequence').filter((segment) => numberOf(segment, 'SegmentNumber') !== 0);
  return segments.map((segment, index) => {
    const type = itemOf(segment, 'SegmentedPropertyTypeCodeSequence');
    const category = textOf(itemOf(segment, 'SegmentedPropertyCategoryCodeSequence'), 'CodeMeaning') ?? '';
    const side = textOf(itemOf(type, 'SegmentedPropertyTypeModifierCodeSequence'), 'CodeMeaning') ?? '';
    const number = numberOf(segment, 'SegmentNumber') ?? index + 1;
    const label = textOf(segment, 'SegmentLabel') ?? `segment ${number}`;
    const code = codeOf(type);
    const laterality = lateralityOf(side) ?? lateralityOf(label);
    return {
      number,
      label,
      type: /morphologically|lesion/i.test(category)
        ? ('lesion' as const)
        : /anatomical|organ|tissue/i.test(category)
          ? ('organ' as const)
          : ('roi' as const),
      ...(code && { code }),
      ...(laterality && { laterality }),
      ...(frameOfReference && { frameOfReference }),
      ...(series && { referencedSeries: series }),
      links: [],
    };
  });
}

/** RT structure sets and segmentations: one source, one region draft for each ROI or segment. */
export function draftRegions({ path, header }: Instance): Draft {
  const { record } = header;
  const { kind, name } = instanceKind(header);
  const placed = kind === 'structure-set' || framesOf(header, 0).some((frame) => frame.position && frame.orientation);
  const regions = kind === 'structure-set' ? structureSet(record) : placed ? segmentation(record) : [];
  const issues: Issue[] = [];
  if (!placed)
    issues.push(
      issue(
        'info',
        'regions-not-placed',
        `${name} of an image without patient geometry (slide, plain radiograph): kept, not measured.`,
      ),
    );
  else if (regions.length === 0)
    issues.push(
      issue('warning', 'no-regions', `${name} without a single region.`, {
        remedy: 'Check the export of the contours.',
      }),
    );
  const segmentationType = textOf(record, 'SegmentationType');
  if (segmentationType === 'FRACTIONAL')
    issues.push(
      issue(
        'warning',
        'fractional-thresholded',
        'A fractional segmentation: voxels of at least one half count as inside.',
        { place: '(0062,0001)', remedy: 'Use a binary segmentation where the border matters.' },
      ),
    );
  const claim = identityOf(record);
  const at = acquiredAt({
    ...record,
    AcquisitionDate: textOf(record, 'StructureSetDate') ?? textOf(record, 'AcquisitionDate') ?? '',
  });
  const description =
    textOf(record, 'StructureSetLabel') ?? textOf(record, 'SeriesDescription') ?? textOf(record, 'ContentLabel');
  const metadata = mergeMetadata([record]);
  metadata['TransferSyntaxUID'] = header.transferSyntax;
  return {
    ...(claim && { claim }),
    source: {
      format: 'dicom-regions',
      locator: { instance: header.sopInstance },
      path,
      modality: textOf(record, 'Modality') ?? (kind === 'structure-set' ? 'RTSTRUCT' : 'SEG'),
      ...(at && { acquiredAt: at }),
      ...(description && { description }),
      metadata,
      issues,
    },
    files: [path],
    facts: [],
    regions,
  };
}
