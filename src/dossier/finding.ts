import { z } from 'zod';
import { canonicalJson, contentId, sha256 } from './canonical.ts';
import { Code, DateTime } from './code.ts';
import { Issue } from './issue.ts';
import { NormReference } from './norm.ts';

const Quantity = z.object({ type: z.literal('quantity'), value: z.number(), unit: z.string() });
const Coded = z.object({ type: z.literal('code'), code: Code });

export const Value = z.discriminatedUnion('type', [
  /** A number with a UCUM unit. */
  Quantity,
  Coded,
  /** Everything that the data allow. Never collapsed into one member; weights only where a named table gives them. */
  z.object({
    type: z.literal('set'),
    members: z.array(z.object({ value: z.union([Quantity, Coded]), weight: z.number().optional() })).min(1),
    /** Why more than one is possible. */
    reason: z.string().optional(),
  }),
  z.object({ type: z.literal('interval'), low: z.number(), high: z.number(), unit: z.string() }),
  z.object({ type: z.literal('coordinate'), xyzMm: z.tuple([z.number(), z.number(), z.number()]), frame: z.string() }),
  z.object({ type: z.literal('series'), artifact: z.string() }),
  /** It was asked and cannot be answered. `reason` is an issue code, the issue itself stands in `issues`. */
  z.object({ type: z.literal('refused'), reason: z.string() }),
]);
export type Value = z.infer<typeof Value>;

export const Uncertainty = z.object({
  /** `interval`: low..high at `level`; `smallest-real-change`: a difference below `value` cannot be told from noise. */
  type: z.enum(['interval', 'standard-error', 'smallest-real-change']),
  low: z.number().optional(),
  high: z.number().optional(),
  value: z.number().optional(),
  level: z.number().optional(),
  /** Paper, table or calculation that it comes from. */
  source: z.string().min(1),
});
export type Uncertainty = z.infer<typeof Uncertainty>;

/** What a clinician calls the same number: findings of one slot form a history. */
export const Slot = z.object({
  subject: z.string().min(1),
  measure: z.string().min(1),
  /** Code of the anatomical site, gene, drug, instrument item; or a region id. */
  site: z.string().optional(),
  /** Time of the thing that was measured (acquisition, answer), never of the computation. */
  time: DateTime.optional(),
  reader: z.string().optional(),
});
export type Slot = z.infer<typeof Slot>;

/** One line, sortable: `measure|site|time|reader`, the subject first. */
function slotKey(slot: Slot): string {
  return [slot.subject, slot.measure, slot.site ?? '', slot.time ?? '', slot.reader ?? ''].join('|');
}

/** Something that was found about one subject. */
export const Finding = z.object({
  kind: z.literal('finding'),
  /** contentId('find', { run, slot }) */
  id: z.string().min(1),
  subject: z.string().min(1),
  run: z.string().min(1),
  slot: z.string().min(1),
  measure: Code,
  /** The same measure in standards (LOINC, RadLex, IBSI, DICOM). */
  codes: z.array(Code).optional(),
  site: Code.optional(),
  laterality: z.enum(['left', 'right', 'both']).optional(),
  region: z.string().optional(),
  time: DateTime.optional(),
  reader: z.string().optional(),
  value: Value,
  uncertainty: Uncertainty.optional(),
  norm: NormReference.optional(),
  issues: z.array(Issue),
  /** Analysis, version and what it ran with, in words: `brain.morphometry 1.0.0 (meshnet model18cls)`. */
  method: z.string().min(1),
  /** Sources, facts, regions, artifacts, findings that it rests on. */
  derivedFrom: z.array(z.string()),
  /** The exact places in them: a VCF line, an item number, a slice. */
  evidence: z.array(z.object({ of: z.string(), place: z.string(), says: z.string().optional() })).optional(),
  valueHash: z.string().length(64),
});
export type Finding = z.infer<typeof Finding>;

/** What an analysis states; the runner adds ids, run and method. */
export const FindingDraft = Finding.omit({
  kind: true,
  id: true,
  subject: true,
  run: true,
  slot: true,
  method: true,
  valueHash: true,
}).extend({ methodNote: z.string().optional() });
export type FindingDraft = z.infer<typeof FindingDraft>;

export function findingFromDraft(draft: FindingDraft, run: { id: string; subject: string; method: string }): Finding {
  const { methodNote, ...rest } = draft;
  const slot = slotKey({
    subject: run.subject,
    measure: draft.measure.code,
    site: draft.region ?? draft.site?.code,
    time: draft.time,
    reader: draft.reader,
  });
  return {
    kind: 'finding',
    id: contentId('find', { run: run.id, slot }),
    subject: run.subject,
    run: run.id,
    slot,
    ...rest,
    method: methodNote ? `${run.method} (${methodNote})` : run.method,
    valueHash: sha256(canonicalJson(draft.value)),
  };
}
