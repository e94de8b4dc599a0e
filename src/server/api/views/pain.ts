import { z } from 'zod';
import type { PainCourse } from '../../../report/pain/course.ts';
import type { Driver } from '../../../report/pain/drivers.ts';
import type { PainPicture } from '../../../report/pain/picture.ts';
import { BodyFigureView } from './plots.ts';
import { safetyLine } from './safety.ts';
import { viewOf } from './view.ts';

const toAsk = z.object({ say: z.string(), form: z.string().optional() });
const evidence = z.object({
  says: z.enum(['for', 'against', 'question', 'unclear']),
  statement: z.string(),
  accuracy: z.string().optional(),
  source: z.string(),
  verified: z.boolean(),
  finding: z.string(),
  time: z.string().optional(),
});

const DriverView = viewOf<Driver>()(
  z.object({
    domain: z.string(),
    title: z.string(),
    remark: z.string(),
    known: z.array(
      z.object({
        finding: z.string(),
        name: z.string(),
        value: z.string(),
        time: z.string().optional(),
        reference: z.string(),
        reliability: z.string(),
        doubt: z.string().optional(),
      }),
    ),
    missing: z.array(toAsk),
    plan: z.array(z.object({ id: z.string(), about: z.string(), action: z.string() })),
  }),
);

const CourseView = viewOf<PainCourse>()(
  z.object({
    width: z.number(),
    height: z.number(),
    described: z.string(),
    levels: z.array(z.object({ y: z.number(), text: z.string() })),
    days: z.array(z.object({ x: z.number(), text: z.string(), anchor: z.enum(['start', 'end']) })),
    series: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        points: z.array(
          z.object({ x: z.number(), y: z.number(), words: z.string(), time: z.string(), why: z.string() }),
        ),
      }),
    ),
    bars: z.array(
      z.object({
        label: z.string(),
        detail: z.string(),
        x: z.number(),
        width: z.number(),
        y: z.number(),
        open: z.boolean(),
        why: z.string(),
      }),
    ),
    barsLeftOut: z.number(),
    events: z.array(
      z.object({ x: z.number(), number: z.number(), label: z.string(), day: z.string(), why: z.string() }),
    ),
  }),
);

/** The pain room's own part: where it hurts, what speaks for which mechanism, what may drive it, its course. */
export const PainView = viewOf<PainPicture>()(
  z.object({
    redFlags: z.array(safetyLine.extend({ form: z.string().optional() })),
    figure: BodyFigureView.optional(),
    mechanisms: z.array(z.object({ mechanism: z.string(), lines: z.array(evidence), missing: z.array(toAsk) })),
    classes: z.array(
      z.object({
        code: z.string(),
        display: z.string(),
        chosen: z.object({ is: z.boolean(), finding: z.string(), time: z.string().optional() }).optional(),
        lines: z.array(evidence),
      }),
    ),
    drivers: z.array(DriverView),
    course: CourseView.optional(),
  }),
);
