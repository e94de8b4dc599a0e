import { z } from 'zod';

/** Row-major 4x4, last row 0 0 0 1. */
export const Affine = z.array(z.number()).length(16);
export type Affine = z.infer<typeof Affine>;

/**
 * Where the voxels of an image lie.
 * `affineRas` maps (i, j, k, 1) voxel indices (centres, 0-based) to millimetres, in the patient frame: left-to-Right,
 * posterior-to-Anterior, inferior-to-Superior positive (RAS+, as in NIfTI). DICOM's LPS is its mirror in x and y.
 * Data are stored with i fastest, then j, k, t.
 */
export const Grid = z.object({
  /** Number of voxels along i, j, k and of time points (or b-values, frames) t. */
  shape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive(), z.int().positive()]),
  affineRas: Affine,
  /** Distance between time points, where even. */
  repetitionTimeS: z.number().optional(),
  /** DICOM FrameOfReferenceUID, where known: two grids share coordinates only when this is equal. */
  frameOfReference: z.string().optional(),
});
export type Grid = z.infer<typeof Grid>;
