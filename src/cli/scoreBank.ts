import { readFileSync } from 'node:fs';
import { IdiographError } from '../dossier/errors.ts';
import type { Answer } from '../dossier/fact.ts';
import type { Issue } from '../dossier/issue.ts';
import { givenAnswers } from '../forms/itemBank/answers.ts';
import { type Bank, parseBanks } from '../forms/itemBank/bank.ts';
import { momentOf } from '../intake/answers/moment.ts';
import { answerOf } from '../intake/answers/responses.ts';
import { defaultLimits } from '../intake/format.ts';
import { parseGuarded } from '../intake/json.ts';
import type { Table } from '../intake/table/csv.ts';
import { estimate, nextItem } from '../psychosocial/itemBank/estimate.ts';

/** One administration of an item bank. `score` is null: a pattern has no raw score. */
export interface BankRow {
  id: string | null;
  date: string | null;
  score: null;
  subscales: Record<string, never>;
  t: number | null;
  standardError: number | null;
  items: number;
  /** What an adaptive test would ask next, and why it would or would not. */
  next: { item: string | null; reason: string };
  safety: [];
  issues: Issue[];
}

/** Item banks of a site. Throws `knowledge-invalid` or, for a file that cannot be read, `usage`. */
export function banksOf(path: string): Bank[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    throw new IdiographError('usage', `${path} cannot be read`, {
      remedy: 'Name a file of item parameters (docs/methods/item-banks.md).',
    });
  }
  const parsed = parseGuarded(content, defaultLimits.jsonDepth);
  if ('value' in parsed) return parseBanks(path, parsed.value);
  throw new IdiographError('knowledge-invalid', `${path} is not JSON`, { remedy: 'Check the file.' });
}

/** One row an administration: `id`, `date`, and a column an item under the owner's name. Empty cells were not asked. */
export function scoreBankRows(table: Pick<Table, 'columns' | 'rows' | 'lines'>, bank: Bank): BankRow[] {
  const find = (pattern: RegExp) => table.columns.findIndex((column) => pattern.test(column.trim()));
  const [id, date] = [find(/^(id|patient|subject|participant|record_?id)$/i), find(/^(date|timestamp|authored)$/i)] as [
    number,
    number,
  ];
  return table.rows.map((row, index): BankRow => {
    const answers = table.columns.flatMap((column, at): Answer[] => {
      const text = (row[at] ?? '').trim();
      return at === id || at === date || text === '' || text === 'NA' ? [] : [answerOf(column.trim(), text)];
    });
    const { given, issues } = givenAnswers(bank, answers);
    const found = given.size > 0 ? estimate(bank, given) : undefined;
    const next = nextItem(bank, given);
    const round = (value: number) => Math.round(value * 10) / 10;
    return {
      id: (id < 0 ? '' : row[id]!.trim()) || null,
      date: (date < 0 ? undefined : momentOf(row[date]!)) ?? null,
      score: null,
      subscales: {},
      t: found ? round(found.score) : null,
      standardError: found ? round(found.standardError) : null,
      items: given.size,
      next: { item: next.item?.id ?? null, reason: next.reason },
      safety: [],
      issues: issues.map((one) => ({ ...one, place: `line ${table.lines[index]}, ${one.place}` })),
    };
  });
}
