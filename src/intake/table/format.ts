import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { parseGuarded } from '../json.ts';
import { decodeText, headText } from '../text.ts';
import { columnUnits, looksLikeBloodColumns } from './bloodColumns.ts';
import { readTable, type Table } from './csv.ts';
import { factsOfRows } from './facts.ts';
import { Mapping, namedColumns } from './mapping.ts';
import { looksLikeMapping, sniffTable } from './sniff.ts';

/** A table (its rows, when it is small enough to be mapped), the mapping of one, or the units of its columns. */
export type TablePiece =
  | { kind: 'table'; columns: string[]; rowCount: number; table: Table | undefined }
  | { kind: 'mapping'; mapping: Mapping }
  | { kind: 'units'; units: Record<string, string> };

/** Larger tables are kept but not turned into facts. */
const mappableBytes = 16 * 2 ** 20;
const mappingBytes = 2 ** 20;

/** Any CSV or TSV with a header row; facts where a mapping file of the same name says what the columns mean. */
export const tableFormat: Format<TablePiece> = {
  id: 'table',
  sniff: sniffTable,
  read: readPiece,
  assemble,
};

async function readPiece(file: InputFile, limits: Limits): Promise<Read<TablePiece>> {
  const text = headText(file.head);
  if (text !== undefined && looksLikeMapping(text)) return readMapping(file, limits);
  if (text !== undefined && looksLikeBloodColumns(text)) return readUnits(file, limits);
  const read = await readTable(file, limits);
  if ('refused' in read) return read;
  const { table, issues } = read;
  const { columns, rows } = table;
  const kept = file.bytes <= mappableBytes ? table : undefined;
  return { piece: { kind: 'table', columns, rowCount: rows.length, table: kept }, issues };
}

async function readMapping(file: InputFile, limits: Limits): Promise<Read<TablePiece>> {
  const remedy = 'See docs/methods/tables.md for what a mapping holds.';
  const invalid = (why: string) => ({
    refused: issue('error', 'mapping-invalid', `The mapping is not valid: ${why}`, { remedy }),
  });
  const text = file.bytes > mappingBytes ? undefined : decodeText(await file.readAll());
  if (text === undefined) return invalid('it is not UTF-8 text of at most 1 MiB.');
  const json = parseGuarded(text, limits.jsonDepth);
  if ('refused' in json) return invalid(json.refused.message);
  const parsed = Mapping.safeParse(json.value);
  if (parsed.success) return { piece: { kind: 'mapping', mapping: parsed.data }, issues: [] };
  const [first] = parsed.error.issues;
  const where = first && first.path.length > 0 ? ` at ${first.path.join('.')}` : '';
  return invalid(`${first?.message}${where}.`);
}

async function readUnits(file: InputFile, limits: Limits): Promise<Read<TablePiece>> {
  const text = file.bytes > mappingBytes ? undefined : decodeText(await file.readAll());
  const json = text === undefined ? undefined : parseGuarded(text, limits.jsonDepth);
  if (json === undefined || 'refused' in json) {
    const message = `The description of the blood samples cannot be read${json ? `: ${json.refused.message}` : '.'}`;
    const remedy = 'Write it as BIDS does: {"time": {"Units": "s"}, ...}.';
    return { refused: issue('error', 'blood-columns-invalid', message, { remedy }) };
  }
  return { piece: { kind: 'units', units: columnUnits(json.value) }, issues: [] };
}

/** `labs` of `labs.csv` and of `labs.mapping.json`. */
function stemOf(path: string): string {
  return path.replace(/(\.mapping\.json|\.[A-Za-z0-9]{1,5})$/i, '');
}

