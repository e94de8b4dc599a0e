import { z } from 'zod';
import { DateTime } from './code.ts';

/** Something a person stated in the product. Several readers are several entries; consensus is an analysis. */
export const Entry = z.object({
  kind: z.literal('entry'),
  id: z.string().min(1),
  subject: z.string().min(1),
  type: z.enum([
    'annotation',
    'measurement',
    'correction',
    'decision',
    'signature',
    'comment',
    'safety-action',
    'safety-answer',
    'trial',
  ]),
  author: z.string().min(1),
  role: z.string().min(1),
  at: DateTime,
  /** Ids that the entry is about. A decision also names the slot, so that it survives a newer value. */
  targets: z.array(z.string()),
  slot: z.string().optional(),
  text: z.string().optional(),
  content: z.json().optional(),
  supersedes: z.string().optional(),
});
export type Entry = z.infer<typeof Entry>;

/** In `takes` of an analysis of what readers stated: artifacts that entries are about, whatever their role. */
export const imagesOfEntries = 'images-of-entries';
