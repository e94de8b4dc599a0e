/** The data dictionary of a REDCap project: what its fields are, before anybody reads a value of them. */
import type { Table } from '../table/csv.ts';
import { bareName, type FormNames, restAfterName } from './formNames.ts';

export interface Dictionary {
  /** Fields that name people: never kept beside the answers. */
  identifiers: ReadonlySet<string>;
  fields: number;
  /** What is wrong with the codes of an item's choices, in words; undefined where they are those of the instrument. */
  otherCodes(form: FormNames | undefined, field: string): string | undefined;
}

const columns = {
  field: 'variable / field name',
  form: 'form name',
  type: 'field type',
  choices: 'choices, calculations, or slider labels',
  identifier: 'identifier?',
} as const;

/** Whether a header row is that of a data dictionary; REDCap writes it in English in every language. */
export function isDictionary(header: readonly string[]): boolean {
  const names = header.map((one) => one.trim().toLowerCase());
  return [columns.field, columns.form, columns.type, columns.choices].every((one) => names.includes(one));
}

export function readDictionary(table: Table): Dictionary {
  const names = table.columns.map((one) => one.trim().toLowerCase());
  const index = (name: string) => names.indexOf(name);
  const cell = (row: readonly string[], name: string) => (row[index(name)] ?? '').trim();
  const choices = new Map<string, number[]>();
  const identifiers = new Set<string>();
  for (const row of table.rows) {
    const field = cell(row, columns.field);
    if (/^y$/i.test(cell(row, columns.identifier))) identifiers.add(field);
    if (!/^(radio|dropdown)$/i.test(cell(row, columns.type))) continue;
    choices.set(bareName(field), codesOf(cell(row, columns.choices)));
  }
  return {
    identifiers,
    fields: table.rows.length,
    otherCodes(form, field) {
      const codes = choices.get(bareName(field));
      const rest = form && restAfterName(form, field)?.rest;
      const number = Number(/\d+$/.exec(rest ?? '')?.[0]);
      const item = form?.items.find((one) => one.number === number || one.names.includes(rest ?? ''));
      if (codes === undefined || codes.length === 0 || item === undefined) return undefined;
      const expected = item.max - item.min + 1;
      if (item.points && new Set([...item.points, ...codes]).size === expected) return undefined;
      // Not by spreading: a list of hundreds of thousands of choices overflows the stack.
      const [least, most] = codes.reduce(
        ([low, high], code) => [Math.min(low, code), Math.max(high, code)],
        [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      );
      if (least === item.min && most === item.max && codes.length === expected) return undefined;
      return `the dictionary codes its ${codes.length} choices ${least} to ${most}, ${form!.display} has ${expected} from ${item.min} to ${item.max}.`;
    },
  };
}

/** Numbers before the labels of `0, never | 1, sometimes`; a choice without a number makes the list unusable. */
function codesOf(choices: string): number[] {
  const codes = choices.split('|').map((choice) => /^\s*(-?\d+)\s*,/.exec(choice)?.[1]);
  return codes.some((code) => code === undefined) ? [] : codes.map(Number);
}