function assemble(pieces: { path: string; piece: TablePiece }[]): { drafts: Draft[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const drafts: Draft[] = [];
  const mappings = pieces.flatMap(({ path, piece }) =>
    piece.kind === 'mapping' ? [{ path, stem: stemOf(path), mapping: piece.mapping }] : [],
  );
  const units = pieces.flatMap(({ path, piece }) =>
    piece.kind === 'units' ? [{ path, stem: stemOf(path), units: piece.units }] : [],
  );
  const used = new Set<string>();
  for (const { path, piece } of pieces) {
    if (piece.kind !== 'table') continue;
    const found = mappings.find(({ stem }) => stem === stemOf(path));
    if (found) used.add(found.path);
    const described = found ? undefined : units.find(({ stem }) => stem === stemOf(path));
    if (described) used.add(described.path);
    drafts.push(...(described ? [bloodDraft(path, piece, described)] : draftsOf(path, piece, found)));
  }
  for (const { path } of mappings) {
    if (used.has(path)) continue;
    const remedy = 'Give it the name of its table: labs.mapping.json for labs.csv.';
    issues.push(issue('warning', 'mapping-alone', 'No table goes with this mapping.', { place: path, remedy }));
  }
  for (const { path } of units) {
    if (used.has(path)) continue;
    const remedy = 'Put it beside its table: sub-1_blood.json for sub-1_blood.tsv.';
    issues.push(
      issue('warning', 'blood-columns-alone', 'No table goes with this description.', { place: path, remedy }),
    );
  }
  return { drafts, issues };
}

/** Blood samples of a PET scan (BIDS 1.9): no fact is read, the units of their columns are known. */
function bloodDraft(
  path: string,
  { columns, rowCount }: Extract<TablePiece, { kind: 'table' }>,
  described: { path: string; units: Record<string, string> },
): Draft {
  const metadata = { columns, rows: rowCount, columnUnits: described.units };
  return {
    source: { format: 'table', locator: {}, path, modality: 'table', metadata, issues: [] },
    ...{ files: [path, described.path], facts: [], regions: [] },
  };
}

function draftsOf(
  path: string,
  piece: Extract<TablePiece, { kind: 'table' }>,
  found: { path: string; mapping: Mapping } | undefined,
): Draft[] {
  const base = (issues: Issue[], locator: Record<string, string> = {}): Draft => ({
    source: {
      format: 'table',
      locator,
      path,
      modality: 'table',
      metadata: { columns: piece.columns, rows: piece.rowCount },
      issues,
    },
    files: [path],
    facts: [],
    regions: [],
  });
  const { table } = piece;
  if (!found || !table) {
    const message = found
      ? 'The table is too large to be turned into facts.'
      : 'Nothing says what the columns mean: the table is kept as it is, no fact is read from it.';
    const name = `${stemOf(path).split('/').at(-1)}.mapping.json`;
    const remedy = found ? 'Split the table.' : `Put a ${name} beside it (docs/methods/tables.md).`;
    return [base([issue('info', 'table-unmapped', message, { place: path, remedy })])];
  }
  const { mapping } = found;
  const absent = namedColumns(mapping).filter((column) => !table.columns.includes(column));
  if (absent.length > 0) {
    const message = `The mapping names columns that the table does not have: ${absent.join(', ')}.`;
    const remedy = `Correct ${found.path}.`;
    return [base([issue('error', 'mapping-column-missing', message, { place: found.path, remedy })])];
  }
  const all = table.rows.map((_, index) => index);
  const whole = (draft: Draft, rows: readonly number[]): Draft => ({
    ...draft,
    files: [path, found.path],
    facts: factsOfRows(table, rows, mapping),
  });
  const { identity } = mapping;
  if (!identity) return [whole(base([]), all)];
  const column = table.columns.indexOf(identity.column);
  const byPatient = Map.groupBy(all, (row) => table.rows[row]![column]!.trim());
  return [...byPatient].map(([value, rows]): Draft => {
    if (value === '') {
      const message = `${rows.length} rows name no patient.`;
      const remedy = `Fill the column ${identity.column}.`;
      return whole(
        base([issue('warning', 'row-without-patient', message, { place: path, remedy })], { patient: '' }),
        rows,
      );
    }
    return {
      claim: { system: identity.system, value },
      ...whole(base([], { column: identity.column, patient: value }), rows),
    };
  });
}
