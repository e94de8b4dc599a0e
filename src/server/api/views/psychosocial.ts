import { z } from 'zod';
import type { PsychosocialView as View } from '../../../report/psychosocial/view.ts';
import { viewOf } from './view.ts';

const stated = z.object({ words: z.string(), finding: z.string() });

const panel = z.object({
  code: z.string(),
  title: z.string(),
  domain: z.string().optional(),
  described: z.string(),
  unit: z.string(),
  worse: z.enum(['higher', 'lower']),
  range: z.tuple([z.number(), z.number()]),
  bands: z.array(z.object({ from: z.number(), to: z.number(), label: z.string(), current: z.boolean() })),
  points: z.array(
    z.object({
      day: z.string(),
      ms: z.number(),
      value: z.number(),
      words: z.string(),
      band: z.string().optional(),
      finding: z.string(),
    }),
  ),
  latest: z.object({ words: z.string(), band: z.string().optional(), day: z.string(), finding: z.string() }),
  noise: z.object({ low: z.number(), high: z.number(), words: z.string() }).optional(),
  important: z.array(z.object({ at: z.number(), words: z.string() })),
  states: z.array(stated),
  beside: z.array(stated),
  cautions: z.array(z.string()),
});

const measure = z.object({
  code: z.string(),
  title: z.string(),
  described: z.string(),
  low: z.number(),
  high: z.number(),
  answers: z.array(z.object({ ms: z.number(), minutes: z.number().optional(), value: z.number() })),
  days: z.array(
    z.object({
      ms: z.number(),
      day: z.string(),
      mean: z.number(),
      least: z.number(),
      most: z.number(),
      answers: z.number(),
    }),
  ),
  parts: z.array(
    z.object({
      name: z.enum(['night', 'morning', 'afternoon', 'evening']),
      fromHour: z.number(),
      mean: z.number(),
      answers: z.number(),
    }),
  ),
  numbers: z.array(
    z.object({ title: z.string(), words: z.string(), interval: z.string().optional(), finding: z.string() }),
  ),
});

/** Profile, scores over time and diary. */
export const PsychosocialView = viewOf<View>()(
  z.object({
    profile: z.array(z.object({ domain: z.string(), title: z.string(), panels: z.array(z.string()) })),
    unasked: z.array(z.string()),
    panels: z.array(panel),
    diary: z
      .object({
        from: z.string(),
        to: z.string(),
        fromMs: z.number(),
        toMs: z.number(),
        prompts: z.object({ asked: z.number(), answered: z.number() }),
        measures: z.array(measure),
        relations: z.array(stated),
        thinned: z.number().optional(),
      })
      .optional(),
  }),
);
