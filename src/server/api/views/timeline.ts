import { z } from 'zod';
import type { Timeline } from '../../../report/timeline/model.ts';
import { viewOf } from './view.ts';

const range = z.object({ low: z.number().optional(), high: z.number().optional(), text: z.string().optional() });

const thing = z.object({
  id: z.string(),
  ids: z.array(z.string()),
  lane: z.string(),
  label: z.string(),
  detail: z.string().optional(),
  why: z.string(),
  value: z.string().optional(),
  status: z.string().optional(),
});

const series = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  points: z.array(
    z.object({
      time: z.string(),
      atMs: z.number(),
      value: z.number(),
      text: z.string(),
      comparator: z.enum(['<', '<=', '>', '>=']).optional(),
      range: range.optional(),
      flag: z.string().optional(),
      why: z.string(),
    }),
  ),
  range: range.optional(),
  bands: z.array(z.object({ from: z.number(), to: z.number(), label: z.string() })).optional(),
  reference: z.string().optional(),
});

/** Everything of one subject that has a date, on one axis; and what has none. */
export const TimelineView = viewOf<Timeline>()(
  z.object({
    asOf: z.string(),
    lanes: z.array(
      z.object({
        id: z.string(),
        group: z.enum([
          'imaging',
          'genome',
          'questionnaires',
          'laboratory',
          'vitals',
          'medications',
          'events',
          'findings',
          'documents',
          'entries',
        ]),
        title: z.string(),
        items: z.number(),
        series: z.array(series),
      }),
    ),
    items: z.array(
      thing.extend({
        start: z.string(),
        end: z.string().optional(),
        precision: z.enum(['year', 'month', 'day', 'time']),
        fromMs: z.number(),
        toMs: z.number(),
        startUnknown: z.literal(true).optional(),
        openEnd: z.enum(['ongoing', 'unknown']).optional(),
        reported: z.literal(true).optional(),
        future: z.literal(true).optional(),
        problem: z.string().optional(),
      }),
    ),
    undated: z.array(thing.extend({ reason: z.string().optional() })),
    span: z.object({ fromMs: z.number(), toMs: z.number() }).optional(),
  }),
);
