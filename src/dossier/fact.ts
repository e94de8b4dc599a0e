import { z } from 'zod';
import { Code, DateTime } from './code.ts';
import { Issue } from './issue.ts';

export const FactType = z.enum([
  'diagnosis',
  'medication',
  'medication-list', // somebody reviewed the list as a whole, at a date; an empty list can be a statement too
  'allergy',
  'observation', // laboratory value, vital sign, survey score that came with the record
  'response', // answers to one questionnaire at one time
  'procedure', // event: surgery, dose given
  'encounter',
  'implant',
  'pregnancy',
  'sex',
  'birth-date',
  'family-history',
  'referral', // the question asked
]);
export type FactType = z.infer<typeof FactType>;

export const FactStatus = z.enum(['active', 'stopped', 'completed', 'planned', 'entered-in-error', 'unknown']);
export type FactStatus = z.infer<typeof FactStatus>;

/** One answer. `value` is the number that was stated; `code` the answer code where no number was; never a guess. */
export const Answer = z.object({
  /** Item number or linkId as the source gave it. */
  item: z.string().min(1),
  code: Code.optional(),
  value: z.number().optional(),
  answerCode: Code.optional(),
  text: z.string().optional(),
  /** Nobody answered it: the form's own scoring expression gives it. */
  calculated: z.literal(true).optional(),
});
export type Answer = z.infer<typeof Answer>;

export const FactValue = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('quantity'),
    value: z.number(),
    unit: z.string(),
    comparator: z.enum(['<', '<=', '>', '>=']).optional(),
  }),
  z.object({ type: z.literal('code'), code: Code }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('date'), date: DateTime }),
  z.object({
    type: z.literal('response'),
    /** Instrument as the source names it: canonical URL, LOINC panel, or short name. */
    instrument: Code,
    answers: z.array(Answer),
    /** Total that the source itself states, kept for cross-checking. */
    statedTotal: z.number().optional(),
    /** What the form itself asks, in its order, where the source brings the form: no wording. */
    form: z
      .object({
        url: z.string().optional(),
        version: z.string().optional(),
        items: z.array(z.object({ item: z.string().min(1), code: Code.optional() })),
      })
      .optional(),
  }),
  z.object({
    type: z.literal('medication'),
    /** Ingredient or product codes as stated (RxNorm, ATC). */
    codes: z.array(Code),
    dose: z.object({ value: z.number(), unit: z.string() }).optional(),
    /** Daily number of doses, when stated. */
    perDay: z.number().optional(),
    asNeeded: z.boolean().optional(),
    /** Who said so, where the source tells: the person, not a prescriber. */
    statedBy: z.literal('patient').optional(),
    overTheCounter: z.boolean().optional(),
    /** Why it was stopped and how it worked, in the source's own words. */
    stopReason: z.string().optional(),
    response: z.string().optional(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('components'),
    components: z.array(z.object({ code: Code, value: z.number(), unit: z.string() })),
  }),
]);
export type FactValue = z.infer<typeof FactValue>;

/**
 * A coded statement read from a source, normalised in unit but never inferred.
 * A fact with a period that changes the body (surgery, dose given, visit) is an *event*: `isEvent` is true.
 */
export const Fact = z.object({
  kind: z.literal('fact'),
  /** contentId('fact', everything but the id) */
  id: z.string().min(1),
  subject: z.string().min(1),
  source: z.string().min(1),
  /** Where in the source: `Bundle.entry[12]`, `line 7`, `OBX|3`. */
  place: z.string(),
  type: FactType,
  code: Code,
  /** Other codes of the same concept that the source gave. */
  codes: z.array(Code).optional(),
  value: FactValue.optional(),
  /** When it was true or measured. */
  at: DateTime.optional(),
  period: z.object({ start: DateTime.optional(), end: DateTime.optional() }).optional(),
  /** When somebody stated or last confirmed it. */
  statedAt: DateTime.optional(),
  status: FactStatus,
  isEvent: z.boolean(),
  laterality: z.enum(['left', 'right', 'both']).optional(),
  /** Part of the body that it is about, as the source codes or names it. */
  bodySite: z.array(Code).optional(),
  referenceRange: z
    .object({ low: z.number().optional(), high: z.number().optional(), text: z.string().optional() })
    .optional(),
  /** The source's own flags (H, L, A), kept as stated. */
  interpretation: z.array(Code).optional(),
  issues: z.array(Issue),
});
export type Fact = z.infer<typeof Fact>;
