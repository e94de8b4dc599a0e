import { z } from 'zod';
import { Consulted } from '../../../dossier/run.ts';
import type { DeviationPicture } from '../../../report/brain/deviationPicture.ts';
import type { CurvePlot } from '../../../report/curvePlot.ts';
import type { RoomPage } from '../../../report/roomPage.ts';
import { PainView } from './pain.ts';
import { PsychosocialView } from './psychosocial.ts';
import { TableView } from './table.ts';
import { TrialOut } from './trial.ts';
import { IssueOut, viewOf } from './view.ts';

const chart = z.object({
  title: z.string(),
  caption: z.string(),
  drawing: z.object({
    width: z.number(),
    height: z.number(),
    described: z.string(),
    rects: z.array(
      z.object({
        x: z.number(),
        y: z.number(),
        width: z.number(),
        height: z.number(),
        fill: z.string(),
        words: z.string(),
      }),
    ),
    lines: z.array(z.object({ points: z.string(), strong: z.boolean() })),
    dots: z.array(z.object({ x: z.number(), y: z.number(), words: z.string(), latest: z.boolean() })),
    texts: z.array(
      z.object({ x: z.number(), y: z.number(), text: z.string(), anchor: z.enum(['start', 'middle', 'end']) }),
    ),
  }),
});

const DeviationView = viewOf<DeviationPicture>()(
  z.object({
    regions: chart,
    curves: z.array(chart),
    disorders: z.object({ says: z.string(), source: z.string(), maps: z.array(chart) }),
  }),
);

const CurveOut = viewOf<CurvePlot>()(
  z.object({
    artifact: z.string(),
    title: z.string(),
    caption: z.string(),
    panels: z.array(
      z.object({
        described: z.string(),
        yTitle: z.string(),
        xTitle: z.string(),
        xTicks: z.array(z.object({ x: z.number(), text: z.string() })),
        yTicks: z.array(z.object({ y: z.number(), text: z.string() })),
        series: z.array(
          z.object({
            words: z.string(),
            as: z.enum(['dots', 'open-dots', 'line', 'dashes', 'thin-line']),
            points: z.array(z.object({ x: z.number(), y: z.number() })),
          }),
        ),
      }),
    ),
  }),
);

/** Everything that one room says: tables, pictures, cautions, methods, and the room's own part. */
export const RoomPageView = viewOf<RoomPage>()(
  z.object({
    room: z.string(),
    title: z.string(),
    quality: z.array(IssueOut),
    sources: z.array(
      z.object({
        id: z.string(),
        number: z.number(),
        what: z.string(),
        day: z.string(),
        description: z.string().optional(),
        path: z.string(),
      }),
    ),
    runs: z.array(
      z.object({
        id: z.string(),
        analysis: z.string(),
        version: z.string(),
        title: z.string(),
        methodPage: z.string().optional(),
        limits: z.array(z.string()).optional(),
      }),
    ),
    packs: z.array(Consulted),
    findings: z.number(),
    tables: z.array(TableView),
    rest: TableView.optional(),
    pictures: z.array(
      z.object({
        artifact: z.string(),
        title: z.string(),
        day: z.string(),
        caption: z.string(),
        legend: z.array(z.object({ name: z.string(), color: z.string() })),
      }),
    ),
    curves: z.array(CurveOut),
    notes: z.array(IssueOut),
    issues: z.array(IssueOut),
    methods: z.array(z.string()),
    pain: PainView.optional(),
    deviations: DeviationView.optional(),
    psychosocial: PsychosocialView.optional(),
    trials: z.array(TrialOut).optional(),
  }),
);
