import { z } from 'zod';

/**
 * What a reader drew or measured, as it stands in `Entry.content`. These schemas and types are shared with the page; the
 * commands that lead to them are in commands.ts.
 */

/** A point in patient millimetres, RAS+. */
export const PointRas = z.tuple([z.number(), z.number(), z.number()]);
export type PointRas = z.infer<typeof PointRas>;

/** A reader's name for a place: one line without control characters; `|` separates the parts of slots. */
export const RegionLabel = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}|]+$/u, 'no control characters and no |');

export const Tool = z.enum(['brush', 'contour', 'fill', 'threshold', 'several']);
export type Tool = z.infer<typeof Tool>;

/** Voxel of an image: i, j, k, 0-based. */
const VoxelIndex = z.tuple([z.int(), z.int(), z.int()]);

/** Content of an entry of type `annotation`: one region of one image by one reader. */
export const AnnotationContent = z.object({
  /** Id of the source or artifact that it was drawn on. */
  image: z.string().min(1),
  region: RegionLabel,
  tool: Tool,
  /** SHA-256 of the mask: NIfTI `.nii.gz`, uint8, 1 inside, on the grid of the image. */
  mask: z.string().regex(/^[0-9a-f]{64}$/),
  /** Voxels inside; 0 states that nothing of the kind is there. */
  voxels: z.int().nonnegative(),
  volumeMm3: z.number().nonnegative(),
  /** Voxels along i, j, k. */
  shape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  /** Smallest and largest voxel index inside; absent when nothing is. */
  box: z.object({ first: VoxelIndex, last: VoxelIndex }).optional(),
  /** Label map or annotation from which the reader began, if not from nothing: readers of one draft are not independent. */
  startedFrom: z.string().min(1).optional(),
});
export type AnnotationContent = z.infer<typeof AnnotationContent>;

export const MeasureKind = z.enum(['length', 'short-axis', 'angle', 'roi-statistics']);
export type MeasureKind = z.infer<typeof MeasureKind>;

/** `free`: the points lie in no plane of the image in particular. */
export const Plane = z.enum(['axial', 'coronal', 'sagittal', 'free']);
export type Plane = z.infer<typeof Plane>;

/** A slice of an image: index along one of its axes, 0-based. */
export const Slice = z.object({ axis: z.enum(['i', 'j', 'k']), index: z.int().nonnegative() });
export type Slice = z.infer<typeof Slice>;

/** Values of the image inside a closed contour or mask. */
export const RoiStatistics = z.object({
  /** Voxels with a value. */
  voxels: z.int().positive(),
  mean: z.number(),
  /** Of the region as a whole population (divided by n). */
  standardDeviation: z.number().nonnegative(),
  minimum: z.number(),
  maximum: z.number(),
  /** Mean of the two middle values for an even number. */
  median: z.number(),
  volumeMm3: z.number().nonnegative(),
});
export type RoiStatistics = z.infer<typeof RoiStatistics>;

/** Content of an entry of type `measurement`. Everything below `frame` was computed here from the points and the image. */
export const MeasurementContent = z.object({
  image: z.string().min(1),
  measure: MeasureKind,
  /** Name of what was measured: equal names of several readers are held against each other. */
  label: RegionLabel.optional(),
  /**
   * `length`: the points of a line, two or more. `short-axis`: both ends of the long axis, both ends of the short one.
   * `angle`: three points, the vertex second; or both ends of two lines. `roi-statistics`: the corners of a closed contour.
   */
  points: z.array(PointRas).min(2).max(4096),
  plane: Plane,
  /** Time point of the image, 0-based. */
  frame: z.int().nonnegative(),
  slice: Slice.optional(),
  /** mm; degrees; the mean of the region. */
  value: z.number(),
  /** UCUM: `mm`, `deg`, or the unit of the image. */
  unit: z.string().min(1),
  longAxisMm: z.number().positive().optional(),
  stats: RoiStatistics.optional(),
});
export type MeasurementContent = z.infer<typeof MeasurementContent>;
