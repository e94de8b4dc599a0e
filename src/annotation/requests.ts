import { z } from 'zod';
import { MeasureKind, Plane, PointRas, RegionLabel, Tool } from './contents.ts';

/** What a page sends when a reader saves what they drew or measured. Values are computed here, never taken over. */

/** Regions of one label map; its bytes (NIfTI, packed or not, on the grid of the image) come beside it. */
export const AnnotateRequest = z.object({
  image: z.string().min(1),
  tool: Tool,
  /** Which region each value of the label map stands for; one entry each. A value without voxels states that nothing is there. */
  labels: z
    .array(
      z.object({
        value: z.int().min(1).max(255),
        region: RegionLabel,
        /** Own entry on the same image that this one takes the place of: corrected, or renamed. */
        supersedes: z.string().min(1).optional(),
      }),
    )
    .min(1)
    .max(64),
  /** Label map, region or annotation that the reader began from. */
  startedFrom: z.string().min(1).optional(),
  text: z.string().max(2000).optional(),
});
export type AnnotateRequest = z.infer<typeof AnnotateRequest>;

export const MeasureRequest = z.object({
  image: z.string().min(1),
  measure: MeasureKind,
  label: RegionLabel.optional(),
  points: z.array(PointRas).min(2).max(4096),
  plane: Plane,
  frame: z.int().nonnegative().default(0),
  supersedes: z.string().min(1).optional(),
  /** The number that the page showed: held against the computed one, and never kept. */
  shown: z.number().optional(),
  text: z.string().max(2000).optional(),
});
export type MeasureRequest = z.input<typeof MeasureRequest>;

export const WithdrawRequest = z.object({
  entry: z.string().min(1),
  text: z.string().max(2000).optional(),
});
export type WithdrawRequest = z.infer<typeof WithdrawRequest>;
