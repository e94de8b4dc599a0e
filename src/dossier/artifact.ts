import { z } from 'zod';
import { contentId } from './canonical.ts';
import { DateTime } from './code.ts';
import { Grid } from './grid.ts';
import { Issue } from './issue.ts';

/** An image, label map, table, curve, matrix or mesh that an analysis made. Images are NIfTI-1 `.nii.gz`. */
export const Artifact = z.object({
  kind: z.literal('artifact'),
  /** contentId('art', { run, role, site, time }) */
  id: z.string().min(1),
  subject: z.string().min(1),
  run: z.string().min(1),
  type: z.enum(['image', 'labelmap', 'table', 'curve', 'matrix', 'mesh', 'picture']),
  /** What later analyses ask for: `segmentation-18`, `suv-map`, `snapshot`. */
  role: z.string().min(1),
  title: z.string().min(1),
  time: DateTime.optional(),
  blob: z.string().length(64),
  mediaType: z.string().min(1),
  /** File name without directory that an export gives it. */
  fileName: z.string().min(1),
  grid: Grid.optional(),
  labels: z.array(z.object({ value: z.number().int(), name: z.string(), color: z.string().optional() })).optional(),
  issues: z.array(Issue),
  method: z.string().min(1),
  derivedFrom: z.array(z.string()),
});
export type Artifact = z.infer<typeof Artifact>;

/** What an analysis hands over: the bytes and everything but ids, run and method. */
export const ArtifactDraft = Artifact.omit({
  kind: true,
  id: true,
  subject: true,
  run: true,
  blob: true,
  method: true,
});
export type ArtifactDraft = z.infer<typeof ArtifactDraft> & { bytes: Uint8Array };

export function artifactId(run: string, draft: Pick<Artifact, 'role' | 'fileName' | 'time'>): string {
  return contentId('art', { run, role: draft.role, fileName: draft.fileName, time: draft.time });
}
