import type { UprightGrid } from '../phantoms/shapes.ts';
import { centreOf } from '../phantoms/shapes.ts';
import type { DicomDataset } from './dicom.ts';

/** Geometry of one axial slice k of an upright grid, in DICOM's words (LPS: x and y turned). */
export function sliceGeometry(grid: UprightGrid, k: number): DicomDataset {
  const [x, y, z] = centreOf(grid, 0, 0, k);
  return {
    Rows: grid.shape[1],
    Columns: grid.shape[0],
    PixelSpacing: [grid.spacingMm[1], grid.spacingMm[0]],
    SliceThickness: grid.spacingMm[2],
    SpacingBetweenSlices: grid.spacingMm[2],
    ImagePositionPatient: [-x, -y, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    SliceLocation: z,
    PatientPosition: 'HFS',
  };
}

/** 16-bit pixels, signed or not, of one slice. */
export function pixels(values: Int16Array | Uint16Array): DicomDataset {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: values instanceof Int16Array ? 1 : 0,
    PixelData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}
