import type { Answer } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { dateOfCell, numberOfCell, type Table } from '../table/csv.ts';
import type { AnswerColumns } from './columns.ts';

/** One cell that answers one item. */
interface Cell {
  patient: string;
  instrument: string;
  date: string;
  item: string;
  text: string;
  line: number;
}

type FactDraft = Draft['facts'][number];

/** Answers by patient (`''` where the table names none), then one fact for each form at each date. */
export function responsesOf(table: Table, columns: AnswerColumns): Map<string, FactDraft[]> {
  const cells = table.rows.flatMap((row, index) => cellsOf(row, table.lines[index]!, columns));
  const facts = new Map<string, FactDraft[]>();
  const forms = Map.groupBy(cells, ({ patient, instrument, date, line }) =>
    // Without dates each row of a wide table is one form; the rows of a long table are one form together.
    JSON.stringify([patient, instrument, date, columns.form === 'wide' ? line : 0]),
  );
  for (const form of forms.values()) {
    const { patient } = form[0]!;
    facts.set(patient, [...(facts.get(patient) ?? []), factOf(form)]);
  }
  return facts;
}

function cellsOf(row: readonly string[], line: number, columns: AnswerColumns): Cell[] {
  const at = (index: number) => (index < 0 ? '' : (row[index] ?? '').trim());
  const common = { patient: at(columns.patient), date: at(columns.date), line };
  const cells =
    columns.form === 'long'
      ? [{ ...common, instrument: at(columns.instrument), item: at(columns.item), text: at(columns.answer) }]
      : columns.items.map(({ instrument, item, index }) => ({ ...common, instrument, item, text: at(index) }));
  // An empty cell is an item that was not answered: no answer, never a zero.
  return cells.filter(({ instrument, item, text }) => instrument !== '' && item !== '' && text !== '');
}

function factOf(form: Cell[]): FactDraft {
  const { instrument: name, date: stated, line } = form[0]!;
  const place = `line ${line}`;
  const issues: Issue[] = [];
  const at = stated === '' ? undefined : dateOfCell(stated);
  if (at === undefined) {
    const why = stated === '' ? 'carry no date' : `carry the date "${stated.slice(0, 40)}", which is not ISO 8601`;
    const message = `The answers ${why}; they are read as if they were given today.`;
    const remedy = 'Give the date as year-month-day.';
    issues.push(issue('warning', 'answers-undated', message, { place, remedy }));
  }
  const instrument = { system: 'stated', code: name, display: name };
  const answers: Answer[] = [];
  let statedTotal: number | undefined;
  for (const [item, cells] of Map.groupBy(form, (cell) => cell.item)) {
    const texts = new Set(cells.map(({ text }) => text));
    if (texts.size > 1) {
      const message = `Item ${item} has ${texts.size} different answers at one date: none is used.`;
      const remedy = 'Keep the right one, or give each its date.';
      const where = `line ${cells[1]!.line}`;
      issues.push(issue('error', 'answer-twice', message, { place: where, remedy }));
      continue;
    }
    const answer = answerOf(item, cells[0]!.text);
    if (item.toLowerCase() === 'total') statedTotal = answer.value;
    else answers.push(answer);
  }
  return {
    place,
    type: 'response',
    code: instrument,
    value: { type: 'response', instrument, answers, ...(statedTotal !== undefined && { statedTotal }) },
    ...(at !== undefined && { at, statedAt: at }),
    status: 'completed',
    isEvent: false,
    issues,
  };
}

function answerOf(item: string, text: string): Answer {
  const value = numberOfCell(text);
  if (value !== undefined) return { item, value };
  if (/^LA\d{1,6}-\d$/.test(text)) return { item, answerCode: { system: 'LOINC', code: text, display: text } };
  return { item, text };
}
