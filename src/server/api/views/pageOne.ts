import { z } from 'zod';
import { Consulted } from '../../../dossier/run.ts';
import type { KeyLine, PageOne, SubjectLine } from '../../../report/pageOne.ts';
import { PlanLineView } from './planLine.ts';
import { BandPlotView, BodyFigureView, ClassScaleView, TrendPlotView } from './plots.ts';
import { SafetyGroupView } from './safety.ts';
import { ReferenceView } from './table.ts';
import { IssueOut, links, viewOf } from './view.ts';

export const SubjectLineView = viewOf<SubjectLine>()(
  z.object({
    id: z.string(),
    label: z.string(),
    identifiers: z.array(z.object({ value: z.string(), systems: z.array(z.string()) })),
    birthDate: z.string().optional(),
    sex: z.string().optional(),
    question: z.string().optional(),
    composite: z.boolean(),
    synthetic: z.boolean(),
    stamps: z.array(z.string()),
    notes: z.array(z.string()),
    oneOfSeveral: z.boolean(),
  }),
);

const KeyLineView = viewOf<KeyLine>()(
  z.object({
    id: z.string(),
    measure: z.string(),
    name: z.string(),
    place: z.string().optional(),
    among: z.number().optional(),
    time: z.string().optional(),
    value: z.string(),
    range: z.string().optional(),
    number: z.object({ value: z.number(), text: z.string(), unit: z.string() }).optional(),
    reason: z.string().optional(),
    plot: z.union([BandPlotView, ClassScaleView]).optional(),
    trend: TrendPlotView.optional(),
    reference: ReferenceView,
    reliability: z.string(),
    caution: IssueOut.optional(),
    moreCautions: z.number(),
    doubt: z.string().optional(),
  }),
);

/** Page one: what the printed report says on it. */
export const PageOneView = viewOf<PageOne>()(
  z.object({
    subject: SubjectLineView,
    asOf: z.string(),
    planRun: z.string(),
    signed: z.object({ status: z.enum(['draft', 'signed', 'signed-but-outdated', 'amended']), words: z.string() }),
    safety: z.object({ groups: z.array(SafetyGroupView), remark: z.string() }),
    sentences: z.array(z.object({ text: z.string(), links })),
    present: z.array(
      z.object({
        what: z.string(),
        count: z.number(),
        when: z.array(z.string()),
        words: z.string(),
        sources: z.array(z.string()),
      }),
    ),
    absent: z.array(IssueOut),
    key: z.array(KeyLineView),
    keyFolded: z.array(KeyLineView),
    painFigure: BodyFigureView.optional(),
    plan: z.array(PlanLineView),
    medicationDoubt: z.object({ words: z.string(), ids: z.array(z.string()) }).optional(),
    quality: z.array(IssueOut),
    rooms: z.array(
      z.object({
        room: z.string(),
        title: z.string(),
        findings: z.number(),
        cautions: z.number(),
        pictures: z.array(z.string()),
      }),
    ),
    program: z.object({ name: z.string(), version: z.string() }),
    consulted: z.array(Consulted.extend({ number: z.number(), date: z.string().optional() })),
  }),
);
