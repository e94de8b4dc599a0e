import { z } from 'zod';
import { KnowledgeHeader } from '../knowledge/load.ts';

/**
 * What US prescribing information says of single drugs, row by row: each row with its section and whether our words were
 * held against the text. A row that was not is printed with that remark and without a grade.
 */
const Row = z.strictObject({
  /** Ingredient names as the medication list has them. */
  drugs: z.array(z.string()).min(1),
  /** Own words, a clause that follows "{drug}: ". */
  says: z.string().min(1),
  grade: z.string().min(1),
  /** Section of the label, or the communication of the authority. */
  section: z.string().min(1),
  verified: z.boolean(),
});

/** The estimate in which a label states its limits. */
export const estimates = {
  'cockcroft-gault': {
    measure: 'creatinine-clearance-cockcroft-gault',
    words: 'creatinine clearance by Cockcroft-Gault',
  },
  'ckd-epi': { measure: 'egfr-ckd-epi-2021', words: 'eGFR by CKD-EPI 2021' },
} as const;

export const RenalRow = Row.extend({
  estimate: z.enum(['cockcroft-gault', 'ckd-epi']),
  /** The row holds from this value on, in the unit of the estimate (mL/min; mL/min/1.73 m2 for CKD-EPI). */
  from: z.number().nonnegative(),
  below: z.number().positive(),
  /** Soon where absent; a contraindication is for today. */
  urgency: z.enum(['now', 'soon']).optional(),
  /** The largest dose of a day at this function; one above it is for today. */
  mostMgPerDay: z.number().positive().optional(),
});
export type RenalRow = z.infer<typeof RenalRow>;

export const PregnancyRow = Row.extend({ urgency: z.enum(['now', 'soon', 'routine']) });
export type PregnancyRow = z.infer<typeof PregnancyRow>;

export const ConditionRow = Row.extend({
  /** Codes of conditions of the record. */
  conditions: z.array(z.string()).min(1),
  urgency: z.enum(['now', 'soon', 'routine']),
});
export type ConditionRow = z.infer<typeof ConditionRow>;

export const ClassRow = z.strictObject({
  /** What two of one class are called: `two opioids`. */
  about: z.string().min(1),
  atc: z.array(z.string()).min(1),
  says: z.string().min(1),
  grade: z.string().min(1),
  section: z.string().min(1),
  verified: z.boolean(),
  urgency: z.enum(['now', 'soon', 'routine']),
});
export type ClassRow = z.infer<typeof ClassRow>;

/** What the label says of the liver. A row that nobody held against the label makes no line, so there is none here. */
export const LiverRow = Row.extend({ verified: z.literal(true) });
export type LiverRow = z.infer<typeof LiverRow>;

export const TaperRow = z.strictObject({
  atc: z.array(z.string()).min(1),
  /** A whole sentence with `{drug}`. */
  says: z.string().min(1),
  section: z.string().min(1),
  verified: z.boolean(),
});
export type TaperRow = z.infer<typeof TaperRow>;

export const LabelFile = KnowledgeHeader.extend({
  renal: z.array(RenalRow),
  pregnancy: z.array(PregnancyRow),
  conditions: z.array(ConditionRow),
  liver: z.array(LiverRow),
  qt: z.array(Row),
  duplicates: z.array(ClassRow),
  tapers: z.array(TaperRow),
});
export type LabelFile = z.infer<typeof LabelFile>;
export type LabelRow = z.infer<typeof Row>;
