import { z } from 'zod';
import { DateTime } from './code.ts';
import { Issue } from './issue.ts';

/** A safety question that is asked of every patient. The four states are never merged: silence is not safety. */
export const SafetyCheck = z.object({
  kind: z.literal('safety-check'),
  /** contentId('safe', { subject, check, basis }) */
  id: z.string().min(1),
  subject: z.string().min(1),
  /** The building of the plan that it belongs to: it steps back with it. */
  run: z.string().min(1),
  /** `suicidality`, `hla-typing`, `medication-list`, ... */
  check: z.string().min(1),
  display: z.string().min(1),
  state: z.enum(['positive', 'negative', 'not-assessed', 'stale']),
  /** The state in the words of this check, for people. */
  stateLabel: z.string().min(1),
  /** `now`: act today; `open`: needs action; `historic`: was positive, no recorded action; `none`. */
  urgency: z.enum(['now', 'open', 'historic', 'none']),
  at: DateTime.optional(),
  /** One sentence with the date and the channel. */
  statement: z.string().min(1),
  /** What the reader does about it; site text replaces the built-in one. */
  action: z.string().optional(),
  basis: z.array(z.string()),
});
export type SafetyCheck = z.infer<typeof SafetyCheck>;

/** A line that speaks for or against, with the thing it rests on. */
export const Argument = z.object({ statement: z.string().min(1), basis: z.array(z.string()) });
export type Argument = z.infer<typeof Argument>;

/** One line of the plan. It proposes; a person decides. */
export const Recommendation = z.object({
  kind: z.literal('recommendation'),
  /** contentId('plan', { slot, rule, version, basis }) */
  id: z.string().min(1),
  subject: z.string().min(1),
  /** The building of the plan that it belongs to: it steps back with it. */
  run: z.string().min(1),
  /** `subject|rule|about`: the line's place in its history. */
  slot: z.string().min(1),
  rule: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  /** Never an imperative that stops a drug: review, discuss, consider, ask, repeat, refer. */
  verb: z.enum(['review', 'discuss', 'consider', 'ask', 'repeat', 'refer', 'act-now']),
  about: z.string().min(1),
  action: z.string().min(1),
  urgency: z.enum(['now', 'soon', 'routine']),
  /** Grade in the words of the body that grades it: CPIC `Strong`, GRADE `low`, `own rule`. */
  strength: z.object({ grade: z.string(), body: z.string() }),
  guidance: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      version: z.string().optional(),
      date: DateTime.optional(),
      reference: z.string().optional(),
    }),
  ),
  for: z.array(Argument),
  against: z.array(Argument),
  conflicts: z.array(Argument),
  wouldChange: z.array(z.string()),
  lookAgain: z.string().optional(),
  /** Ids of all findings, facts and checks that the line rests on. */
  basis: z.array(z.string()),
  issues: z.array(Issue),
});
export type Recommendation = z.infer<typeof Recommendation>;
