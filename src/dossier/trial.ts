import { z } from 'zod';
import { canonicalJson, sha256 } from './canonical.ts';
import { DateTime } from './code.ts';
import type { Entry } from './entry.ts';

/**
 * What a randomisation could have drawn. Letters of a schedule: `A` comparison, `B` treatment, `-` washout (nothing given).
 * - `pairs`: cycles of two periods, each AB or BA by its own draw.
 * - `phases`: one order of phases; the days of change are drawn, no phase shorter than `minimumDays`.
 * - `baselines`: for what cannot be taken away again: several tiers (settings, complaints), each from A to B once; which
 *   tier begins when is drawn, each start within a window of its own.
 */
export const TrialDesign = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pairs'),
    /** A plan needs three; of a table that came without one two are read too. */
    cycles: z.int().min(2).max(30),
    periodDays: z.int().min(1).max(60),
    washoutDays: z.int().min(0).max(30).default(0),
  }),
  z.object({
    type: z.literal('phases'),
    order: z.enum(['AB', 'ABA', 'ABAB', 'ABABAB']),
    days: z.int().min(6).max(400),
    minimumDays: z.int().min(3).max(60),
  }),
  z.object({
    type: z.literal('baselines'),
    tiers: z.array(z.string().trim().min(1).max(80)).min(2).max(6),
    days: z.int().min(10).max(400),
    /** Days of A that the first tier has at least. */
    firstStart: z.int().min(3).max(200),
    /** Length of the window of one tier; the windows follow each other. */
    windowDays: z.int().min(1).max(30),
  }),
]);
export type TrialDesign = z.infer<typeof TrialDesign>;

const words = z.string().trim().min(1).max(400);

/** All that is decided before day 1. Numbers of the measure are points of its own scale. */
export const TrialPlan = z.object({
  title: words,
  /** B and A in words. */
  treatment: words,
  comparison: words,
  design: TrialDesign,
  /** First days of each period that are lived through and not analysed, because the one before may act on. */
  lagDays: z.int().min(0).max(30).default(0),
  /** Code of the diary's question: `pain`. */
  measure: z.string().trim().min(1).max(80),
  better: z.enum(['lower', 'higher']).default('lower'),
  range: z.tuple([z.number(), z.number()]).default([0, 10]),
  /** Smallest benefit that is worth having, in points. */
  worthwhile: z.number().positive().optional(),
  alternative: z.enum(['two-sided', 'treatment-better']).default('two-sided'),
  /** Half-life of what the period before leaves behind, in days; 0: no carry-over in the model. */
  carryOverHalfLifeDays: z.number().min(0).max(30).default(1),
  /** The seed of every draw: same seed, same schedule, same numbers. */
  seed: z.string().min(1).max(80),
  blinding: words.default('open'),
  /** Share of days with an answer below which the trial is told to be thin. */
  leastAnsweredPercent: z.number().min(0).max(100).default(70),
  /** A side effect of this size on so many days in a row ends the trial. */
  sideEffect: z
    .object({
      measure: z.string().trim().min(1).max(80),
      stopAt: z.number(),
      days: z.int().min(1).max(14).default(2),
    })
    .optional(),
});
export type TrialPlan = z.infer<typeof TrialPlan>;

/** Content of an entry of type `trial`: the plan, frozen with its draw. */
export const FrozenTrial = z.object({
  form: z.literal('trial'),
  plan: TrialPlan,
  /** One line of letters a tier; one letter a day. */
  schedule: z.array(z.string().regex(/^[AB-]+$/)).min(1),
  startDay: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** SHA-256 of the canonical plan, schedule and start. */
  hash: z.string().length(64),
  frozenAt: DateTime,
  /** Ended before its last day: from this day on nothing counts. */
  stopped: z.object({ day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), reason: words }).optional(),
});
export type FrozenTrial = z.infer<typeof FrozenTrial>;

/** SHA-256 of what was decided: the seal of a frozen trial. */
export function sealOf({ plan, schedule, startDay }: Pick<FrozenTrial, 'plan' | 'schedule' | 'startDay'>): string {
  return sha256(canonicalJson({ plan: TrialPlan.parse(plan), schedule, startDay }));
}

/** A trial with the entry that keeps it. */
export interface KeptTrial extends FrozenTrial {
  entry: Entry;
}

/** Trials that stand. Entries that were followed by others must be left out of what is given. */
export function trialsOf(entries: readonly Entry[]): KeptTrial[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'trial') return [];
    const parsed = FrozenTrial.safeParse(entry.content);
    return parsed.success ? [{ ...parsed.data, entry }] : [];
  });
}

/** Calendar day `after` days from a start: `2026-03-01`. */
export function dayAfter(start: string, after: number): string {
  return new Date(Date.parse(`${start}T00:00:00Z`) + after * 86_400_000).toISOString().slice(0, 10);
}
