import type { Code } from '../../dossier/code.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import {
  codeItem,
  type DerivedFrom,
  type Description,
  derivationGroup,
  dimensions,
  positionAxis,
  sharedModules,
} from './derived.ts';
import { encodeFile } from './encode.ts';
import { planesOf } from './geometry.ts';

const parametricMapStorage = '1.2.840.10008.5.1.4.1.1.30';

export interface MapKind {
  /** Of the images that it was made from: MR, CT, PT. */
  modality: string;
  /** What the values are, such as `Ktrans`. */
  quantity: string;
  /** UCUM, `1` for none. */
  unit: string;
  /** Where in the body, if it is known. */
  anatomy?: Code;
  /** How it was derived, a code of CID 7203; without one the sources stand in the list of series alone. */
  derivation?: Code;
}

/**
 * A DICOM parametric map (PS3.3 A.75) of float32 values on `grid` (first time point, i fastest): one frame a plane, values
 * as they are, unit in the real world value mapping. Same input, same bytes. Throws `unsupported` for sheared planes
 * and `usage` when there are fewer values than voxels or no value is finite.
 */
export function writeParametricMap(
  values: Float32Array,
  grid: Grid,
  kind: MapKind,
  from: DerivedFrom,
  said: Description,
): Uint8Array<ArrayBuffer> {
  const [ni, nj, nk] = grid.shape;
  const count = ni * nj * nk;
  if (values.length < count)
    throw new IdiographError('usage', `${values.length} values for a grid of ${count} voxels`, { shape: grid.shape });
  const planes = planesOf(grid);
  const { pixels, low, high } = littleEndian(values, count);
  const imageType = ['DERIVED', 'PRIMARY', 'VOLUME', 'NONE'];
  return encodeFile({
    ...sharedModules(parametricMapStorage, kind.modality, grid, from, said),
    ImageType: imageType,
    ContentQualification: 'RESEARCH',
    AcquisitionContextSequence: [],
    RecognizableVisualFeatures: 'NO',
    PresentationLUTShape: 'IDENTITY',
    BitsAllocated: 32,
    NumberOfFrames: nk,
    ...dimensions(said, [positionAxis]),
    SharedFunctionalGroupsSequence: [
      {
        PixelMeasuresSequence: [planes.measures],
        PlaneOrientationSequence: [planes.orientation],
        FrameAnatomySequence: [
          {
            FrameLaterality: 'U',
            AnatomicRegionSequence: [
              codeItem(kind.anatomy ?? { system: 'SCT', code: '38266002', display: 'Entire body' }),
            ],
          },
        ],
        PixelValueTransformationSequence: [{ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: 'US' }],
        FrameVOILUTSequence: [
          { WindowCenter: (low + high) / 2, WindowWidth: high > low ? high - low : 1, VOILUTFunction: 'LINEAR_EXACT' },
        ],
        ParametricMapFrameTypeSequence: [{ FrameType: imageType }],
        RealWorldValueMappingSequence: [
          {
            LUTLabel: kind.quantity,
            LUTExplanation: said.title,
            MeasurementUnitsCodeSequence: [
              codeItem({ system: 'UCUM', code: kind.unit, display: kind.unit === '1' ? 'no units' : kind.unit }),
            ],
            DoubleFloatRealWorldValueFirstValueMapped: low,
            DoubleFloatRealWorldValueLastValueMapped: high,
            RealWorldValueIntercept: 0,
            RealWorldValueSlope: 1,
          },
        ],
        ...derivationGroup(from, kind.derivation, said),
      },
    ],
    PerFrameFunctionalGroupsSequence: Array.from({ length: nk }, (_, k) => ({
      FrameContentSequence: [{ DimensionIndexValues: k + 1 }],
      PlanePositionSequence: [{ ImagePositionPatient: planes.position(k) }],
    })),
    FloatPixelData: pixels,
  });
}

function littleEndian(values: Float32Array, count: number): { pixels: Uint8Array; low: number; high: number } {
  const pixels = new Uint8Array(count * 4);
  const view = new DataView(pixels.buffer);
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < count; at++) {
    const value = values[at]!;
    view.setFloat32(at * 4, value, true);
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) throw new IdiographError('usage', 'no voxel of the map has a value');
  return { pixels, low, high };
}
