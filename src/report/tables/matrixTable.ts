import type { Finding } from '../../dossier/finding.ts';
import { dayOf, numberForReader, unitForReader, valueForReader } from '../../dossier/words.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import type { Column, RoomView } from '../roomViews/view.ts';
import { trendPlot } from '../trendPlot.ts';
import { nameOf, setReason } from './findingCells.ts';
import { placeKey } from './place.ts';
import { type Cell, cell, noteOf, type TableModel } from './table.ts';

type Matrix = Extract<RoomView, { type: 'matrix' }>;

/**
 * One row for each place, one column for each measure. Every value opens its own chain. A unit that a whole column
 * shares stands in its head, a day that the whole table shares in its caption, notes of every row once below.
 */
export function matrixTable(
  id: string,
  view: Matrix,
  findings: readonly FindingView[],
  model: ReportModel,
  book: Notebook,
): TableModel {
  const all = rowsOf(findings, view.columns[0].measures);
  const folded = view.foldRefused === undefined ? [] : refusedRows(all);
  const rows = all.filter((row) => !folded.includes(row));
  const wholes = wholesOf(view, findings);
  const days = [...new Set(findings.map((one) => dayOf(one.finding.time)))];
  const dated = days.length > 1;
  const units = view.columns.map((column) => sharedUnit(column, findings));
  const filled = rows.map((row) =>
    view.columns.map((column, c) => cellOf(column, row.views, wholes, { unit: units[c], dated })),
  );
  const kept = view.columns.flatMap((_, c) => (filled.some((cells) => cells[c] !== undefined) ? [c] : []));
  const notes = rows.map((row) => {
    const issues = row.views.flatMap((one) => one.finding.issues);
    return book.refs(issues, row.name);
  });
  for (const row of folded)
    book.refs(
      row.views.flatMap((one) => one.finding.issues),
      row.name,
    );
  const shared = notes[0].filter((n) => rows.length > 1 && notes.every((refs) => refs.includes(n)));
  const own = notes.map((refs) => refs.filter((n) => !shared.includes(n)));
  const withNotes = own.some((refs) => refs.length > 0);
  const doubt = model.medicationDoubt;
  const doubtful = findings.some((one) => doubt?.ids.has(one.finding.id));
  return {
    id,
    kind: 'matrix',
    title: view.title,
    ...(dated || days[0] === 'undated' ? {} : { day: days[0] }),
    columns: [
      { header: view.row, align: 'start' },
      ...kept.map((c) => {
        const { header, percentOf } = view.columns[c];
        const unit = units[c];
        const numbers = percentOf !== undefined || unit !== undefined;
        return {
          header,
          align: numbers ? ('end' as const) : ('start' as const),
          ...(unit ? { unit: unitForReader(unit) } : {}),
        };
      }),
      ...(withNotes ? [{ header: 'Notes', align: 'start' as const, notes: true as const }] : []),
    ],
    rows: rows.map((row, r) => ({
      cells: [
        cell(row.name),
        ...kept.map((c) => filled[r][c] ?? cell('')),
        ...(withNotes ? [cell('', { quiet: true, issues: own[r].map((n) => noteOf(n, book)) })] : []),
      ],
      findings: row.views.map((one) => one.finding.id),
    })),
    shared: shared.map((n) => noteOf(n, book)),
    remarks: [],
    ...(doubtful && doubt ? { doubt: doubt.words } : {}),
    folds:
      view.foldRefused === undefined || folded.length === 0
        ? []
        : [
            {
              text: view.foldRefused,
              items: folded.map((row) => ({ text: row.name, finding: row.views[0]!.finding.id })),
            },
          ],
  };
}

/** Rows that hold nothing but refusals; none when that would be all of the table. */
function refusedRows<T extends { views: readonly FindingView[] }>(rows: readonly T[]): readonly T[] {
  const refused = rows.filter(({ views }) => views.every((one) => one.finding.value.type === 'refused'));
  return refused.length === rows.length ? [] : refused;
}

