import { z } from 'zod';

/** Somebody's file under their licence: weights, atlas, template, table. Installed on request, verified, never in this repository. */
export const PackManifest = z.object({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  version: z.string().min(1),
  title: z.string().min(1),
  licence: z.object({
    spdx: z.string().min(1),
    text: z.string().optional(),
    attribution: z.string().min(1),
    restrictions: z.string().optional(),
  }),
  origin: z.string().min(1),
  /** Installed files, relative to the pack's folder. */
  files: z.array(
    z.object({ path: z.string().min(1), sha256: z.string().length(64), bytes: z.number().int().nonnegative() }),
  ),
  /** What was made from what at installation: converter, its version, hashes of the upstream files. */
  conversion: z
    .object({
      by: z.string(),
      from: z.array(z.object({ path: z.string(), sha256: z.string().length(64) })),
    })
    .optional(),
});
export type PackManifest = z.infer<typeof PackManifest>;
