import type { Answer, FactValue } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Table } from '../table/csv.ts';
import type { AnswerColumns } from './columns.ts';
import type { Dictionary } from './dictionary.ts';
import { bareName, type FormNames, formNamed } from './formNames.ts';
import { momentOf } from './moment.ts';

/** One form that one person answered at one time, as the rows of a table state it. */
export interface TableResponse {
  /** `''` where the table names nobody. */
  patient: string;
  /** As the table calls the form. */
  name: string;
  /** Undefined for a form that nobody knows: its answers are kept. */
  form: FormNames | undefined;
  /** Day, or day and time, as stated; undefined where it is not ISO 8601. */
  at: string | undefined;
  line: number;
  /** `line 7`, with event and repeat where the table has them. */
  place: string;
  value: Extract<FactValue, { type: 'response' }>;
  issues: Issue[];
}

interface Cell {
  item: string;
  text: string;
  line: number;
}

/** One form as its cells, before they are read. */
interface Sheet {
  form: FormNames | undefined;
  name: string;
  row: readonly string[];
  line: number;
  cells: Cell[];
  date: number;
  version: number;
  complete: number;
}

/**
 * The responses of a table. Answers are taken over as they are; scoring refuses the wrong ones. Empty cells are no
 * answers, never zeros. `keepEmpty`: a row without any answer is a response too, where the caller named the form.
 */
export function responsesOf(
  table: Pick<Table, 'columns' | 'rows' | 'lines' | 'ragged'>,
  columns: AnswerColumns,
  forms: readonly FormNames[],
  { chosen, dictionary, keepEmpty = false }: { chosen?: FormNames; dictionary?: Dictionary; keepEmpty?: boolean } = {},
): TableResponse[] {
  const sheets = columns.long
    ? longSheets(table, columns, columns.long, forms, chosen)
    : wideSheets(table, columns, forms, chosen);
  const responses = sheets
    .filter(({ cells }) => (keepEmpty && !columns.redcap) || cells.some(({ text }) => !isEmpty(text)))
    .map((sheet) => responseOf(sheet, columns, forms, dictionary));
  flagRepeats(responses);
  for (const { line, place, issues } of responses) {
    if (!table.ragged?.has(line)) continue;
    const message = 'The row has another number of cells than the header: its answers may stand under the wrong items.';
    issues.push(
      issue('warning', 'row-ragged', message, { place, remedy: 'Check it for a stray or absent delimiter.' }),
    );
  }
  return responses;
}

/** `NA` is how statistics programs write an empty cell. */
function isEmpty(text: string): boolean {
  return text === '' || text === 'NA';
}

function cellAt(row: readonly string[], index: number): string {
  return index < 0 ? '' : (row[index] ?? '').trim();
}

function longSheets(
  table: Pick<Table, 'rows' | 'lines'>,
  columns: AnswerColumns,
  { item, answer }: { item: number; answer: number },
  forms: readonly FormNames[],
  chosen: FormNames | undefined,
): Sheet[] {
  const sheets = new Map<string, Sheet>();
  table.rows.forEach((row, index) => {
    const name = cellAt(row, columns.instrument);
    const asked = cellAt(row, item);
    if ((name === '' && !chosen) || asked === '') return;
    const key = JSON.stringify(
      [columns.patient, columns.date, columns.time, columns.instrument].map((column) => cellAt(row, column)),
    );
    const sheet = sheets.get(key) ?? {
      form: chosen ?? formNamed(name, forms),
      name: name || chosen!.id,
      row,
      line: table.lines[index]!,
      cells: [],
      date: -1,
      version: -1,
      complete: -1,
    };
    sheets.set(key, sheet);
    sheet.cells.push({ item: asked, text: cellAt(row, answer), line: table.lines[index]! });
  });
  return [...sheets.values()];
}