/** Rows in the order of the first column's measures, then by name. */
function rowsOf(
  findings: readonly FindingView[],
  firstMeasures: readonly string[],
): { name: string; views: FindingView[] }[] {
  const rows = new Map<string, { name: string; views: FindingView[] }>();
  for (const view of findings) {
    const { finding, place } = view;
    const key = placeKey(view);
    const row = rows.get(key) ?? { name: place ?? finding.measure.display, views: [] };
    row.views.push(view);
    rows.set(key, row);
  }
  const rankOf = (views: readonly FindingView[]) => {
    const ranks = views.map((one) => firstMeasures.indexOf(one.finding.measure.code)).filter((at) => at >= 0);
    return Math.min(...ranks, firstMeasures.length);
  };
  return [...rows.values()]
    .map((row) => ({ ...row, rank: rankOf(row.views) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Findings that a share is taken of, by measure and time. */
function wholesOf(view: Matrix, findings: readonly FindingView[]): ReadonlyMap<string, Finding> {
  const asked = new Set(view.columns.flatMap(({ percentOf }) => percentOf ?? []));
  const wholes = new Map<string, Finding>();
  for (const { finding } of findings) {
    const key = `${finding.measure.code}|${finding.time ?? ''}`;
    if (asked.has(finding.measure.code) && !wholes.has(key)) wholes.set(key, finding);
  }
  return wholes;
}

/** Undefined when the place has nothing for this column. */
function cellOf(
  column: Column,
  row: readonly FindingView[],
  wholes: ReadonlyMap<string, Finding>,
  { unit, dated }: { unit: string | undefined; dated: boolean },
): Cell | undefined {
  const view = row.find((one) => column.measures.includes(one.finding.measure.code));
  if (view === undefined) return undefined;
  const { finding } = view;
  if (column.says) {
    const words = sayings(finding, column.says.issues);
    return words.length === 0 ? undefined : cell(words.join('. '), { quiet: true });
  }
  if (column.percentOf !== undefined) {
    const percent = shareOf(finding, wholes.get(`${column.percentOf}|${finding.time ?? ''}`));
    return percent === undefined ? undefined : cell(numberForReader(percent));
  }
  const { value } = finding;
  const words = valueForReader(finding);
  return cell(unit !== undefined && value.type === 'quantity' ? numberForReader(value.value, unit) : words, {
    finding: finding.id,
    label: `${words}, why: ${nameOf(finding)}`,
    sub: column.withUncertainty ? spanWords(finding) : [],
    trend: column.withCourse ? trendPlot(nameOf(finding), view.course, unit ?? unitOf(finding)) : undefined,
    aside: [
      ...(column.withBand && finding.norm?.band ? [finding.norm.band] : []),
      ...setReason(finding),
      ...(dated && !column.undated && finding.time !== undefined ? [dayOf(finding.time)] : []),
    ],
  });
}

function unitOf({ value }: Finding): string {
  return value.type === 'quantity' ? value.unit : '1';
}

function shareOf(finding: Finding, of: Finding | undefined): number | undefined {
  if (of === undefined || of.id === finding.id) return undefined;
  if (finding.value.type !== 'quantity' || of.value.type !== 'quantity') return undefined;
  if (finding.value.unit !== of.value.unit || of.value.value <= 0) return undefined;
  return (100 * finding.value.value) / of.value.value;
}

function sharedUnit(column: Column, findings: readonly FindingView[]): string | undefined {
  if (column.says !== undefined || column.percentOf !== undefined) return undefined;
  const units = findings.flatMap(({ finding }) =>
    column.measures.includes(finding.measure.code) && finding.value.type === 'quantity' ? [finding.value.unit] : [],
  );
  return units.length > 0 && units[0] !== '1' && new Set(units).size === 1 ? units[0] : undefined;
}

function spanWords({ uncertainty, value }: Finding): string[] {
  if (uncertainty?.low === undefined || uncertainty.high === undefined || value.type !== 'quantity') return [];
  const [low, high] = [numberForReader(uncertainty.low, value.unit), numberForReader(uncertainty.high, value.unit)];
  return uncertainty.type === 'smallest-real-change'
    ? [`real change: below ${low} or above ${high}`]
    : [`${low} to ${high}`];
}

function sayings(finding: Finding, codes: readonly string[]): string[] {
  const messages = finding.issues
    .filter((one) => codes.includes(one.code))
    .map((one) => one.message.split(/[:(]/)[0].trim());
  const last = finding.evidence?.at(-1);
  return [...(last ? [`${last.place}${last.says ? `: ${last.says}` : ''}`] : []), ...messages];
}
