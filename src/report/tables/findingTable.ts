import type { Finding } from '../../dossier/finding.ts';
import { valueForReader } from '../../dossier/words.ts';
import type { KeyFinding } from '../keyFindings.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { trendPlot } from '../trendPlot.ts';
import { opens, referenceCell, reliabilityWords, setReason, whenWords } from './findingCells.ts';
import { cell, noteRefs, type TableModel, type TableRow } from './table.ts';

/**
 * The general table: what, value, where it stands in its reference, how reliable. Any measure can stand in it.
 * `brief` is page one: only the first caution of each finding, and no source of the reliability figures.
 */
export function findingTable(
  id: string,
  title: string,
  views: readonly (FindingView | KeyFinding)[],
  model: ReportModel,
  book: Notebook,
  brief = false,
): TableModel {
  return {
    id,
    kind: 'findings',
    title,
    columns: ['Finding', 'Value', 'Reference and course', 'Reliability'].map((header) => ({ header, align: 'start' })),
    rows: views.map((view) => rowOf(view, model, book, brief)),
    shared: [],
    remarks: [],
    folds: [],
  };
}

function rowOf(view: FindingView | KeyFinding, model: ReportModel, book: Notebook, brief: boolean): TableRow {
  const { finding, place, course } = view;
  const doubtful = model.medicationDoubt?.ids.has(finding.id) === true;
  const trend = trendPlot(finding.measure.display, course, unitOf(finding));
  const cautions = finding.issues.filter((one) => one.code !== 'no-norm');
  const shown = brief ? ('caution' in view && view.caution ? [view.caution] : []) : finding.issues;
  const more = brief && shown.length > 0 ? cautions.length - shown.length : 0;
  return {
    cells: [
      cell(finding.measure.display, { sub: [...placeWords(view, place), whenWords(finding)] }),
      cell(valueForReader(finding), { sub: [...rangeWords(view), ...setReason(finding)], ...opens(finding) }),
      referenceCell(finding, { trend }),
      cell(reliabilityWords(finding, brief), {
        quiet: true,
        issues: noteRefs(shown, book),
        more: more > 0 ? more : undefined,
        doubt: doubtful ? model.medicationDoubt?.words : undefined,
      }),
    ],
    findings: [finding.id],
    ...(doubtful ? { doubtful } : {}),
  };
}

/** Lowest and highest value of a score. */
function rangeWords(view: FindingView | KeyFinding): string[] {
  return 'range' in view && view.range ? [`of ${view.range[0]} to ${view.range[1]}`] : [];
}

/** The place, and that it is the highest of several where it was chosen as such. */
export function placeWords(view: FindingView | KeyFinding, place: string | undefined): string[] {
  const among = 'among' in view && view.among ? `, the highest of ${view.among}` : '';
  return place ? [`${place}${among}`] : [];
}

export function unitOf({ value }: Finding): string {
  return value.type === 'quantity' ? value.unit : '1';
}
