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
  /** Of an answer that stands in a form and in no source: by whom it was entered, when, and what became of the form. */
  entered: z
    .object({
      by: z.string().min(1),
      at: DateTime,
      filledBy: z.enum(['patient', 'clinician']),
      form: z.enum(['open', 'thrown-away', 'completed']),
    })
    .optional(),
  /** The newest action that a person recorded on a positive answer. It closes the question and erases nothing. */
  acted: z
    .object({ entry: z.string(), by: z.string().min(1), role: z.string(), at: DateTime, text: z.string() })
    .optional(),
  /** Plan lines that say what to do about it: a page says both in one place. */
  lines: z.array(z.string()).optional(),
  basis: z.array(z.string()),
});
export type SafetyCheck = z.infer<typeof SafetyCheck>;

/** A line that speaks for or against, with the thing it rests on. */
export const Argument = z.object({ statement: z.string().min(1), basis: z.array(z.string()) });
export type Argument = z.infer<typeof Argument>;

/**
 * Another line about the same thing. `goes-before` and `stands-back`: decided, the statement says why; `unresolved`: they
 * point in opposite ways and a person decides; `together`: they are weighed as one.
 */
export const Conflict = Argument.extend({
  outcome: z.enum(['goes-before', 'stands-back', 'unresolved', 'together']).optional(),
});
export type Conflict = z.infer<typeof Conflict>;

/** Another way to the same end. */
export const Alternative = Argument.extend({
  /** Nothing that is known here ranks it below the line itself. */
  equal: z.boolean(),
  /** Who grades it and how. */
  strength: z.string().optional(),
});
export type Alternative = z.infer<typeof Alternative>;

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
  /** How certain the grading body is of the evidence, in its words; absent in plans of earlier versions. */
  certainty: z.string().optional(),
  /** The ground on which it stands: what decides between it and a line that says otherwise. */
  precedence: z.string().optional(),
  /** Whether it speaks for or against using what it is about. */
  direction: z.enum(['toward', 'away']).optional(),
  /** Kind of care that it proposes. */
  service: z.string().optional(),
  /** It waits for another line. */
  held: z.object({ by: z.string(), because: z.string() }).optional(),
  goal: z.string().optional(),
  guidance: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      version: z.string().optional(),
      date: DateTime.optional(),
      reference: z.string().optional(),
      /** On the day of the plan: lapsed, replaced, not verified. Absent: nothing of the kind is known. */
      state: z.string().optional(),
    }),
  ),
  for: z.array(Argument),
  against: z.array(Argument),
  /** Other ways to the same end, side by side. */
  alternatives: z.array(Alternative).optional(),
  conflicts: z.array(Conflict),
  /** What to look at, and when. */
  monitor: z.array(z.object({ what: z.string(), at: z.string() })).optional(),
  wouldChange: z.array(z.string()),
  lookAgain: z.string().optional(),
  /** Ids of all findings, facts and checks that the line rests on. */
  basis: z.array(z.string()),
  issues: z.array(Issue),
});
export type Recommendation = z.infer<typeof Recommendation>;
