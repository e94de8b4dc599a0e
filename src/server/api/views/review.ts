import { z } from 'zod';
import type { ChangesSince } from '../../../report/changes.ts';
import { Difference } from '../../../review/content.ts';
import { SignatureForm } from '../../../review/forms.ts';
import { Seen } from '../../../review/input.ts';
import type { ReviewState } from '../../../review/state.ts';
import { viewOf } from './view.ts';

const stated = { author: z.string(), role: z.string(), at: z.string() };
const differences = z.array(Difference);

const decision = z.object({
  entry: z.string(),
  slot: z.string(),
  decision: z.enum(['accept', 'modify', 'reject', 'taken-back']),
  wording: z.string().optional(),
  reason: z.string().optional(),
  ...stated,
  action: z.string(),
  standing: z.enum(['stands', 'earlier-version']),
  changed: differences,
});

const note = z.object({
  entry: z.string(),
  type: z.string(),
  ...stated,
  text: z.string(),
  action: z.enum(['stands', 'followed', 'takes-back']).optional(),
});

const signature = SignatureForm.omit({ form: true }).extend({ entry: z.string(), ...stated });

const working = z.object({
  entry: z.string(),
  text: z.string(),
  confidencePercent: z.number().optional(),
  at: z.string(),
});

const release = z.object({
  open: z.boolean(),
  closedBecause: z.string().optional(),
  items: z.array(
    z.object({
      item: z.string(),
      type: z.enum(['line', 'check', 'finding']),
      title: z.string(),
      says: z.string(),
      sensitive: z.string().optional(),
      decision: z.string().optional(),
      state: z.enum(['released', 'withheld', 'undecided']),
      reason: z.string().optional(),
      wording: z.string().optional(),
      by: z.object(stated).optional(),
    }),
  ),
  voided: z.number(),
});

/** What people decided about a plan, what stands in the way of a signature, and what of it the patient gets. */
export const ReviewStateView = viewOf<ReviewState>()(
  z.object({
    subject: z.string(),
    planRun: z.string(),
    asOf: z.string(),
    status: z.enum(['draft', 'signed', 'signed-but-outdated', 'amended']),
    signature: signature.optional(),
    earlierSignatures: z.array(signature),
    changes: z.array(
      z.object({
        what: z.enum(['line', 'check', 'finding', 'source', 'decision', 'entry', 'plan']),
        slot: z.string(),
        says: z.string(),
        changed: differences,
      }),
    ),
    blocking: z.array(
      z.object({ type: z.enum(['line', 'check']), id: z.string(), title: z.string(), needs: z.string() }),
    ),
    lines: z.array(
      z.object({
        id: z.string(),
        slot: z.string(),
        decision: decision.optional(),
        history: z.array(decision),
        notes: z.array(note),
      }),
    ),
    checks: z.array(
      z.object({
        id: z.string(),
        check: z.string(),
        acknowledged: z.object({ entry: z.string(), ...stated, text: z.string() }).optional(),
        notes: z.array(note),
      }),
    ),
    gone: z.array(decision),
    readings: z.array(
      z.object({
        author: z.string(),
        role: z.string(),
        before: working.optional(),
        after: working.optional(),
        late: z.boolean(),
      }),
    ),
    release,
    seen: Seen,
  }),
);

const said = z.object({ id: z.string(), says: z.string() });

export const ChangesSinceView = viewOf<ChangesSince>()(
  z.object({
    sentence: z.string(),
    groups: z.array(
      z.object({
        kind: z.enum(['safety-check', 'recommendation', 'finding']),
        title: z.string(),
        changes: z.array(
          z.object({
            slot: z.string(),
            change: z.enum(['new', 'changed', 'gone']),
            title: z.string(),
            before: said.optional(),
            after: said.optional(),
            urgent: z.literal(true).optional(),
            onPageOne: z.literal(true).optional(),
          }),
        ),
      }),
    ),
    confirmed: z.number(),
  }),
);
