import type { Code } from '../../dossier/code.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import {
  codeItem,
  type DerivedFrom,
  type Description,
  dcmCode,
  derivationGroup,
  dimensions,
  positionAxis,
  sctCode,
  sharedModules,
} from './derived.ts';
import { type Dataset, encodeFile } from './encode.ts';
import { planesOf } from './geometry.ts';

export interface Segment {
  label: string;
  /** Label of the map that is this segment. */
  value: number;
  description?: string;
  /** Category and type of what was segmented; without them an anatomical structure. */
  category?: Code;
  type?: Code;
  /** `#rrggbb` */
  color?: string;
  algorithm: { type: 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL'; name: string };
  /** What keeps its identity across visits. */
  tracking?: { id: string; uid: string };
}

const segmentationStorage = '1.2.840.10008.5.1.4.1.1.66.4';
const anatomical = sctCode('123037004', 'Anatomical Structure');

/**
 * A binary DICOM segmentation (PS3.3 A.51) of a label map on `grid` (first time point, i fastest): one segment for each
 * entry of `segments`, numbered from 1 in their order, one frame for each plane that holds any of its voxels. Same input,
 * same bytes. Throws `usage` for a map without a voxel of any segment and `unsupported` for a grid with sheared planes.
 */
export function writeSegmentation(
  labels: ArrayLike<number>,
  grid: Grid,
  segments: readonly Segment[],
  from: DerivedFrom,
  said: Description,
): Uint8Array<ArrayBuffer> {
  const planes = planesOf(grid);
  const frames = framesOf(labels, grid, segments);
  if (frames.length === 0)
    throw new IdiographError('usage', 'The label map holds no voxel of a segment.', {
      remedy: 'Name labels that are in the map.',
    });
  return encodeFile({
    ...sharedModules(segmentationStorage, 'SEG', grid, from, said),
    ImageType: ['DERIVED', 'PRIMARY'],
    SegmentationType: 'BINARY',
    SegmentsOverlap: 'NO',
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    NumberOfFrames: frames.length,
    SegmentSequence: segments.map((segment, at) => segmentItem(segment, at + 1)),
    ...dimensions(said, [{ pointer: 0x0062000b, group: 0x0062000a, label: 'ReferencedSegmentNumber' }, positionAxis]),
    SharedFunctionalGroupsSequence: [
      {
        PixelMeasuresSequence: [planes.measures],
        PlaneOrientationSequence: [planes.orientation],
        ...derivationGroup(from, dcmCode('113076', 'Segmentation'), said),
      },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ segment, k }) => ({
      FrameContentSequence: [{ DimensionIndexValues: [segment, k + 1] }],
      PlanePositionSequence: [{ ImagePositionPatient: planes.position(k) }],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
    })),
    PixelData: packed(labels, grid, frames),
  });
}

interface Frame {
  segment: number;
  value: number;
  k: number;
}

function framesOf(labels: ArrayLike<number>, { shape }: Grid, segments: readonly Segment[]): Frame[] {
  const size = shape[0] * shape[1];
  const present = new Map<number, Set<number>>();
  for (let k = 0; k < shape[2]; k++)
    for (let at = k * size, last = -1; at < (k + 1) * size; at++) {
      const value = labels[at]!;
      if (value === last || value === 0) continue;
      last = value;
      const slices = present.get(value) ?? new Set<number>();
      present.set(value, slices.add(k));
    }
  return segments.flatMap(({ value }, at) =>
    [...(present.get(value) ?? [])].map((k) => ({ segment: at + 1, value, k })),
  );
}

/** One bit a voxel, the first in the lowest bit, frames without a gap between them (PS3.5 8.1.1, D.2). */
function packed(labels: ArrayLike<number>, { shape }: Grid, frames: readonly Frame[]): Uint8Array {
  const size = shape[0] * shape[1];
  const bytes = new Uint8Array(Math.ceil((size * frames.length) / 8));
  for (const [frame, { value, k }] of frames.entries())
    for (let at = 0; at < size; at++) {
      if (labels[k * size + at] !== value) continue;
      const bit = frame * size + at;
      bytes[Math.floor(bit / 8)]! |= 1 << (bit % 8);
    }
  return bytes;
}

function segmentItem(
  { label, description, category, type, color, algorithm, tracking }: Segment,
  number: number,
): Dataset {
  return {
    SegmentNumber: number,
    SegmentLabel: label,
    ...(description && { SegmentDescription: description }),
    SegmentAlgorithmType: algorithm.type,
    ...(algorithm.type !== 'MANUAL' && { SegmentAlgorithmName: algorithm.name }),
    SegmentedPropertyCategoryCodeSequence: [codeItem(category ?? anatomical)],
    SegmentedPropertyTypeCodeSequence: [codeItem(type ?? anatomical)],
    ...(color && { RecommendedDisplayCIELabValue: cieLab(color) }),
    ...(tracking && { TrackingID: tracking.id, TrackingUID: tracking.uid }),
  };
}

/** sRGB `#rrggbb` as PCS values of CIELab under D50, scaled to 16 bits (PS3.3 C.10.7.1.1). */
export function cieLab(color: string): [number, number, number] {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  // sRGB to XYZ, adapted to D50 (Bradford).
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422;
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521;
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const lab = [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))] as const;
  const whole = (value: number): number => Math.max(0, Math.min(65535, Math.round(value)));
  return [whole((lab[0] * 65535) / 100), whole(((lab[1] + 128) * 65535) / 255), whole(((lab[2] + 128) * 65535) / 255)];
}
