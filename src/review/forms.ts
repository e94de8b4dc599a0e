import { z } from 'zod';
import type { Entry } from '../dossier/entry.ts';
import { CheckContent, LineContent } from './content.ts';

const id = z.string().min(1);
const sentence = z.string().trim().min(1).max(4000);

/** A decision on one plan line. It carries the words that were decided on, so that a newer plan can be held against them. */
export const DecisionForm = z.object({
  form: z.literal('decision'),
  decision: z.enum(['accept', 'modify', 'reject', 'taken-back']),
  /** The clinician's own wording of a modified line. */
  wording: sentence.optional(),
  reason: sentence.optional(),
  lineId: id,
  planRun: id,
  line: LineContent,
});
export type DecisionForm = z.infer<typeof DecisionForm>;

/** A check was seen and answered for, where no action on an answer is to be recorded. */
export const AcknowledgementForm = z.object({
  form: z.literal('acknowledgement'),
  acknowledged: z.boolean(),
  checkId: id,
  planRun: id,
  check: CheckContent,
});

/**
 * Something was done about what raised a check; the plan counts the answer as acted on from then on. With `takenBack` it
 * ends the action that it follows.
 */
export const SafetyActionForm = z.object({
  form: z.literal('safety-action'),
  takenBack: z.literal(true).optional(),
  checkId: id.optional(),
  check: CheckContent.optional(),
});

/** What a reader would do by their own judgement, before and after reading. */
export const WorkingDecisionForm = z.object({
  form: z.literal('working-decision'),
  phase: z.enum(['before', 'after']),
  confidencePercent: z.number().min(0).max(100).optional(),
  planRun: id.optional(),
});

export const SignatureForm = z.object({
  form: z.literal('signature'),
  planRun: id,
  asOf: id,
  /** SHA-256 of the canonical signed content, which is kept as a blob under that name. */
  sha256: z.string().length(64),
  decisions: z.array(id),
  statement: sentence.optional(),
  program: z.string().min(1),
  amends: id.optional(),
  reason: sentence.optional(),
});
export type SignatureForm = z.infer<typeof SignatureForm>;

/** One item of the patient's page: handed over or held back, under one signature. */
export const ReleaseForm = z.object({
  form: z.literal('release'),
  signature: id,
  item: id,
  released: z.boolean(),
  sensitive: z.string().optional(),
  reason: sentence.optional(),
  /** What the patient reads instead of the words of the plan. */
  wording: sentence.optional(),
});
export type ReleaseForm = z.infer<typeof ReleaseForm>;

export const ReviewForm = z.discriminatedUnion('form', [
  DecisionForm,
  AcknowledgementForm,
  SafetyActionForm,
  WorkingDecisionForm,
  SignatureForm,
  ReleaseForm,
]);
export type ReviewForm = z.infer<typeof ReviewForm>;
type FormOf<K extends ReviewForm['form']> = Extract<ReviewForm, { form: K }>;

/** An entry together with its content, read. */
export interface Stated<F extends ReviewForm = ReviewForm> {
  entry: Entry;
  content: F;
}

/** Entries of one form, oldest first. Entries that carry no such content are none: notes of people are free. */
export function statedAs<K extends ReviewForm['form']>(entries: readonly Entry[], form: K): Stated<FormOf<K>>[] {
  const seen = new Set<string>();
  return entries
    .flatMap((entry) => {
      const parsed = ReviewForm.safeParse(entry.content);
      if (!parsed.success || parsed.data.form !== form || seen.has(entry.id)) return [];
      seen.add(entry.id);
      return [{ entry, content: parsed.data as FormOf<K> }];
    })
    .sort((a, b) => (a.entry.at < b.entry.at ? -1 : a.entry.at > b.entry.at ? 1 : 0));
}

/**
 * The end of each chain: by slot, the entry that no other of the same form supersedes. The clock of a machine may be
 * wrong, so that chains follow what entries name and never their times.
 */
export function heads<F extends ReviewForm>(stated: readonly Stated<F>[]): Map<string, Stated<F>> {
  const gone = new Set(stated.flatMap(({ entry }) => (entry.supersedes === undefined ? [] : [entry.supersedes])));
  return new Map(
    stated.flatMap((one) =>
      gone.has(one.entry.id) || one.entry.slot === undefined ? [] : [[one.entry.slot, one] as const],
    ),
  );
}

/** All entries of one chain, the newest first. */
export function chainOf<F extends ReviewForm>(stated: readonly Stated<F>[], slot: string): Stated<F>[] {
  const byId = new Map(stated.map((one) => [one.entry.id, one]));
  const chain: Stated<F>[] = [];
  for (let one = heads(stated).get(slot); one !== undefined && chain.length <= stated.length; ) {
    chain.push(one);
    one = one.entry.supersedes === undefined ? undefined : byId.get(one.entry.supersedes);
  }
  return chain;
}
