import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { readTable, type Table } from '../table/csv.ts';
import { answerColumns } from './columns.ts';
import { responsesOf } from './responses.ts';
import { sniffAnswers } from './sniff.ts';

/** Answers to questionnaires as a table: one answer a row (instrument, item, answer), or one form a row (`phq9_1` ...). */
export const answersFormat: Format<Table> = {
  id: 'answers',
  sniff: sniffAnswers,
  read: readAnswers,
  assemble(pieces) {
    const drafts = pieces.flatMap(({ path, piece }) => draftsOf(path, piece));
    return { drafts, issues: [] };
  },
};

const answersBytes = 16 * 2 ** 20;

async function readAnswers(file: InputFile, limits: Limits): Promise<Read<Table>> {
  if (file.bytes > answersBytes) {
    const message = `The table has ${file.bytes} bytes; answers of one patient take far less.`;
    return { refused: issue('error', 'answers-too-large', message, { remedy: 'Export the patient alone.' }) };
  }
  const read = await readTable(file, limits);
  return 'refused' in read ? read : { piece: read.table, issues: read.issues };
}

function draftsOf(path: string, table: Table): Draft[] {
  const columns = answerColumns(table.columns);
  if (!columns) return [];
  const responses = responsesOf(table, columns);
  const column = table.columns[columns.patient];
  const draft = (facts: Draft['facts'], locator: Record<string, string>, issues: Issue[]): Draft => ({
    source: {
      format: 'answers',
      locator,
      path,
      modality: 'answers',
      metadata: { columns: table.columns, form: columns.form, responses: facts.length },
      issues,
    },
    files: [path],
    facts,
    regions: [],
  });
  if (responses.size === 0) {
    const remedy = 'Check that the columns for instrument, item and answer are filled.';
    return [draft([], {}, [issue('warning', 'answers-empty', 'The table holds no answer.', { place: path, remedy })])];
  }
  return [...responses].map(([patient, facts]): Draft => {
    if (patient === '' || column === undefined) return draft(facts, {}, []);
    return { claim: { system: 'answers:patient', value: patient }, ...draft(facts, { column, patient }, []) };
  });
}
