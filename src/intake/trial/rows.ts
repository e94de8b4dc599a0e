/** Tables of single-patient trials: one row a day, by person and tier, with the place of whatever is wrong. */
import { type Issue, issue } from '../../dossier/issue.ts';
import { momentOf } from '../answers/moment.ts';
import { numberOfCell, type Table } from '../table/csv.ts';

export interface TrialRow {
  id: string;
  tier: string;
  /** Calendar day, or the number of the day from 1. */
  day: string | number;
  /** As stated; empty where the row states none. */
  treatment: string;
  /** Undefined: nobody answered. */
  value: number | undefined;
  sideEffect: number | undefined;
  line: number;
}

export const trialColumns = {
  id: /^(id|patient|patient_?id|participant|participant_?id|subject|record_?id)$/i,
  date: /^(date|day|timestamp|date_?time|study_?day|time)$/i,
  treatment: /^(treatment|condition|phase|arm|intervention|drug|group|trt|a_?b)$/i,
  value: /^(value|outcome|pain|nrs|peg|score|response|y)$/i,
  tier: /^(tier|setting|baseline)$/i,
  sideEffect: /^(side_?effect|adverse)s?$/i,
};

/** `columns`: names that the caller states. Issues of severity `error` with code `column-missing` mean that nothing was read. */
export function trialRows(
  table: Table,
  columns: { measure?: string | undefined; sideEffect?: string | undefined },
): { rows: TrialRow[]; issues: Issue[] } {
  const find = (pattern: RegExp) => table.columns.findIndex((name) => pattern.test(name.trim()));
  const named = (name: string | undefined, pattern: RegExp) =>
    name === undefined
      ? find(pattern)
      : table.columns.findIndex((one) => one.trim().toLowerCase() === name.trim().toLowerCase());
  const at = {
    id: find(trialColumns.id),
    date: find(/^date|^timestamp/i) >= 0 ? find(/^date|^timestamp/i) : find(trialColumns.date),
    treatment: find(trialColumns.treatment),
    value: named(columns.measure, trialColumns.value),
    tier: find(trialColumns.tier),
    sideEffect: named(columns.sideEffect, trialColumns.sideEffect),
  };
  const missing = (['date', 'value'] as const).filter((name) => at[name] < 0);
  if (missing.length > 0) {
    const message = `The table has no column for the ${missing.map((one) => (one === 'date' ? 'day' : 'value')).join(' and the ')}.`;
    const remedy = 'Name the columns date (or day), treatment, value; or say --measure COLUMN.';
    return { rows: [], issues: [issue('error', 'column-missing', message, { place: 'line 1', remedy })] };
  }
  const issues: Issue[] = [];
  const rows = table.rows.flatMap((row, index): TrialRow[] => {
    const cell = (column: number) => (column < 0 ? '' : row[column].trim());
    const line = table.lines[index];
    const place = `line ${line}`;
    const stated = cell(at.date);
    const number = numberOfCell(stated);
    const day =
      number === undefined
        ? momentOf(stated)?.slice(0, 10)
        : Number.isInteger(number) && number >= 1 && number <= 3650
          ? number
          : undefined;
    if (day === undefined) {
      issues.push(
        issue('error', 'day-invalid', `"${stated.slice(0, 40)}" is no day; the row is left out.`, {
          place,
          remedy: 'Write 2026-03-01, or the number of the day from 1.',
        }),
      );
      return [];
    }
    const numeric = (column: number, what: string) => {
      const text = cell(column);
      if (text === '' || /^(na|n\/a|nan|null|\.)$/i.test(text)) return undefined;
      const value = numberOfCell(text);
      if (value === undefined || !Number.isFinite(value))
        issues.push(
          issue('error', 'value-invalid', `"${text.slice(0, 40)}" is no number; the ${what} counts as not given.`, {
            place,
            remedy: 'Write numbers with a point.',
          }),
        );
      return value !== undefined && Number.isFinite(value) ? value : undefined;
    };
    return [
      {
        id: cell(at.id),
        tier: cell(at.tier),
        day,
        treatment: cell(at.treatment),
        value: numeric(at.value, 'answer'),
        sideEffect: numeric(at.sideEffect, 'side effect'),
        line,
      },
    ];
  });
  return { rows, issues };
}

const comparisons = /^(a|0|control|placebo|comparison|comparator|baseline|usual|usual care|off|no|none|sham)$/i;
const treatments = /^(b|1|treatment|active|intervention|drug|on|yes|verum)$/i;
const nothing = /^(-|washout|wash-out|w)$/i;

/** `A` comparison, `B` treatment, `-` washout; undefined where a label says neither. `treatment`: the label of B. */
export function letterOf(label: string, treatment: string | undefined): 'A' | 'B' | '-' | undefined {
  const text = label.trim();
  if (nothing.test(text)) return '-';
  if (treatment !== undefined)
    return text === '' ? undefined : text.toLowerCase() === treatment.trim().toLowerCase() ? 'B' : 'A';
  return comparisons.test(text) ? 'A' : treatments.test(text) ? 'B' : undefined;
}
