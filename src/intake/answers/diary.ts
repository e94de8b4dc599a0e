/** Diaries and momentary assessments: a few numbers many times a day. One fact a prompt, with its time of day. */
import type { Code } from '../../dossier/code.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { numberOfCell, type Table } from '../table/csv.ts';
import { longestName } from './columns.ts';
import { momentOf } from './moment.ts';

/** Columns of a diary. Indices; -1 where the table has none. */
export interface DiaryColumns {
  patient: number;
  date: number;
  time: number;
  /** One row a number: which measure, how much. */
  long?: { measure: number; value: number };
  /** One row a prompt: `diary_pain`, `ema_mood (0-100)`. */
  measures: { index: number; code: Code; range?: [number, number] }[];
}

const names = {
  patient: /^(id|patient|patient_?id|subject|subject_?id|participant|participant_?id|record_?id|study_?id|mrn)$/i,
  date: /^(timestamp|date|date_?time|day|at|answered|answered_?(at|on))$/i,
  time: /^(time|time_?of_?day|clock)$/i,
  measure: /^(measure|diary_?item|ema_?item)$/i,
  value: /^(value|answer|score)$/i,
};

/** Code of the fact of one prompt; its components are the measures. */
export const diaryCode: Code = { system: 'idiograph', code: 'diary', display: 'Diary' };

/** Reads a header row; undefined when the table is no diary: it needs a time, and measures that say that they are a diary's. */
export function diaryColumns(columns: readonly string[]): DiaryColumns | undefined {
  const find = (pattern: RegExp) => columns.findIndex((column) => pattern.test(column.trim()));
  const common = { patient: find(names.patient), date: find(names.date), time: find(names.time) };
  if (common.date < 0) return undefined;
  const long = { measure: find(names.measure), value: find(names.value) };
  if (long.measure >= 0 && long.value >= 0) return { ...common, long, measures: [] };
  const measures = columns.flatMap((column, index) => {
    const name = /^(?:diary|ema)[\s_.:-]+(\S.*)$/i.exec(column.trim().slice(0, longestName))?.[1];
    return name === undefined ? [] : [{ index, ...measureOf(name) }];
  });
  return measures.length > 0 ? { ...common, measures } : undefined;
}

/** `mood (0-100)` is the measure `mood` with its range. */
function measureOf(name: string): { code: Code; range?: [number, number] } {
  const [, words, low, high] = /^(.*?)(?:\s*\(\s*(-?\d+)\s*(?:-|to|\.\.)\s*(\d+)\s*\))?$/.exec(
    name.trim().slice(0, longestName).replaceAll(/\s+/g, ' '),
  )!;
  const code =
    words!
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'measure';
  return {
    code: { system: 'diary', code, display: words!.replaceAll('_', ' ').trim() || words! },
    ...(low === undefined ? {} : { range: [Number(low), Number(high)] as [number, number] }),
  };
}

type FactDraft = Draft['facts'][number];
interface Prompt {
  patient: string;
  stated: string;
  at: string | undefined;
  line: number;
  cells: { code: Code; range?: [number, number] | undefined; text: string; line: number }[];
}

/**
 * The prompts of a diary by patient (`''` where the table names none). A prompt without an answer is a fact without
 * components: it counts for adherence. A prompt without a readable time is none in a time series and is left out, said once.
 */
export function promptsOf(table: Table, columns: DiaryColumns): { facts: Map<string, FactDraft[]>; issues: Issue[] } {
  const prompts = new Map<string, Prompt>();
  table.rows.forEach((row, index) => {
    const at = (column: number) => (column < 0 ? '' : (row[column] ?? '').trim());
    const line = table.lines[index]!;
    const stated = [at(columns.date), at(columns.time)].filter(Boolean).join(' ');
    const moment = momentOf(at(columns.date), at(columns.time));
    // One row a number: the numbers of one moment are one prompt. One row a prompt: each row is one.
    const key = JSON.stringify([at(columns.patient), moment ?? stated, columns.long ? 0 : line]);
    const prompt = prompts.get(key) ?? { patient: at(columns.patient), stated, at: moment, line, cells: [] };
    prompts.set(key, prompt);
    if (columns.long) {
      const name = at(columns.long.measure);
      if (name !== '') prompt.cells.push({ ...measureOf(name), text: at(columns.long.value), line });
    } else {
      prompt.cells.push(
        ...columns.measures.map(({ index: column, code, range }) => ({ code, range, text: at(column), line })),
      );
    }
  });
  const untimed = [...prompts.values()].filter(({ at }) => at === undefined);
  const issues = untimed.length === 0 ? [] : [untimedIssue(untimed)];
  const facts = new Map<string, FactDraft[]>();
  const seen = new Map<string, { line: number; said: string }>();
  for (const prompt of prompts.values()) {
    if (prompt.at === undefined) continue;
    const own = facts.get(prompt.patient) ?? [];
    facts.set(prompt.patient, own);
    own.push(factOf(prompt, prompt.at, seen));
  }
  return { facts, issues };
}

function untimedIssue(untimed: readonly Prompt[]): Issue {
  const [first] = untimed;
  const message = `${untimed.length} row${untimed.length === 1 ? ' has' : 's have'} no time that can be read ("${first!.stated.slice(0, 40)}"); no series holds them.`;
  return issue('warning', 'diary-untimed', message, {
    place: `line ${first!.line}`,
    remedy: 'Give times as 2026-03-01T14:30 or a day with a column time.',
  });
}

function factOf(
  { patient, cells, line }: Prompt,
  at: string,
  seen: Map<string, { line: number; said: string }>,
): FactDraft {
  const issues: Issue[] = [];
  const place = `line ${line}`;
  const components = [
    ...Map.groupBy(
      cells.filter(({ text }) => text !== '' && text !== 'NA'),
      ({ code }) => code.code,
    ).values(),
  ].flatMap((given) => {
    const [first] = given;
    const numbers = new Set(given.map(({ text }) => text));
    if (numbers.size > 1) {
      issues.push(
        issue(
          'error',
          'answer-twice',
          `${first!.code.display} has ${numbers.size} different numbers at one time: none is used.`,
          { place: `line ${given[1]!.line}`, remedy: 'Give each its own time.' },
        ),
      );
      return [];
    }
    const value = numberOfCell(first!.text);
    const [low = -Infinity, high = Infinity] = first!.range ?? [];
    if (value === undefined || value < low || value > high) {
      const [code, what] =
        value === undefined
          ? ['answer-unknown', 'is answered in words']
          : ['answer-out-of-range', `is ${value}, outside ${low}-${high}`];
      issues.push(
        issue('error', code!, `${first!.code.display} ${what}; it is not used.`, {
          place: `line ${first!.line}`,
          remedy: 'Correct the number in the source.',
        }),
      );
      return [];
    }
    return [{ code: first!.code, value, unit: '{score}' }];
  });
  const key = JSON.stringify([patient, at]);
  const said = JSON.stringify(components.map(({ code, value }) => [code.code, value]));
  const before = seen.get(key);
  if (before) {
    const same = before.said === said;
    const message = `Line ${before.line} holds ${same ? 'the same numbers' : 'other numbers'} of the same moment.`;
    issues.push(
      issue('warning', same ? 'response-duplicate' : 'responses-differ', message, {
        place,
        remedy: 'Keep the right one.',
      }),
    );
  } else seen.set(key, { line, said });
  return {
    place,
    type: 'observation',
    code: diaryCode,
    value: { type: 'components', components },
    at,
    statedAt: at,
    status: 'completed',
    isEvent: false,
    issues,
  };
}
