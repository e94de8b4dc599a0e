import { z } from 'zod';
import type { TrialView } from '../../../report/nof1/view.ts';
import { viewOf } from './view.ts';

const day = z.string();

/** A trial with its schedule, the answers so far and what they say. */
export const TrialOut = viewOf<TrialView>()(
  z.object({
    id: z.string(),
    title: z.string(),
    treatment: z.string(),
    comparison: z.string(),
    measure: z.string(),
    better: z.enum(['lower', 'higher']),
    blinding: z.string(),
    startDay: day,
    endDay: day,
    days: z.number(),
    hash: z.string(),
    frozenAt: z.string(),
    author: z.string(),
    stopped: z.object({ day, reason: z.string() }).optional(),
    tiers: z.array(
      z.object({
        name: z.string(),
        stretches: z.array(
          z.object({ letter: z.enum(['A', 'B', '-']), from: z.number(), days: z.number(), fromDay: day, toDay: day }),
        ),
        points: z.array(z.object({ day: z.number(), value: z.number() })),
        meanA: z.number().optional(),
        meanB: z.number().optional(),
      }),
    ),
    range: z.tuple([z.number(), z.number()]),
    results: z.array(
      z.object({
        code: z.string(),
        title: z.string(),
        words: z.string(),
        interval: z.string().optional(),
        finding: z.string(),
      }),
    ),
    issues: z.array(
      z.object({
        severity: z.enum(['info', 'warning', 'error']),
        code: z.string(),
        message: z.string(),
        remedy: z.string().optional(),
      }),
    ),
    mustEnd: z.boolean(),
    described: z.string(),
  }),
);
