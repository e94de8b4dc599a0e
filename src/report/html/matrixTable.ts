import type { Finding } from '../../dossier/finding.ts';
import { dayOf, numberForReader, unitForReader, valueForReader } from '../../dossier/words.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import type { Column, RoomView } from '../roomViews.ts';
import { html, type Markup } from './markup.ts';
import { noteRefs } from './notes.ts';
import { nameOf } from './why.ts';

type Matrix = Extract<RoomView, { type: 'matrix' }>;

/**
 * One row for each place, one column for each measure. Every value is the link to its own trace. A unit that a whole
 * column shares stands in its head, a day that the whole table shares in its caption, notes of every row once below.
 */
export function matrixTable(
  view: Matrix,
  findings: readonly FindingView[],
  model: ReportModel,
  book: Notebook,
): Markup {
  const rows = rowsOf(findings, view.columns[0].measures);
  const columns = view.columns.filter((column) =>
    rows.some((row) => cellOf(column, row.views, findings) !== undefined),
  );
  const days = [...new Set(findings.map((one) => dayOf(one.finding.time)))];
  const dated = days.length > 1;
  const rowNotes = rows.map((row) =>
    book.refs(
      row.views.flatMap((one) => one.finding.issues),
      row.name,
    ),
  );
  const shared = rowNotes[0].filter((n) => rows.length > 1 && rowNotes.every((notes) => notes.includes(n)));
  const own = rowNotes.map((notes) => notes.filter((n) => !shared.includes(n)));
  const withNotes = own.some((notes) => notes.length > 0);
  const units = columns.map((column) => sharedUnit(column, findings));
  const doubt = model.medicationDoubt;
  const doubtful = findings.some((one) => doubt?.ids.has(one.finding.id));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${view.title}"><table class="matrix"><caption>${view.title}${dated || days[0] === 'undated' ? '' : `, ${days[0]}`}</caption><thead><tr><th scope="col">${view.row}</th>${columns.map((column, i) => html`<th scope="col">${column.header}${units[i] ? `, ${unitForReader(units[i])}` : ''}</th>`)}${withNotes ? html`<th scope="col">Notes</th>` : undefined}</tr></thead><tbody>${rows.map(
    (row, r) =>
      html`<tr><th scope="row">${row.name}</th>${columns.map((column, c) => html`<td>${cellOf(column, row.views, findings)?.(units[c], dated)}</td>`)}${withNotes ? html`<td class="small">${noteRefs(own[r], book)}</td>` : undefined}</tr>`,
  )}</tbody></table></div>${shared.length > 0 ? html`<p class="small">Every row of this table: note${shared.length > 1 ? 's' : ''} ${noteRefs(shared, book)}.</p>` : undefined}${doubtful ? html`<p class="doubt">${doubt?.words}</p>` : undefined}`;
}

/** Rows in the order of the first column's measures, then by name. */
function rowsOf(
  findings: readonly FindingView[],
  firstMeasures: readonly string[],
): { name: string; views: FindingView[] }[] {
  const rows = new Map<string, { name: string; views: FindingView[] }>();
  for (const view of findings) {
    const { finding, place } = view;
    const key = [finding.region ?? finding.site?.code ?? finding.measure.code, finding.laterality, finding.reader].join(
      '|',
    );
    const row = rows.get(key) ?? { name: place ?? finding.measure.display, views: [] };
    row.views.push(view);
    rows.set(key, row);
  }
  const rank = (row: { views: FindingView[] }) => {
    const ranks = row.views.map((one) => firstMeasures.indexOf(one.finding.measure.code)).filter((at) => at >= 0);
    return Math.min(...ranks, firstMeasures.length);
  };
  return [...rows.values()].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

type Cell = (sharedUnit: string | undefined, dated: boolean) => Markup;

/** Undefined when the place has nothing for this column. */
function cellOf(column: Column, row: readonly FindingView[], all: readonly FindingView[]): Cell | undefined {
  const view = row.find((one) => column.measures.includes(one.finding.measure.code));
  if (view === undefined) return undefined;
  const { finding } = view;
  if (column.says) {
    const words = sayings(finding, column.says.issues);
    return words.length === 0 ? undefined : () => html`<span class="small">${words.join('. ')}</span>`;
  }
  if (column.percentOf !== undefined) {
    const percent = shareOf(finding, column.percentOf, all);
    return percent === undefined ? undefined : () => html`${numberForReader(percent)}`;
  }
  return (unit, dated) =>
    html`<a class="val" href="#why-${finding.id}" aria-label="${valueForReader(finding)}, why: ${nameOf(finding)}">${unit !== undefined && finding.value.type === 'quantity' ? numberForReader(finding.value.value, unit) : valueForReader(finding)}</a>${column.withUncertainty ? spanWords(finding) : undefined}${finding.value.type === 'set' && finding.value.reason ? html` <span class="small">${finding.value.reason}</span>` : undefined}${dated && finding.time !== undefined ? html` <span class="small">${dayOf(finding.time)}</span>` : undefined}`;
}

function shareOf(finding: Finding, whole: string, all: readonly FindingView[]): number | undefined {
  const of = all.find((one) => one.finding.measure.code === whole && one.finding.time === finding.time)?.finding;
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

function spanWords({ uncertainty, value }: Finding): Markup | undefined {
  if (uncertainty?.low === undefined || uncertainty.high === undefined || value.type !== 'quantity') return undefined;
  const [low, high] = [numberForReader(uncertainty.low, value.unit), numberForReader(uncertainty.high, value.unit)];
  return uncertainty.type === 'smallest-real-change'
    ? html`<br><span class="small">real change: below ${low} or above ${high}</span>`
    : html`<br><span class="small">${low} to ${high}</span>`;
}

function sayings(finding: Finding, codes: readonly string[]): string[] {
  const messages = finding.issues
    .filter((one) => codes.includes(one.code))
    .map((one) => one.message.split(/[:(]/)[0].trim());
  const last = finding.evidence?.at(-1);
  return [...(last ? [`${last.place}${last.says ? `: ${last.says}` : ''}`] : []), ...messages];
}
