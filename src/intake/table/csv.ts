import { CsvError, parse } from 'csv-parse/sync';
import { isCalendarDay } from '../../dossier/dateTime.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { InputFile, Limits } from '../format.ts';
import { encodingOf } from '../text.ts';
import { csvOptions, tableDelimiter } from './sniff.ts';

/** A table with one header row. All rows have one cell a column. */
export interface Table {
  delimiter: string;
  columns: string[];
  rows: string[][];
  /** Line number of each row in the file, for places. */
  lines: number[];
  /** Lines of the rows that had another number of cells than the header: what stands in them may have slipped. */
  ragged?: ReadonlySet<number>;
}

/** Larger tables belong into a database, not into memory. */
const tableBytes = 64 * 2 ** 20;

/**
 * Reads a whole table under limits: bytes, length of a line, number of columns. Cells stay text as they are.
 * Rows of another width than the header are padded or cut, with an issue; nothing is evaluated.
 */
export async function readTable(
  file: InputFile,
  limits: Limits,
): Promise<{ table: Table; issues: Issue[] } | { refused: Issue }> {
  const split = 'Split the table, or export only the columns and rows that are needed.';
  if (file.bytes > tableBytes) {
    return { refused: issue('error', 'table-too-large', `The table has ${file.bytes} bytes.`, { remedy: split }) };
  }
  const bytes = await file.readAll();
  const issues: Issue[] = [];
  let text: string;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('windows-1252').decode(bytes);
    const message = 'The table is not UTF-8; it was read as Windows-1252. Letters with accents may be wrong.';
    issues.push(issue('warning', 'table-encoding', message, { remedy: 'Save it again as CSV UTF-8.' }));
  }
  const delimiter = tableDelimiter(text.slice(0, 4096)) ?? ',';
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      ...csvOptions,
      delimiter,
      info: true,
      max_record_size: Math.min(limits.lineBytes, 2 ** 24),
    }) as unknown as { record: string[]; info: { lines: number } }[];
  } catch (error) {
    const reason = error instanceof CsvError ? error.code.toLowerCase().replaceAll('_', ' ') : 'it is no table';
    const remedy = 'Save it again as CSV; check for a quote that is not closed.';
    return { refused: issue('error', 'table-invalid', `The table cannot be read: ${reason}.`, { remedy }) };
  }
  const header = records.shift()?.record ?? [];
  if (header.length > limits.tableColumns) {
    const message = `The table has ${header.length} columns; at most ${limits.tableColumns} are read.`;
    return { refused: issue('error', 'table-too-wide', message, { remedy: split }) };
  }
  const ragged = records.filter(({ record }) => record.length !== header.length);
  if (ragged.length > 0) {
    const message = `${ragged.length} rows have another number of cells than the header.`;
    const place = `line ${ragged[0]!.info.lines}`;
    issues.push(issue('warning', 'table-ragged', message, { place, remedy: 'Check these rows for stray delimiters.' }));
  }
  const rows = records.map(({ record }) => header.map((_, index) => record[index] ?? ''));
  const formulas = rows.flat().filter((cell) => /^\s*[=@+-]/.test(cell) && Number.isNaN(Number(cell))).length;
  if (formulas > 0) {
    const message = `${formulas} cells begin like spreadsheet formulas; they are kept as text.`;
    issues.push(issue('info', 'table-formula', message, { remedy: 'Do not open exports of them in a spreadsheet.' }));
  }
  return {
    table: {
      delimiter,
      columns: ownNames(header),
      rows,
      lines: records.map(({ info }) => info.lines),
      ...(ragged.length > 0 && { ragged: new Set(ragged.map(({ info }) => info.lines)) }),
    },
    issues,
  };
}

/** Column names that are there and differ: the second `date` becomes `date (2)`, a nameless one `column 3`. */
function ownNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const base = cell.trim() || `column ${index + 1}`;
    let name = base;
    for (let copy = 2; taken.has(name); copy++) name = `${base} (${copy})`;
    taken.add(name);
    return name;
  });
}

const isoDate = /^\d{4}(-\d{2}(-\d{2})?)?$/;
const isoInstant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A date as a table states it, or undefined. Only ISO 8601 is read: 03/04/2021 is March in one country and April in
 * another. A time without a zone is no FHIR instant; then the day remains.
 */
export function dateOfCell(cell: string): string | undefined {
  const text = cell.trim();
  const instant = isoInstant.exec(text);
  const day = instant ? instant[1]! : isoDate.test(text) ? text : undefined;
  if (day === undefined) return undefined;
  const [year, month = '01', date = '01'] = day.split('-');
  if (!isCalendarDay(Number(year), Number(month), Number(date))) return undefined;
  return instant?.[3] ? `${day}T${instant[2]}${instant[3]}` : day;
}

/** A cell that is a number and nothing else; a decimal comma is none, because it may separate thousands. */
export function numberOfCell(cell: string): number | undefined {
  const text = cell.trim();
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
