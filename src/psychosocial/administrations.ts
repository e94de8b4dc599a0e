import { isCalendarDay } from '../dossier/dateTime.ts';
import type { Answer } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { type Instrument, mainScale } from './instrument.ts';
import { bareName, type Response, recogniseInstrument } from './recognise.ts';
import { type AnswerTable, readColumns } from './tableColumns.ts';

/** One form that one person answered at one time. */
export interface Administration {
  id: string | null;
  instrument: Instrument;
  /** Day, or day and time, as stated and ISO 8601; undefined where it is not. */
  at: string | undefined;
  line: number;
  response: Response;
  issues: Issue[];
}

interface Cell {
  item: string;
  text: string;
}

/**
 * The administrations of a table: one row each (`item1` ..., `phq9_1` ...), a REDCap export (events, repeats, several forms
 * a row; empty forms are left out), or one row an answer. Answers are taken over as they are; scoring refuses the wrong ones.
 * `asOf`: the day of today, against which later dates are flagged.
 */
export function administrationsOf(
  table: AnswerTable,
  instruments: readonly Instrument[],
  asOf: string,
  chosen?: Instrument,
): Administration[] {
  const columns = readColumns(table.columns, instruments, chosen);
  const found: Administration[] = [];
  const at = (row: readonly string[], index: number) => (index < 0 ? '' : (row[index] ?? '').trim());
  if (columns.long) {
    const { item, answer } = columns.long;
    const groups = new Map<string, { line: number; row: readonly string[]; cells: Cell[] }>();
    table.rows.forEach((row, index) => {
      const key = JSON.stringify([columns.id, columns.date, columns.instrument].map((column) => at(row, column)));
      const group = groups.get(key) ?? { line: table.lines[index]!, row, cells: [] };
      group.cells.push({ item: at(row, item), text: at(row, answer) });
      groups.set(key, group);
    });
    for (const { line, row, cells } of groups.values()) {
      const named = at(row, columns.instrument);
      const instrument = chosen ?? byName(named, instruments);
      if (instrument === undefined) continue;
      found.push(administration(instrument, cells, line, row, named));
    }
  } else {
    table.rows.forEach((row, index) => {
      for (const form of columns.forms) {
        const cells = form.items.map(({ index: column, name }) => ({ item: name, text: at(row, column) }));
        if ((columns.redcap || chosen === undefined) && cells.every(({ text }) => isEmpty(text))) continue;
        const named = at(row, columns.instrument);
        found.push(administration(form.instrument, cells, table.lines[index]!, row, named, form.date));
      }
    });
  }
  for (const one of found) one.issues.push(...dateIssues(one, asOf));
  flagRepeats(found);
  return found;

  function administration(
    instrument: Instrument,
    cells: readonly Cell[],
    line: number,
    row: readonly string[],
    named: string,
    ownDate = -1,
  ): Administration {
    const stated = at(row, ownDate) || at(row, columns.date);
    const issues = versionIssues(instrument, named, at(row, columns.version), instruments);
    const date = momentOf(stated);
    if (stated !== '' && date === undefined) {
      const message = `The date "${stated.slice(0, 40)}" is not ISO 8601; the answers stand without a date.`;
      issues.push(issue('warning', 'answers-undated', message, { remedy: 'Give the date as year-month-day.' }));
    }
    const code = { system: 'stated', code: instrument.id, display: instrument.display };
    const { answers, statedTotal } = answersOf(instrument, cells);
    const total = statedTotal === undefined ? {} : { statedTotal };
    const response: Response = { type: 'response', instrument: code, answers, ...total };
    return { id: at(row, columns.id) || null, instrument, at: date, line, response, issues };
  }
}

/** True where the instrument that the row names is another one: nothing is scored then. */
export function isOfAnother({ issues }: Administration): boolean {
  return issues.some(({ code }) => code === 'instrument-differs');
}

function byName(name: string, instruments: readonly Instrument[]): Instrument | undefined {
  const code = { system: 'stated', code: name, display: name };
  return name === ''
    ? undefined
    : recogniseInstrument({ type: 'response', instrument: code, answers: [] }, instruments);
}

function isEmpty(text: string): boolean {
  return text === '' || text === 'NA';
}

function answersOf(
  instrument: Instrument,
  cells: readonly Cell[],
): { answers: Answer[]; statedTotal: number | undefined } {
  const totals = new Set(['total', 'score', 'sum', ...instrument.aliases.map((alias) => `${bareName(alias)}total`)]);
  const answers: Answer[] = [];
  let statedTotal: number | undefined;
  for (const { item, text } of cells) {
    if (isEmpty(text)) continue;
    const answer = answerOf(item, text);
    if (totals.has(bareName(item)) && mainScale(instrument)) statedTotal = answer.value;
    else answers.push(answer);
  }
  return { answers, statedTotal };
}

function answerOf(item: string, text: string): Answer {
  const code = /^\d{1,7}-\d$/.test(item) ? { code: { system: 'LOINC', code: item, display: item } } : {};
  if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) return { item, ...code, value: Number(text) };
  const answerCode = { system: 'LOINC', code: text, display: text };
  return /^LA\d{1,6}-\d$/.test(text) ? { item, ...code, answerCode } : { item, ...code, text };
}

/** Day, or day with time and zone as stated; undefined for other ways to write a date, which read differently elsewhere. */
function momentOf(stated: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(stated);
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return undefined;
  const day = stated.slice(0, 10);
  return match[4] === undefined ? day : `${day}T${match[4]}${match[5] ?? ''}`;
}

function dateIssues({ at }: Administration, asOf: string): Issue[] {
  if (at === undefined || at.slice(0, 10) <= asOf) return [];
  const message = `The answers are dated ${at.slice(0, 10)}, after ${asOf}; no change is computed from them.`;
  return [issue('error', 'response-future', message, { remedy: 'Correct the date in the source.' })];
}

function versionIssues(
  instrument: Instrument,
  named: string,
  version: string,
  instruments: readonly Instrument[],
): Issue[] {
  const issues: Issue[] = [];
  const other = byName(named, instruments);
  if (other && other.id !== instrument.id) {
    const message = `The row names ${other.display}, not ${instrument.display}; it is not scored.`;
    const remedy = `Score it as ${other.id}.`;
    issues.push(issue('error', 'instrument-differs', message, { remedy }));
  }
  const known = /\d+\.\d+/.exec(instrument.display)?.[0];
  const stated = /\d+\.\d+/.exec(version)?.[0];
  if (known && stated && known !== stated) {
    const message = `The row states version ${stated}; the rules are those of ${instrument.display}.`;
    issues.push(issue('error', 'version-differs', message, { remedy: 'Versions are never mixed in one course.' }));
  }
  return issues;
}

/** The same person, form and moment more than once: the same answers again, or others. */
function flagRepeats(all: readonly Administration[]): void {
  const groups = Map.groupBy(all, ({ id, instrument, at }) => JSON.stringify([id, instrument.id, at ?? '']));
  for (const group of groups.values()) {
    const [first, ...rest] = group;
    for (const one of rest) {
      const same = JSON.stringify(one.response.answers) === JSON.stringify(first!.response.answers);
      if (!same && one.at === undefined) continue;
      const [code, what] = same ? ['response-duplicate', 'the same answers'] : ['responses-differ', 'other answers'];
      const message = `Line ${first!.line} holds ${what} of the same person, form and ${one.at === undefined ? 'no date' : 'date'}.`;
      const remedy = same ? 'Remove one of them.' : 'Find out which of them is right, or give each its time.';
      one.issues.push(issue('warning', code!, message, { remedy }));
    }
  }
}
