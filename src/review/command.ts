import { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';

const sentence = z.string().trim().min(1).max(4000);
const id = z.string().min(1).max(400);

export const Decide = z.object({
  type: z.literal('decide'),
  /** Id of the line as it was seen. */
  line: id,
  decision: z.enum(['accept', 'modify', 'reject', 'taken-back']),
  wording: sentence.optional(),
  reason: sentence.optional(),
});
export const Acknowledge = z.object({
  type: z.literal('acknowledge'),
  check: id,
  /** False takes an acknowledgement back. */
  acknowledged: z.boolean().default(true),
  reason: sentence,
});
export const SafetyAction = z.object({ type: z.literal('safety-action'), check: id, text: sentence });
/** Puts an action right, or takes it back: the earlier words stay readable. */
export const ChangeSafetyAction = z.object({
  type: z.literal('change-safety-action'),
  /** The entry of the action. */
  entry: id,
  takeBack: z.boolean().default(false),
  /** What was done instead, or why it is taken back. */
  text: sentence,
});
export const StateWorkingDecision = z.object({
  type: z.literal('working-decision'),
  phase: z.enum(['before', 'after']),
  text: sentence,
  confidencePercent: z.number().min(0).max(100).optional(),
});
export const Sign = z.object({
  type: z.literal('sign'),
  statement: sentence.optional(),
  /** Present: this signature takes the place of the one that holds, for this reason. */
  amend: z.object({ reason: sentence }).optional(),
});
export const Release = z.object({
  type: z.literal('release'),
  items: z
    .array(z.object({ item: id, released: z.boolean(), reason: sentence.optional(), wording: sentence.optional() }))
    .min(1)
    .max(1000),
});

/** What a person can state about a plan. The same form on the command line and over HTTP. */
export const ReviewCommand = z.discriminatedUnion('type', [
  Decide,
  Acknowledge,
  SafetyAction,
  ChangeSafetyAction,
  StateWorkingDecision,
  Sign,
  Release,
]);
export type ReviewCommand = z.infer<typeof ReviewCommand>;
export type CommandOf<K extends ReviewCommand['type']> = Extract<ReviewCommand, { type: K }>;

/** Checks what a caller hands over. Throws `usage` with what is wrong. */
export function parseCommand(given: unknown): ReviewCommand {
  const parsed = ReviewCommand.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new IdiographError('usage', z.prettifyError(parsed.error), {
    remedy: 'Correct what is named and send it again.',
  });
}
