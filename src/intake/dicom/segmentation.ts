import { IdiographError } from '../../dossier/errors.ts';
import type { RegionShape } from '../../dossier/image.ts';
import type { Region } from '../../dossier/region.ts';
import type { ByteSource } from './bytes.ts';
import { PixelError } from './codecs/frame.ts';
import { framesOf } from './frames.ts';
import type { DicomHeader } from './header.ts';
import { frameReader } from './pixels.ts';
import { itemOf, itemsOf, numberOf, textOf } from './record.ts';
import { volumesOf } from './volumes.ts';

/** Segment of each frame, from its own or the shared functional groups. */
function segmentOfFrame(header: DicomHeader, frame: number): number | undefined {
  const { record } = header;
  const own = itemsOf(record, 'PerFrameFunctionalGroupsSequence')[frame];
  const shared = itemOf(record, 'SharedFunctionalGroupsSequence');
  const group = itemOf(own, 'SegmentIdentificationSequence') ?? itemOf(shared, 'SegmentIdentificationSequence');
  return numberOf(group, 'ReferencedSegmentNumber');
}

/**
 * One segment as a mask on its own grid (PS3.3 C.8.20): binary, fractional (at least half of MaximumFractionalValue is
 * inside), or label map. The grid spans the frames in which the segment is present; planes between them that the object
 * leaves out are empty, as the standard allows for sparse segmentations.
 */
export async function readSegment(
  header: DicomHeader,
  bytes: ByteSource,
  region: Pick<Region, 'number' | 'label'>,
): Promise<RegionShape> {
  const { record } = header;
  const type = textOf(record, 'SegmentationType') ?? 'BINARY';
  const isLabelMap = type === 'LABELMAP' || header.sopClass.endsWith('.66.7');
  const all = framesOf(header, 0);
  const frames = isLabelMap ? all : all.filter((frame) => segmentOfFrame(header, frame.frame) === region.number);
  const placed = frames.filter((frame) => frame.position && frame.orientation);
  if (placed.length === 0)
    throw new IdiographError('unsupported', `Segment ${region.label} is not placed in the patient's space.`, {
      region: region.number,
      remedy: 'Slide and plain image segmentations are kept but not measured.',
    });
  // What varies between frames of a segment is place alone: no time points, and gaps are emptiness, not loss.
  const [volume] = volumesOf(
    placed.map((frame) => ({ ...frame, order: {} })),
    { sparse: true },
  );
  const slices = volume!.frames[0]!;
  const first = placed[0]!;
  const size = first.rows * first.columns;
  const mask = new Uint8Array(size * slices.length);
  const half = type === 'FRACTIONAL' ? (numberOf(record, 'MaximumFractionalValue') ?? 255) / 2 : 0.5;
  try {
    const reader = await frameReader(header, bytes);
    for (const [k, frame] of slices.entries()) {
      if (frame === undefined) continue;
      const values = await reader.read(frame.frame);
      for (let i = 0; i < size; i++)
        mask[k * size + i] = (isLabelMap ? values[i] === region.number : values[i]! >= half) ? 1 : 0;
    }
  } catch (error) {
    if (!(error instanceof PixelError)) throw error;
    throw new IdiographError('unsupported', error.message, {
      issue: { code: error.code, severity: 'error', message: error.message },
      region: region.number,
    });
  }
  const frameOfReference = textOf(record, 'FrameOfReferenceUID');
  return {
    type: 'mask',
    grid: {
      shape: [first.columns, first.rows, slices.length, 1],
      affineRas: volume!.affineRas,
      ...(frameOfReference && { frameOfReference }),
    },
    mask,
  };
}
