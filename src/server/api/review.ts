import { z } from 'zod';
import {
  Acknowledge,
  ChangeSafetyAction,
  Decide,
  Release,
  SafetyAction,
  Sign,
  StateWorkingDecision,
} from '../../review/command.ts';
import { Seen } from '../../review/input.ts';
import { SignedContent } from '../../review/signedContent.ts';
import { Subject } from './params.ts';
import type { Specs } from './spec.ts';
import { PlanLineView } from './views/planLine.ts';
import { ChangesSinceView, ReviewStateView } from './views/review.ts';
import { SafetyLineView } from './views/safety.ts';

/** The plan of the day with everything that people decided about it. */
export const PlanView = z.object({
  subject: z.string(),
  asOf: z.string(),
  planRun: z.string(),
  checks: z.array(SafetyLineView),
  lines: z.array(PlanLineView),
  /** What the patient would read of each item, by language; an item without a sentence is left to ask about. */
  plain: z.record(z.string(), z.object({ en: z.string().optional(), de: z.string().optional() })),
  /** Absent for accounts that may not read texts that people wrote. */
  review: ReviewStateView.optional(),
});
export type PlanView = z.infer<typeof PlanView>;

/** A point in time that a plan can be compared with. */
export const MomentView = z.object({
  id: z.string(),
  type: z.enum(['import', 'plan', 'signature', 'visit']),
  at: z.string(),
  /** Acknowledgement with which it ends. */
  sequence: z.number(),
  title: z.string(),
});
export type MomentView = z.infer<typeof MomentView>;

export const review = {
  'plan.get': {
    method: 'GET',
    path: '/api/patients/:subject/plan',
    summary: 'The plan of the day: safety checks, lines with for and against, decisions, signature',
    permission: 'patients:read',
    params: Subject,
    response: PlanView,
  },
  'plan.decide': {
    method: 'POST',
    path: '/api/patients/:subject/decisions',
    summary: 'Decide on a line, answer for a check, record an action, state a working decision; or take it back',
    permission: 'plan:decide',
    params: Subject,
    body: z.object({
      seen: Seen,
      command: z.discriminatedUnion('type', [
        Decide,
        Acknowledge,
        SafetyAction,
        ChangeSafetyAction,
        StateWorkingDecision,
      ]),
    }),
    response: PlanView,
  },
  'plan.sign': {
    method: 'POST',
    path: '/api/patients/:subject/signatures',
    summary: 'Sign the plan, or amend a signed one with a reason',
    permission: 'plan:sign',
    params: Subject,
    body: z.object({ seen: Seen, statement: Sign.shape.statement, amend: Sign.shape.amend }),
    response: PlanView,
  },
  'plan.signed': {
    method: 'GET',
    path: '/api/patients/:subject/signatures/:record',
    summary: 'What a signature stands under, as it was signed',
    permission: 'identity:read',
    params: Subject.extend({ record: z.string().min(1).max(200) }),
    response: SignedContent,
  },
  'plan.release': {
    method: 'POST',
    path: '/api/patients/:subject/release',
    summary: "Hand over or hold back items of the patient's page",
    permission: 'twin:release',
    params: Subject,
    body: z.object({ seen: Seen, items: Release.shape.items }),
    response: PlanView,
  },
  'plan.moments': {
    method: 'GET',
    path: '/api/patients/:subject/moments',
    summary: 'Points in time that can be compared: imports, plans, signatures, the last visit of this account',
    permission: 'identity:read',
    params: Subject,
    response: z.object({ moments: z.array(MomentView) }),
  },
  'plan.compare': {
    method: 'GET',
    path: '/api/patients/:subject/changes',
    summary: 'What changed between two acknowledgements',
    permission: 'identity:read',
    params: Subject,
    query: z.object({
      from: z.coerce.number().int().nonnegative(),
      to: z.coerce.number().int().nonnegative().optional(),
    }),
    response: ChangesSinceView,
  },
} as const satisfies Specs;
