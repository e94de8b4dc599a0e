import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { readTable, type Table } from '../table/csv.ts';
import { readColumns } from './columns.ts';
import { diaryColumns, promptsOf } from './diary.ts';
import { isDictionary, readDictionary } from './dictionary.ts';
import { loadFormNames } from './formNames.ts';
import { responsesOf } from './responses.ts';
import { sniffAnswers } from './sniff.ts';

/**
 * Answers to questionnaires as a table: one answer a row (instrument, item, answer), one form a row (`phq9_1` ...), a
 * REDCap export with or without its data dictionary, or a diary.
 */
export const answersFormat: Format<Table> = {
  id: 'answers',
  sniff: sniffAnswers,
  read: readAnswers,
  assemble(pieces) {
    const dictionaries = pieces.filter(({ piece }) => isDictionary(piece.columns));
    const issues: Issue[] = [];
    const used = new Set<string>();
    const drafts = pieces
      .filter((one) => !dictionaries.includes(one))
      .flatMap(({ path, piece }) => {
        const beside = dictionaries.find((one) => folderOf(one.path) === folderOf(path)) ?? dictionaries[0];
        const own = beside && fits(beside.piece, piece) ? beside : undefined;
        if (own) used.add(own.path);
        return draftsOf(path, piece, own);
      });
    for (const { path } of dictionaries) {
      if (used.has(path)) continue;
      const remedy = 'Put it beside the export that it describes.';
      issues.push(
        issue('info', 'dictionary-alone', 'No answers go with this data dictionary.', { place: path, remedy }),
      );
    }
    return { drafts, issues };
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

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** A dictionary describes a table when most of its fields are columns there; checkboxes are several columns. */
function fits(dictionary: Table, table: Table): boolean {
  const bases = new Set(table.columns.map((name) => name.split('___')[0]));
  const known = dictionary.rows.filter((row) => bases.has((row[0] ?? '').trim())).length;
  return known * 2 > dictionary.rows.length;
}

function draftsOf(path: string, table: Table, beside: { path: string; piece: Table } | undefined): Draft[] {
  const diary = diaryColumns(table.columns);
  const forms = loadFormNames();
  const columns = readColumns(table.columns, forms);
  const dictionary = beside && readDictionary(beside.piece);
  const answered = columns.forms.length > 0 || columns.long !== undefined || columns.ofRow.length > 0;
  const responses = answered ? responsesOf(table, columns, forms, dictionary ? { dictionary } : {}) : [];
  const prompts = diary && promptsOf(table, diary);
  const patientColumn = answered ? columns.patient : (diary?.patient ?? -1);
  const column = table.columns[patientColumn];
  // Fields that name people leave with the export; they are no part of what is known of the answers.
  const kept = table.columns.filter((name) => !dictionary?.identifiers.has(name));
  const form = columns.long ? 'long' : columns.redcap ? 'redcap' : answered ? 'wide' : 'diary';
  const draft = (facts: Draft['facts'], locator: Record<string, string>, issues: Issue[]): Draft => ({
    source: {
      format: 'answers',
      locator,
      path,
      modality: 'answers',
      metadata: { columns: kept, form, responses: facts.length },
      issues: [...issues, ...(prompts?.issues ?? [])],
    },
    files: [path, ...(beside ? [beside.path] : [])],
    facts,
    regions: [],
  });
  const facts = new Map<string, Draft['facts']>();
  for (const { patient, place, value, at, issues } of responses) {
    const own = facts.get(patient) ?? [];
    facts.set(patient, own);
    own.push({
      place,
      type: 'response',
      code: value.instrument,
      value,
      ...(at !== undefined && { at, statedAt: at }),
      status: 'completed',
      isEvent: false,
      issues,
    });
  }
  for (const [patient, own] of prompts?.facts ?? []) facts.set(patient, [...(facts.get(patient) ?? []), ...own]);
  if (facts.size === 0) {
    const remedy = 'Check that the columns for instrument, item and answer are filled.';
    return [draft([], {}, [issue('warning', 'answers-empty', 'The table holds no answer.', { place: path, remedy })])];
  }
  return [...facts].map(([patient, own]): Draft => {
    if (patient === '' || column === undefined) return draft(own, {}, []);
    return { claim: { system: 'answers:patient', value: patient }, ...draft(own, { column, patient }, []) };
  });
}
