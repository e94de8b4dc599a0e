import { type ExampleFile, textFile } from '../patient.ts';

export interface Answered {
  instrument: string;
  date: string;
  /** By item number; undefined leaves the cell empty. */
  values: readonly (number | undefined)[];
}

/** Answers as one table: a row an administration, a column an item. Instruments with other numbers of items leave cells empty. */
export function writeAnswersTable(path: string, answered: readonly Answered[]): ExampleFile {
  const items = Math.max(...answered.map(({ values }) => values.length));
  const header = ['instrument', 'date', ...Array.from({ length: items }, (_, index) => `item${index + 1}`)];
  const rows = answered.map(({ instrument, date, values }) => [
    instrument,
    date,
    ...Array.from({ length: items }, (_, index) => values[index] ?? ''),
  ]);
  return textFile(path, [header, ...rows].map((cells) => `${cells.join(',')}\n`).join(''));
}
