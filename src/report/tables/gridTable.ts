import { dayOf, numberForReader, unitForReader, valueForReader } from '../../dossier/words.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import type { RoomView } from '../roomViews/view.ts';
import { nameOf } from './findingCells.ts';
import { matrixTable } from './matrixTable.ts';
import { placeKey } from './place.ts';
import { type Cell, cell, noteOf, type TableModel } from './table.ts';

type Grid = Extract<RoomView, { type: 'grid' }>;

/** More places than this make a page too wide: then places are the rows. */
const mostColumns = 8;

/**
 * Many measures at few places: a row for each measure, a column for each place. What a place needs to be read with stands
 * in the last row, what all places need once below. Every value opens its own chain.
 */
export function gridTable(
  id: string,
  view: Grid,
  findings: readonly FindingView[],
  model: ReportModel,
  book: Notebook,
): TableModel {
  const places = placesOf(findings);
  const measures = measuresOf(view, findings);
  if (places.length > mostColumns) {
    const columns = measures.map(({ code, display }) => ({ header: display, measures: [code] }));
    return matrixTable(id, { type: 'matrix', title: view.title, row: 'Region', columns }, findings, model, book);
  }
  const days = new Set(findings.map((one) => dayOf(one.finding.time)));
  const dated = days.size > 1;
  const notes = places.map((place) =>
    book.refs(
      place.views.flatMap((one) => one.finding.issues),
      place.name,
    ),
  );
  const shared = notes[0]!.filter((n) => places.length > 1 && notes.every((refs) => refs.includes(n)));
  const own = notes.map((refs) => refs.filter((n) => !shared.includes(n)));
  return {
    id,
    kind: 'matrix',
    title: view.title,
    ...(dated || days.has('undated') ? {} : { day: [...days][0]! }),
    columns: [
      { header: view.row, align: 'start' },
      ...places.map((place) => ({
        header: dated ? `${place.name}, ${place.days}` : place.name,
        align: 'end' as const,
      })),
    ],
    rows: [
      ...measures.map(({ code, display }) => {
        const values = places.map(({ views }) => views.find((one) => one.finding.measure.code === code));
        const unit = sharedUnit(values);
        return {
          cells: [
            cell(display, { aside: unit === undefined ? [] : [unitForReader(unit)] }),
            ...values.map((one) => (one === undefined ? cell('') : valueCell(one, unit))),
          ],
          findings: values.flatMap((one) => (one === undefined ? [] : [one.finding.id])),
        };
      }),
      ...(own.some((refs) => refs.length > 0)
        ? [
            {
              cells: [
                cell('Notes'),
                ...own.map((refs) => cell('', { quiet: true, issues: refs.map((n) => noteOf(n, book)) })),
              ],
              findings: [],
            },
          ]
        : []),
    ],
    shared: shared.map((n) => noteOf(n, book)),
    remarks: [],
    folds: [],
  };
}

function valueCell({ finding, place }: FindingView, unit: string | undefined): Cell {
  const words = valueForReader(finding);
  const { value } = finding;
  return cell(unit !== undefined && value.type === 'quantity' ? numberForReader(value.value, unit) : words, {
    finding: finding.id,
    label: `${words}, why: ${nameOf(finding)}${finding.site || place === undefined ? '' : `, ${place}`}`,
  });
}

function placesOf(findings: readonly FindingView[]): { name: string; days: string; views: FindingView[] }[] {
  return [...Map.groupBy(findings, placeKey).values()]
    .map((views) => ({
      name: views[0]!.place ?? 'whole image',
      days: [...new Set(views.map((one) => dayOf(one.finding.time)))].join(', '),
      views,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function measuresOf({ measures }: Grid, findings: readonly FindingView[]): { code: string; display: string }[] {
  const named = new Map(findings.map(({ finding }) => [finding.measure.code, finding.measure.display]));
  return measures.flatMap((code) => (named.has(code) ? [{ code, display: named.get(code)! }] : []));
}

/** Undefined where the row has no unit, or several. */
function sharedUnit(values: readonly (FindingView | undefined)[]): string | undefined {
  const units = new Set(
    values.flatMap((one) => (one?.finding.value.type === 'quantity' ? [one.finding.value.unit] : [])),
  );
  const [unit] = units;
  return units.size === 1 && unit !== '1' ? unit : undefined;
}
