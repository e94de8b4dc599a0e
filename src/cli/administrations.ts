import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument } from '../forms/instrument.ts';
import { readColumns } from '../intake/answers/columns.ts';
import { loadFormNames } from '../intake/answers/formNames.ts';
import { responsesOf } from '../intake/answers/responses.ts';
import type { Table } from '../intake/table/csv.ts';
import type { Administration } from '../psychosocial/scoreRows.ts';

/**
 * The administrations of a table by the same reader that an import uses: one row each (`item1` ..., `phq9_1` ...), a
 * REDCap export, or one row an answer. Forms without scoring rules are left out. `asOf`: the day of today, against which
 * later dates are flagged.
 */
export function administrationsOf(
  table: Pick<Table, 'columns' | 'rows' | 'lines' | 'ragged'>,
  instruments: readonly Instrument[],
  asOf: string,
  chosen?: Instrument,
): Administration[] {
  const forms = loadFormNames();
  const form = chosen && forms.find(({ id }) => id === chosen.id);
  const columns = readColumns(table.columns, forms, form);
  return responsesOf(table, columns, forms, form ? { chosen: form, keepEmpty: true } : {}).flatMap((one) => {
    const instrument = instruments.find(({ id }) => id === one.form?.id);
    if (instrument === undefined) return [];
    const { patient, at, line, value, issues } = one;
    // The command says the line by itself; undated rows are common in tables and told only where a date cannot be read.
    const own = issues.filter(({ code, message }) => code !== 'answers-undated' || !message.includes('carry no date'));
    const placed = own.map(({ place, ...rest }) =>
      place === one.place || place === undefined ? rest : { ...rest, place },
    );
    return [
      { id: patient || null, instrument, at, line, response: value, issues: [...placed, ...dateIssues(at, asOf)] },
    ];
  });
}

function dateIssues(at: string | undefined, asOf: string): Issue[] {
  if (at === undefined || at.slice(0, 10) <= asOf) return [];
  const message = `The answers are dated ${at.slice(0, 10)}, after ${asOf}; no change is computed from them.`;
  return [issue('error', 'response-future', message, { remedy: 'Correct the date in the source.' })];
}
