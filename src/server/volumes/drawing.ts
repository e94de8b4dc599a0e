import { z } from 'zod';
import { RegionLabel, Tool } from '../../annotation/contents.ts';

/** What a reader is drawing on one image and has not stated yet. */
export const Drawing = z.object({
  labels: z
    .array(
      z.object({ value: z.int().min(1).max(255), region: RegionLabel, supersedes: z.string().max(128).optional() }),
    )
    .max(64),
  tool: Tool,
  startedFrom: z.string().max(128).optional(),
  /** One byte a voxel, i fastest, packed with gzip, as base64. */
  map: z.base64().max(3_900_000),
});
export type Drawing = z.infer<typeof Drawing>;

export const KeptDrawing = Drawing.extend({ version: z.number(), savedAt: z.string() });
export type KeptDrawing = z.infer<typeof KeptDrawing>;