function wideSheets(
  table: Pick<Table, 'rows' | 'lines'>,
  columns: AnswerColumns,
  forms: readonly FormNames[],
  chosen: FormNames | undefined,
): Sheet[] {
  return table.rows.flatMap((row, index) => {
    const line = table.lines[index]!;
    const cellsOf = (items: AnswerColumns['ofRow']): Cell[] =>
      items.map((one) => ({ item: one.item, text: cellAt(row, one.index), line }));
    const own = columns.forms.map(
      ({ form, name, items, date, version, complete }): Sheet => ({
        form,
        name,
        row,
        line,
        cells: cellsOf(items),
        date,
        version,
        complete,
      }),
    );
    const named = cellAt(row, columns.instrument);
    if (chosen || named === '' || columns.ofRow.length === 0) return own;
    const ofRow = {
      form: formNamed(named, forms),
      name: named,
      row,
      line,
      cells: cellsOf(columns.ofRow),
      date: -1,
      version: -1,
      complete: -1,
    };
    return [...own, ofRow];
  });
}

function responseOf(
  sheet: Sheet,
  columns: AnswerColumns,
  forms: readonly FormNames[],
  dictionary: Dictionary | undefined,
): TableResponse {
  const { form, row, line } = sheet;
  const place = placeOf(line, row, columns);
  const issues = [...versionIssues(sheet, columns, forms, place), ...stateIssues(sheet, place)];
  const ownDate = cellAt(row, sheet.date);
  const notDone = /^\[not completed\]$/i.test(ownDate);
  if (notDone) issues.push(unfinished(place, 'The survey was opened and not completed.'));
  const stated = (notDone ? '' : ownDate) || cellAt(row, columns.date);
  const at = momentOf(stated, stated === ownDate ? '' : cellAt(row, columns.time));
  if (at === undefined) {
    const why =
      stated === '' ? 'carry no date' : `carry the date "${stated.slice(0, 40)}", which is no possible day in ISO 8601`;
    const message = `The answers ${why}; they stand without a date.`;
    issues.push(issue('warning', 'answers-undated', message, { place, remedy: 'Give the date as year-month-day.' }));
  }
  const { answers, statedTotal } = answersOf(sheet, dictionary, issues);
  const instrument = { system: 'stated', code: sheet.name, display: sheet.name };
  return {
    patient: cellAt(row, columns.patient),
    name: sheet.name,
    form,
    at,
    line,
    place,
    value: { type: 'response', instrument, answers, ...(statedTotal === undefined ? {} : { statedTotal }) },
    issues,
  };
}

function placeOf(line: number, row: readonly string[], { redcap }: AnswerColumns): string {
  const event = redcap ? cellAt(row, redcap.event) : '';
  const instance = redcap ? cellAt(row, redcap.instance) : '';
  return [`line ${line}`, ...(event ? [`event ${event}`] : []), ...(instance ? [`repeat ${instance}`] : [])].join(', ');
}

function answersOf(
  { form, cells }: Sheet,
  dictionary: Dictionary | undefined,
  issues: Issue[],
): { answers: Answer[]; statedTotal: number | undefined } {
  const totals = new Set(['total', 'score', 'sum', ...(form?.aliases.map((alias) => `${alias}total`) ?? [])]);
  const answers: Answer[] = [];
  let statedTotal: number | undefined;
  for (const [item, given] of Map.groupBy(
    cells.filter(({ text }) => !isEmpty(text)),
    (cell) => cell.item,
  )) {
    const texts = new Set(given.map(({ text }) => text));
    if (texts.size > 1) {
      const message = `Item ${item} has ${texts.size} different answers at one date: none is scored.`;
      const remedy = 'Keep the right one, or give each its date.';
      issues.push(issue('error', 'answer-twice', message, { place: `line ${given[1]!.line}`, remedy }));
      // Both are kept: a question of safety that has a yes among its answers is no open question.
      answers.push(...given.map(({ text }) => answerOf(item, text)));
      continue;
    }
    const answer = answerOf(item, given[0]!.text);
    const other = dictionary?.otherCodes(form, item);
    if (totals.has(bareName(item)) && (form?.hasTotal ?? true)) statedTotal = answer.value;
    else if (other !== undefined) {
      // Codes that the instrument does not have cannot be turned into its own by guessing.
      answers.push({ item, text: given[0]!.text });
      issues.push(
        issue('error', 'choices-differ', `Item ${item}: ${other}`, {
          place: `line ${given[0]!.line}`,
          remedy: 'Code the choices as the instrument prints them, or use its own version.',
        }),
      );
    } else answers.push(answer);
  }
  return { answers, statedTotal };
}

