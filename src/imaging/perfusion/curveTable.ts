import { IdiographError } from '../../dossier/errors.ts';

export interface TimeCurve {
  name: string;
  /** mmol/L. */
  values: Float64Array;
}

/** Curves of one input and one list of times. */
export interface CurveGroup {
  timesS: Float64Array;
  /** Undefined where the table holds no input: a population's must be chosen. */
  input?: { timesS: Float64Array; values: Float64Array; name: string };
  curves: TimeCurve[];
}

/** More samples than any scan has: a table of this size is something else. */
const mostCells = 5_000_000;

const timeNames = /^(t|time|times|zeit)$/;
const inputNames = /^(ca|cp|cb|aif|cp_aif|input|artery|arterial|plasma|blood|vif)$/;

/**
 * Reads curves from a table of text (comma, semicolon or tab). Two forms: a column for the time, one for the arterial input
 * (`ca`, `cp`, `aif`, `input` ...) and one for each curve; or a row for each curve whose cells hold lists (`label`, `t`,
 * `C_t`, `cp_aif`, as OSIPI's). The unit of time comes from the name of its column (`t_s`, `time [min]`) or from `unit`; a
 * table that says neither is refused unless its times can only be seconds. Throws `usage` with the line or column.
 */
export function curveTable(text: string, unit?: 's' | 'min'): { groups: CurveGroup[]; assumedSeconds: boolean } {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [head, ...rows] = lines;
  if (head === undefined || rows.length === 0) throw wrong('the table has no rows');
  const separator = [';', '\t', ','].find((one) => head.includes(one)) ?? ',';
  const columns = head.split(separator).map((name) => nameOf(name));
  if (columns.length * rows.length > mostCells)
    throw wrong(`the table has ${rows.length} rows of ${columns.length} cells`);
  const cells = rows.map((row) => row.split(separator));
  for (const [at, row] of cells.entries())
    if (row.length !== columns.length)
      throw wrong(
        `line ${at + 2} has ${row.length} cells, the header ${columns.length}`,
        'Give each line as many cells as the header.',
      );
  const time = columns.findIndex(({ name }) => timeNames.test(name));
  if (time < 0)
    throw wrong('no column is called t or time', 'Name the column of times t_s (seconds) or t_min (minutes).');
  const stated = columns[time]!.unit ?? unit;
  const input = columns.findIndex(({ name }) => inputNames.test(name));
  const lists = cells.some((row) => row[time]!.trim().split(/\s+/).length > 1);
  const groups = lists ? rowsAsCurves(columns, cells, time, input) : columnsAsCurves(columns, cells, time, input);
  const assumedSeconds = stated === undefined;
  for (const group of groups) {
    const factor = stated === 'min' ? 60 : 1;
    if (assumedSeconds) mustBeSeconds(group.timesS);
    group.timesS = group.timesS.map((value) => value * factor);
    if (group.input) group.input.timesS = group.input.timesS.map((value) => value * factor);
  }
  return { groups, assumedSeconds };
}

interface Column {
  name: string;
  title: string;
  unit?: 's' | 'min';
}

function nameOf(given: string): Column {
  const title = given.trim().replaceAll('"', '');
  const bare = title.toLowerCase();
  const unit = /(?:[_\s[(]|^)(s|sec|seconds|min|minutes)[\])]?$/.exec(bare)?.[1];
  const name = bare
    .replace(/[\s_]*[[(].*$/, '')
    .replace(/_(s|sec|seconds|min|minutes|mm|mmol)$/, '')
    .trim();
  return { name, title, ...(unit !== undefined && { unit: unit.startsWith('m') ? ('min' as const) : ('s' as const) }) };
}

function columnsAsCurves(
  columns: readonly Column[],
  cells: readonly string[][],
  time: number,
  input: number,
): CurveGroup[] {
  const column = (at: number): Float64Array =>
    Float64Array.from(cells, (row, line) => numberOf(row[at]!, columns[at]!.title, line + 2));
  const timesS = column(time);
  const curves = columns.flatMap(({ title }, at) =>
    at === time || at === input ? [] : [{ name: title, values: column(at) }],
  );
  if (curves.length === 0) throw wrong('the table has no curve beside time and input');
  return [
    {
      timesS,
      ...(input >= 0 && { input: { timesS: timesS.slice(), values: column(input), name: columns[input]!.title } }),
      curves,
    },
  ];
}

function rowsAsCurves(
  columns: readonly Column[],
  cells: readonly string[][],
  time: number,
  input: number,
): CurveGroup[] {
  const tissue = columns.findIndex(({ name }) => /^(c|ct|c_t|c_tis|conc|concentration|tissue|tac)$/.test(name));
  if (tissue < 0) throw wrong('no column is called C or C_t', 'Name the column of tissue concentrations C_t.');
  const own = columns.findIndex(({ name }) => /^(ta|t_aif)$/.test(name));
  const label = columns.findIndex(({ name }) => /^(label|name|id)$/.test(name));
  return cells.map((row, line) => {
    const list = (at: number): Float64Array =>
      Float64Array.from(row[at]!.trim().split(/\s+/), (cell) => numberOf(cell, columns[at]!.title, line + 2));
    const timesS = list(time);
    const values = list(tissue);
    if (values.length !== timesS.length)
      throw wrong(
        `line ${line + 2} has ${timesS.length} times and ${values.length} values`,
        'Give one time for each value.',
      );
    const name = label >= 0 ? row[label]!.trim() : `curve ${line + 1}`;
    const arterial =
      input < 0
        ? undefined
        : { timesS: own >= 0 ? list(own) : timesS.slice(), values: list(input), name: columns[input]!.title };
    return { timesS, ...(arterial && { input: arterial }), curves: [{ name, values }] };
  });
}

function numberOf(cell: string, column: string, line: number): number {
  const text = cell.trim().replaceAll('"', '');
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value) && !/^(na|nan|)$/i.test(text))
    throw wrong(
      `"${text.slice(0, 20)}" in line ${line}, column ${column}, is no number`,
      'Write numbers with a point.',
    );
  return value;
}

/** A scan of less than 20 units with samples closer than a quarter of one may be minutes. */
function mustBeSeconds(timesS: Float64Array): void {
  const duration = timesS.at(-1)! - timesS[0]!;
  const beat = duration / Math.max(1, timesS.length - 1);
  if (duration > 40 || (duration > 20 && beat >= 0.25)) return;
  throw wrong(
    `the times run over ${duration.toPrecision(3)} of an unstated unit: seconds or minutes?`,
    'Name the column t_s or t_min, or say --time-unit s or min.',
  );
}

function wrong(message: string, remedy?: string): IdiographError {
  return new IdiographError('usage', message, { ...(remedy !== undefined && { remedy }) });
}
