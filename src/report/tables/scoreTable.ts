import { numberForReader, quantityForReader, valueForReader } from '../../dossier/words.ts';
import type { FindingView } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { trendPlot } from '../trendPlot.ts';
import { nameOf, opens, referenceCell, reliabilityWords, whenWords } from './findingCells.ts';
import { unitOf } from './findingTable.ts';
import { type Cell, cell, noteRefs, type TableModel } from './table.ts';

const changeSuffix = '.change';

/** Scores with bands, course and, in the same row, the change since the answer before (`<measure>.change`). */
export function scoreTable(id: string, title: string, views: readonly FindingView[], book: Notebook): TableModel {
  const changes = new Map(
    views.flatMap((view) => {
      const { code } = view.finding.measure;
      return code.endsWith(changeSuffix) ? [[code.slice(0, -changeSuffix.length), view] as const] : [];
    }),
  );
  const codes = new Set(views.map((view) => view.finding.measure.code));
  const isShownWithItsScore = ({ finding: { measure } }: FindingView) =>
    measure.code.endsWith(changeSuffix) && codes.has(measure.code.slice(0, -changeSuffix.length));
  const rows = views
    .filter((view) => !isShownWithItsScore(view))
    .map((view) => {
      const { finding, course } = view;
      const change = changes.get(finding.measure.code);
      return {
        cells: [
          cell(finding.measure.display, { sub: [whenWords(finding)] }),
          cell(valueForReader(finding), opens(finding)),
          referenceCell(finding),
          cell(courseWords(view), {
            quiet: true,
            trend: trendPlot(finding.measure.display, course, unitOf(finding)),
            change: change && change !== view ? changeOf(change) : undefined,
          }),
          cell(reliabilityWords(finding), {
            quiet: true,
            issues: noteRefs([...finding.issues, ...(change?.finding.issues ?? [])], book),
          }),
        ],
        findings: [finding.id, ...(change && change !== view ? [change.finding.id] : [])],
      };
    });
  return {
    id,
    kind: 'scores',
    title,
    columns: ['Scale', 'Score', 'Bands', 'Course and change', 'Reliability'].map((header) => ({
      header,
      align: 'start',
    })),
    rows,
    shared: [],
    remarks: [],
    folds: [],
  };
}

function courseWords({ finding, course }: FindingView): string {
  if (course.length === 0) return finding.value.type === 'refused' ? '' : 'answered once';
  const values = course.map((point) => point.value);
  const unit = unitOf(finding);
  return `${course.length} answers, ${numberForReader(Math.min(...values), unit)} to ${quantityForReader(Math.max(...values), unit)}`;
}

function changeOf({ finding }: FindingView): NonNullable<Cell['change']> {
  const { value, norm } = finding;
  return {
    text:
      value.type === 'quantity'
        ? `${value.value > 0 ? '+' : ''}${quantityForReader(value.value, value.unit)}`
        : 'not assessed',
    ...(norm?.band ? { band: norm.band } : {}),
    finding: finding.id,
    label: nameOf(finding),
  };
}
