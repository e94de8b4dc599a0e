import { z } from 'zod';
import type { NoteRef, Reference, TableModel } from '../../../report/tables/table.ts';
import { BandPlotView, ClassScaleView, TrendPlotView } from './plots.ts';
import { viewOf } from './view.ts';

export const ReferenceView = viewOf<Reference>()(
  z.object({
    type: z.enum(['named', 'none', 'refused']),
    text: z.string(),
    band: z.string().optional(),
    centile: z.string().optional(),
  }),
);

const NoteView = viewOf<NoteRef>()(
  z.object({ note: z.number(), severity: z.enum(['info', 'warning', 'error']), text: z.string() }),
);

const CellView = z.object({
  text: z.string(),
  quiet: z.literal(true).optional(),
  sub: z.array(z.string()).optional(),
  aside: z.array(z.string()).optional(),
  finding: z.string().optional(),
  label: z.string().optional(),
  issues: z.array(NoteView).optional(),
  more: z.number().optional(),
  reference: ReferenceView.optional(),
  plot: z.union([BandPlotView, ClassScaleView]).optional(),
  trend: TrendPlotView.optional(),
  change: z
    .object({ text: z.string(), band: z.string().optional(), finding: z.string(), label: z.string() })
    .optional(),
  doubt: z.string().optional(),
  rows: z.number().optional(),
  columns: z.number().optional(),
});

/** A table of a room: what the printed report and the live page draw. */
export const TableView = viewOf<TableModel>()(
  z.object({
    id: z.string(),
    kind: z.enum(['matrix', 'scores', 'guidance', 'findings']),
    title: z.string(),
    day: z.string().optional(),
    columns: z.array(
      z.object({
        header: z.string(),
        align: z.enum(['start', 'end']),
        unit: z.string().optional(),
        notes: z.literal(true).optional(),
      }),
    ),
    rows: z.array(
      z.object({
        cells: z.array(CellView),
        findings: z.array(z.string()),
        doubtful: z.literal(true).optional(),
        other: z.literal(true).optional(),
        heading: z.literal(true).optional(),
      }),
    ),
    shared: z.array(NoteView),
    remarks: z.array(z.string()),
    doubt: z.string().optional(),
    folds: z.array(z.object({ text: z.string(), items: z.array(z.object({ text: z.string(), finding: z.string() })) })),
  }),
);