/** The number or LOINC answer code that a cell states, else its text. */
export function answerOf(item: string, text: string): Answer {
  const code = /^\d{1,7}-\d$/.test(item) ? { code: { system: 'LOINC', code: item, display: item } } : {};
  if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) return { item, ...code, value: Number(text) };
  const answerCode = { system: 'LOINC', code: text, display: text };
  return /^LA\d{1,6}-\d$/.test(text) ? { item, ...code, answerCode } : { item, ...code, text };
}

const versionNumber = /\d+\.\d+/;

function versionIssues(
  { form, row, version }: Sheet,
  columns: AnswerColumns,
  forms: readonly FormNames[],
  place: string,
): Issue[] {
  const issues: Issue[] = [];
  const other = formNamed(cellAt(row, columns.instrument), forms);
  if (form && other && other.id !== form.id) {
    const message = `The row names ${other.display}, not ${form.display}; it is not scored.`;
    issues.push(issue('error', 'instrument-differs', message, { place, remedy: `Score it as ${other.id}.` }));
  }
  const text = cellAt(row, version) || cellAt(row, columns.version);
  const known = versionNumber.exec(form?.display ?? '')?.[0];
  const stated = versionNumber.exec(text)?.[0];
  if (form === undefined || text === '' || (known !== undefined && known === stated)) return issues;
  if (known && stated) {
    const message = `The row states version ${stated}; the rules are those of ${form.display}: it is not scored.`;
    const remedy = 'Score it by the rules of its own version; versions are never mixed in one course.';
    issues.push(issue('error', 'version-differs', message, { place, remedy }));
  } else if (formNamed(text, forms) !== form) {
    const message = `The row states version "${text.slice(0, 40)}"; nothing is known of it, and the rules of ${form.display} were used.`;
    const remedy = 'Check that its items, their order and their range are the same.';
    issues.push(issue('warning', 'version-unknown', message, { place, remedy }));
  }
  return issues;
}

/** REDCap marks each form: 0 incomplete, 1 unverified, 2 complete. */
function stateIssues({ row, complete }: Sheet, place: string): Issue[] {
  return cellAt(row, complete) === '0' ? [unfinished(place, 'The form is marked incomplete.')] : [];
}

function unfinished(place: string, message: string): Issue {
  return issue('warning', 'answers-incomplete', message, { place, remedy: 'Ask for the missing answers.' });
}

/** The same person, form and moment more than once: the same answers again, or others. */
function flagRepeats(all: readonly TableResponse[]): void {
  const groups = Map.groupBy(all, ({ patient, form, name, at }) =>
    JSON.stringify([patient, form?.id ?? name, at ?? '']),
  );
  for (const group of groups.values()) {
    const [first, ...rest] = group;
    for (const one of rest) {
      const same = JSON.stringify(one.value.answers) === JSON.stringify(first!.value.answers);
      if (!same && one.at === undefined) continue;
      const [code, what] = same ? ['response-duplicate', 'the same answers'] : ['responses-differ', 'other answers'];
      const message = `Line ${first!.line} holds ${what} of the same person, form and ${one.at === undefined ? 'no date' : 'date'}.`;
      const remedy = same ? 'Remove one of them.' : 'Find out which of them is right, or give each its time.';
      one.issues.push(issue('warning', code!, message, { place: one.place, remedy }));
    }
  }
}
