import { z } from 'zod';
import { Code } from '../dossier/code.ts';
import { Condition } from './condition.ts';

/** `verified`: its source is cited and the value was read in a text that states it. What is not is never shown as a band. */
const Sourced = { source: z.string().min(1), verified: z.boolean() };

const Stated = z.object({ statement: z.string().min(1), ...Sourced });

/** Who a person may be held beside: people at large, people of a pain clinic or of a practice, people with the illness. */
export const Group = z.enum(['general-population', 'pain-clinic', 'primary-care', 'clinical']);
export type Group = z.infer<typeof Group>;

/** What a group scores. Numbers only where its source states them; `reaching`: the share that reaches a score, per cent. */
const Reference = Stated.extend({
  group: Group.optional(),
  mean: z.number().optional(),
  sd: z.number().positive().optional(),
  n: z.int().positive().optional(),
  reaching: z.array(z.object({ from: z.number(), percent: z.number().positive().lt(100) })).default([]),
});
export type Reference = z.infer<typeof Reference>;

/** A difference that people notice, as published: points, or a share of the earlier score. */
const Important = Stated.extend({
  points: z.number().positive().optional(),
  percent: z.number().positive().optional(),
});

const Bands = z.array(z.object({ from: z.number(), to: z.number(), label: z.string().min(1) }));

/** What a scale is about, for a profile of the person. */
export const Domain = z.enum([
  'pain',
  'pain-mechanism',
  'function',
  'quality-of-life',
  'depression',
  'mania',
  'anxiety',
  'obsession',
  'trauma',
  'stress',
  'coping',
  'sleep',
  'fatigue',
  'somatic-symptoms',
  'substance',
  'self-harm',
]);
export type Domain = z.infer<typeof Domain>;

const numbers = z.array(z.int().positive()).min(1);

/**
 * One block of a score: `sum`, `mean`, `max` of its items, or the `count` of those at `countFrom` or above, times a factor.
 * `missingAtMost`: how many may be missing; the mean of the answered ones then stands for them. 0: no score.
 */
const Part = z.object({
  items: numbers,
  method: z.enum(['sum', 'mean', 'max', 'count']),
  countFrom: z.number().optional(),
  times: z.number().positive().default(1),
  missingAtMost: z.int().nonnegative().default(0),
});
export type Part = z.infer<typeof Part>;

export const Scale = z
  .object({
    /** Measure code of the finding: `phq-9.total`. */
    code: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
    display: z.string().min(1),
    domain: Domain.optional(),
    items: numbers,
    /** `parts`: the sum of `parts`. `value-set`: looked up in a country's value set, which nobody ships. */
    method: z.enum(['sum', 'mean', 'max', 'count', 'parts', 'value-set']),
    countFrom: z.number().optional(),
    /** Factor of the whole score: 2 where a short form is read on the scale of the long one. */
    times: z.number().positive().default(1),
    parts: z.array(Part).min(1).optional(),
    unit: z.string().min(1),
    range: z.tuple([z.number(), z.number()]),
    worse: z.enum(['higher', 'lower']),
    codes: z.array(Code).default([]),
    missingAtMost: z.int().nonnegative(),
    missingSource: z.string().min(1),
    /** Whether the rule for missing items was read in a text that states it; a score by another rule has no band. */
    missingVerified: z.boolean().default(false),
    bands: Bands.default([]),
    bandsSource: z.string().optional(),
    bandsVerified: z.boolean().default(false),
    /** Noise of one score: SD and reliability, or the published standard error (docs/methods/questionnaires.md). */
    change: z
      .object({
        sd: z.number().positive().optional(),
        reliability: z.number().gt(0).lt(1).optional(),
        reliabilityType: z.enum(['retest', 'alpha']).optional(),
        standardError: z.number().positive().optional(),
        population: z.string().min(1),
        ...Sourced,
      })
      .refine((change) => change.standardError !== undefined || (change.sd && change.reliability), {
        error: 'needs SD and reliability, or the standard error',
      })
      .optional(),
    /** Differences that people notice, as published; they are printed, never mixed with the smallest real change. */
    important: z.array(Important).default([]),
    /** What other groups score: the person's score is held beside each (references.ts). */
    references: z.array(Reference).default([]),
    /** Published words for a course: a fall of that share, a score that low, a score at which one counts as a case. */
    response: z.object({ percent: z.number().positive(), ...Sourced }).optional(),
    remission: z.object({ atMost: z.number(), ...Sourced }).optional(),
    caseness: z.object({ from: z.number(), ...Sourced }).optional(),
    /** Table that turns the raw score into a T-score (mean 50, SD 10), and the bands of T. */
    tScore: z
      .object({
        table: z.string().min(1),
        /** Of the T-score: the raw score has none. */
        codes: z.array(Code).default([]),
        bands: Bands,
        bandsSource: z.string().min(1),
        bandsVerified: z.boolean(),
      })
      .optional(),
  })
  .superRefine((scale, context) => {
    if ((scale.method === 'parts') !== (scale.parts !== undefined)) context.addIssue('parts belong to method "parts"');
    if (scale.method === 'count' && scale.countFrom === undefined) context.addIssue('a count needs countFrom');
    if (scale.bands.length > 0 && scale.bandsSource === undefined) context.addIssue('bands need their source');
    const inParts = scale.parts?.flatMap((part) => part.items);
    if (inParts && [...inParts].sort(byValue).join() !== [...scale.items].sort(byValue).join()) {
      context.addIssue(`${scale.code}: its parts do not hold its items`);
    }
  });
export type Scale = z.infer<typeof Scale>;

const byValue = (a: number, b: number) => a - b;

/** A class that follows from scores and answers: the first case whose condition holds. */
export const Verdict = z.object({
  /** Measure code of the finding: `start-back.group`. */
  code: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
  display: z.string().min(1),
  domain: Domain.optional(),
  cases: z.array(z.object({ when: Condition, code: z.string().min(1), label: z.string().min(1) })).default([]),
  otherwise: z.object({ code: z.string().min(1), label: z.string().min(1) }).optional(),
  /** Instead of cases: the answers to these items side by side, such as 11212. */
  profile: numbers.optional(),
  ...Sourced,
});
export type Verdict = z.infer<typeof Verdict>;
