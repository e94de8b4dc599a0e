import { z } from 'zod';
import { Affine } from '../../dossier/grid.ts';

/**
 * Which frame of which member file is slice k of time point t: kept as `metadata.layout` of a source, so that opening
 * it asks nothing of the other files.
 */
export const Layout = z.object({
  shape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive(), z.int().positive()]),
  affineRas: Affine,
  repetitionTimeS: z.number().optional(),
  /** Number of files that make up the source; more than one means that its blob is a manifest. */
  members: z.int().positive(),
  /** Member index of slice k at time t at place t * shape[2] + k; -1 for a missing slice. */
  member: z.array(z.int()),
  /** 0-based frame (in a mosaic: tile) in that member, same places. */
  frame: z.array(z.int()),
  /** Tiles per side of a Siemens mosaic. */
  mosaicSide: z.int().positive().optional(),
});
export type Layout = z.infer<typeof Layout>;
