import { z } from 'zod';
import { Code } from './code.ts';

/** A place in one body that keeps its identity across visits: a contour set, a segment, a lesion. */
export const Region = z.object({
  kind: z.literal('region'),
  /** contentId('region', { source, number }) */
  id: z.string().min(1),
  subject: z.string().min(1),
  source: z.string().min(1),
  /** ROI number or segment number in the source. */
  number: z.number().int(),
  label: z.string(),
  type: z.enum(['roi', 'lesion', 'organ', 'unknown']),
  code: Code.optional(),
  laterality: z.enum(['left', 'right', 'both']).optional(),
  /** DICOM FrameOfReferenceUID in which the region is drawn. */
  frameOfReference: z.string().optional(),
  /** SeriesInstanceUID of the images it was drawn on. */
  referencedSeries: z.string().optional(),
  /** Identity across visits: match, split, merge. */
  links: z.array(z.object({ relation: z.enum(['same-as', 'split-from', 'merged-from']), region: z.string() })),
});
export type Region = z.infer<typeof Region>;
