import { z } from 'zod';
import { contentId } from './canonical.ts';
import { DateTime } from './code.ts';

/** A record under the id that it has with each of the two subjects. */
export const Moved = z.object({ from: z.string().min(1), to: z.string().min(1) });
export type Moved = z.infer<typeof Moved>;

/**
 * A person's decision on whom records belong to (docs/decisions/0007-merge-and-split.md). Each act is two of these, one
 * with each subject: `out` with the one that the records leave, `in` with the one that they come to. Nothing is taken
 * from the store: what leaves steps back with its subject, and stands anew with the other one.
 */
export const Transfer = z.object({
  kind: z.literal('transfer'),
  /** contentId('transfer', everything but the id) */
  id: z.string().min(1),
  subject: z.string().min(1),
  /** The same in both halves. */
  act: z.string().min(1),
  type: z.enum(['merge', 'split', 'undo']),
  direction: z.enum(['out', 'in']),
  /** The other subject. */
  counterpart: z.string().min(1),
  actor: z.string().min(1),
  at: DateTime,
  reason: z.string().min(1),
  /** Sources, entries and identities that stand with the other subject because of this act. */
  moved: z.array(Moved),
  /** The same where the other subject had it already, perhaps as part of something larger. */
  held: z.array(Moved),
  /** Records of `subject` that step back with this act; what hangs on them (facts of a source) follows. */
  withdraws: z.array(z.string()),
  /** Records of `subject` that had stepped back and are current again; what stepped back with them follows. */
  restates: z.array(z.string()),
  /** Sources of `subject` that a more complete one replaced in this act. */
  replaced: z.array(z.string()),
  /** The act that this one takes back. */
  undoes: z.string().optional(),
  /** What the subject's record said before. */
  before: z.object({ composite: z.boolean() }),
  /** The act made this subject. */
  created: z.boolean(),
});
export type Transfer = z.infer<typeof Transfer>;

export function transferFrom(content: Omit<Transfer, 'kind' | 'id'>): Transfer {
  const whole = { kind: 'transfer' as const, ...content };
  return { ...whole, id: contentId('transfer', whole) };
}
