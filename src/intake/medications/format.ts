import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { readTable, type Table } from '../table/csv.ts';
import { medicationColumns } from './columns.ts';
import { medicationsOf } from './rows.ts';
import { sniffMedications } from './sniff.ts';

/** A medication list as a table: `medication,dose,unit,perDay,status,date`, names or RxNorm or ATC codes. */
export const medicationsFormat: Format<Table> = {
  id: 'medications',
  sniff: sniffMedications,
  read: readMedications,
  assemble: (pieces) => ({ drafts: pieces.flatMap(({ path, piece }) => draftsOf(path, piece)), issues: [] }),
};

const listBytes = 4 * 2 ** 20;

async function readMedications(file: InputFile, limits: Limits): Promise<Read<Table>> {
  if (file.bytes > listBytes) {
    const message = `The list has ${file.bytes} bytes; the medicines of one patient take far less.`;
    return { refused: issue('error', 'medications-too-large', message, { remedy: 'Export the patient alone.' }) };
  }
  const read = await readTable(file, limits);
  return 'refused' in read ? read : { piece: read.table, issues: read.issues };
}

function draftsOf(path: string, table: Table): Draft[] {
  const columns = medicationColumns(table.columns);
  if (!columns) return [];
  const lists = medicationsOf(table, columns);
  const told = (columns.unread ?? []).map((name) =>
    issue(
      'warning',
      'medication-column-unread',
      `Nothing is known of the column "${name.slice(0, 40)}": it was not read.`,
      {
        place: path,
        remedy: 'See whether it says how often, how much or until when; name such columns perDay, dose, end.',
      },
    ),
  );
  const draft = (facts: Draft['facts'], locator: Record<string, string>, issues: Issue[]): Draft => ({
    source: {
      format: 'table',
      locator,
      path,
      modality: 'record',
      description: 'medication list',
      metadata: { columns: table.columns, rows: table.rows.length, medications: facts.length },
      issues: [...told, ...issues],
    },
    files: [path],
    facts,
    regions: [],
  });
  if (lists.size === 0) {
    const message = 'The list names no medicine: that does not say that none is taken.';
    const remedy = 'State an empty list in the record if no medicine is taken.';
    return [draft([], {}, [issue('warning', 'medications-empty', message, { place: path, remedy })])];
  }
  return [...lists].map(([patient, facts]): Draft => {
    if (patient === '') return draft(facts, {}, []);
    return { claim: { system: 'medications:patient', value: patient }, ...draft(facts, { patient }, []) };
  });
}
