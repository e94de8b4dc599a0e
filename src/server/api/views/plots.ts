import { z } from 'zod';
import type { BandPlot } from '../../../report/bandPlot.ts';
import type { ClassScale } from '../../../report/classScale.ts';
import type { BodyFigure } from '../../../report/pain/bodyFigure.ts';
import type { TrendPlot } from '../../../report/trendPlot.ts';
import { viewOf } from './view.ts';

export const BandPlotView = viewOf<BandPlot>()(
  z.object({
    type: z.literal('band'),
    described: z.string(),
    bands: z.array(
      z.object({ x: z.number(), width: z.number(), labelX: z.number(), words: z.string(), current: z.boolean() }),
    ),
    interval: z.object({ from: z.number(), to: z.number(), words: z.string() }).optional(),
    dots: z.array(z.object({ x: z.number(), words: z.string() })),
  }),
);

export const ClassScaleView = viewOf<ClassScale>()(
  z.object({
    type: z.literal('classes'),
    described: z.string(),
    classes: z.array(z.object({ label: z.string(), possible: z.boolean() })),
    remark: z.string().optional(),
  }),
);

export const TrendPlotView = viewOf<TrendPlot>()(
  z.object({
    type: z.literal('trend'),
    described: z.string(),
    points: z.array(
      z.object({
        x: z.number(),
        y: z.number(),
        time: z.string(),
        value: z.number(),
        words: z.string(),
        latest: z.boolean(),
      }),
    ),
    labels: z.array(
      z.object({
        x: z.number(),
        y: z.number(),
        text: z.string(),
        anchor: z.enum(['start', 'middle', 'end']),
        latest: z.boolean(),
      }),
    ),
  }),
);

export const BodyFigureView = viewOf<BodyFigure>()(
  z.object({
    frame: z.object({ width: z.number(), height: z.number() }),
    regions: z.array(
      z.object({
        code: z.string(),
        view: z.enum(['front', 'back']),
        part: z.string(),
        side: z.enum(['left', 'right']).optional(),
        item: z.number(),
        points: z.string(),
      }),
    ),
    maps: z.array(
      z.object({
        finding: z.string(),
        time: z.string().optional(),
        words: z.string(),
        painful: z.array(z.string()),
        notAsked: z.array(z.string()),
        drawn: z.boolean(),
        counts: z.array(z.object({ name: z.string(), value: z.string(), finding: z.string() })),
      }),
    ),
  }),
);
