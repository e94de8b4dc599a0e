import { type ExampleFile, textFile } from '../patient.ts';

export interface Answered {
  instrument: string;
  date: string;
  /** By item number; undefined was not answered and gets no row. */
  values: readonly (number | undefined)[];
}

/** Answers as one table, one answer a row. */
export function writeAnswersTable(path: string, answered: readonly Answered[]): ExampleFile {
  const rows = answered.flatMap(({ instrument, date, values }) =>
    values.flatMap((value, index) => (value === undefined ? [] : [[date, instrument, index + 1, value]])),
  );
  return textFile(
    path,
    [['date', 'instrument', 'item', 'answer'], ...rows].map((cells) => `${cells.join(',')}\n`).join(''),
  );
}
