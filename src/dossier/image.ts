import type { Grid } from './grid.ts';

/**
 * An image that is read piece by piece. Values are in the image's own unit after the scanner's rescaling
 * (HU, Bq/ml, arbitrary signal), as float32 with i fastest.
 */
export interface ImageHandle {
  readonly id: string;
  readonly grid: Grid;
  /** UCUM unit of the values, `1` for arbitrary signal. */
  readonly unit: string;
  /** Header of the source: keywords of the format (DICOM keywords, NIfTI field names, BIDS sidecar keys). */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Slices kFrom..kTo-1 of time point t; length = shape[0] * shape[1] * (kTo - kFrom). */
  readSlab(kFrom: number, kTo: number, t?: number): Promise<Float32Array>;
  /** One whole time point. */
  readVolume(t?: number): Promise<Float32Array>;
  /**
   * The same values with NaN for voxels that hold no finite number, which the others read as 0. Absent where there can be no
   * such voxel. For whatever must not take a gap for a zero. Who changes values on the way changes these too, or leaves them
   * out.
   */
  readonly withGaps?: Pick<ImageHandle, 'readSlab' | 'readVolume'>;
}

/** A closed planar contour in patient millimetres, RAS+: x0,y0,z0,x1,... */
export type Contour = Float64Array;

/** A region's shape: contours (RTSTRUCT) or a mask on its own grid (SEG, label map). */
export type RegionShape =
  | { type: 'contours'; contoursRas: Contour[]; frameOfReference?: string }
  | { type: 'mask'; grid: Grid; mask: Uint8Array };

/** One VCF record; `line` is the 1-based line number in the decompressed file. */
export interface VariantRecord {
  line: number;
  chrom: string;
  pos: number;
  id: string;
  ref: string;
  alt: string[];
  qual: string;
  filter: string;
  info: string;
  /** FORMAT keys and this sample's values. */
  format: string[];
  sample: string[];
}

export interface VariantsHandle {
  readonly id: string;
  readonly sample: string;
  readonly header: readonly string[];
  /** Records that overlap any of the ranges (1-based, inclusive; contigs with or without `chr`), or all. */
  records(ranges?: readonly { chrom: string; start: number; end: number }[]): AsyncIterable<VariantRecord>;
}

export interface TableHandle {
  readonly id: string;
  readonly columns: readonly string[];
  rows(): AsyncIterable<Record<string, string>>;
}
