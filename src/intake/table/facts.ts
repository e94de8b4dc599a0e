import type { Code } from '../../dossier/code.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { dateOfCell, numberOfCell, type Table } from './csv.ts';
import type { Mapping } from './mapping.ts';

type FactDraft = Draft['facts'][number];

/** Facts of the rows of one patient (or of all rows), as a mapping reads them. Cells that cannot be read become issues. */
export function factsOfRows(table: Table, rows: readonly number[], mapping: Mapping): FactDraft[] {
  const facts: FactDraft[] = [];
  for (const row of rows) {
    const cell = (column: string) => (table.rows[row]![table.columns.indexOf(column)] ?? '').trim();
    const place = `line ${table.lines[row]}`;
    const stated = mapping.date ? cell(mapping.date.column) : '';
    const at = stated === '' ? undefined : dateOfCell(stated);
    for (const measure of mapping.measures) {
      const text = cell(measure.value.column);
      const code = codeOf(measure.code, cell);
      if (text === '' || code === undefined) continue;
      const unit =
        measure.unit === undefined ? '' : typeof measure.unit === 'string' ? measure.unit : cell(measure.unit.column);
      const issues: Issue[] = [];
      if (at === undefined) issues.push(undated(stated, place));
      facts.push({
        place,
        type: 'observation',
        code,
        value: factValue(text, unit, place, issues),
        ...rangeOf(measure, cell, place, issues),
        ...(at !== undefined && { at }),
        status: 'completed',
        isEvent: false,
        issues,
      });
    }
  }
  return facts;
}

/** Limits and flag of the laboratory. A limit that is no number is said and left out. */
function rangeOf(
  { low, high, flag }: Mapping['measures'][number],
  cell: (column: string) => string,
  place: string,
  issues: Issue[],
): Pick<FactDraft, 'referenceRange' | 'interpretation'> {
  const limit = (column: { column: string } | undefined) => {
    const text = column ? cell(column.column) : '';
    const value = text === '' ? undefined : numberOfCell(text);
    if (text !== '' && value === undefined) {
      issues.push(issue('warning', 'range-unreadable', `The limit "${text.slice(0, 40)}" is no number.`, { place }));
    }
    return value;
  };
  const [lowest, highest, stated] = [limit(low), limit(high), flag ? cell(flag.column) : ''];
  return {
    ...(lowest === undefined && highest === undefined
      ? {}
      : {
          referenceRange: {
            ...(lowest === undefined ? {} : { low: lowest }),
            ...(highest === undefined ? {} : { high: highest }),
          },
        }),
    ...(stated === '' ? {} : { interpretation: [{ system: 'table', code: stated, display: stated }] }),
  };
}

function codeOf(code: Mapping['measures'][number]['code'], cell: (column: string) => string): Code | undefined {
  if ('code' in code) return code;
  const value = cell(code.column);
  if (value === '') return undefined;
  return { system: code.system, code: value, display: (code.display && cell(code.display)) || value };
}

function factValue(text: string, unit: string, place: string, issues: Issue[]): NonNullable<FactDraft['value']> {
  const compared = /^(<=|>=|<|>)\s*(.+)$/.exec(text);
  const value = numberOfCell(compared?.[2] ?? text);
  if (value === undefined) return { type: 'text', text };
  if (unit === '') {
    issues.push(issue('warning', 'unit-missing', 'The value has no unit.', { place, remedy: 'Map a unit to it.' }));
  }
  const comparator = compared?.[1] as '<' | undefined;
  return { type: 'quantity', value, unit, ...(comparator && { comparator }) };
}

/** A date that is absent or can be read in two ways. */
export function undated(stated: string, place: string, code = 'fact-undated'): Issue {
  const message =
    stated === '' ? 'There is no date.' : `The date "${stated.slice(0, 40)}" is not ISO 8601 (2024-12-31).`;
  return issue('warning', code, message, { place, remedy: 'Give the date as year-month-day.' });
}
