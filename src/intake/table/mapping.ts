import { z } from 'zod';
import { Code } from '../../dossier/code.ts';

/** A column by its name. */
const Column = z.strictObject({ column: z.string().min(1) });

/** One value that each row states: from a column or the same for all. */
const Measure = z.strictObject({
  code: z.union([
    Code,
    /** The code stands in a column; its display may stand in another. */
    z.strictObject({ column: z.string().min(1), system: z.string().min(1), display: z.string().min(1).optional() }),
  ]),
  value: Column,
  unit: z.union([Column, z.string().min(1)]).optional(),
  /** Limits of the laboratory's own range in the unit of the value, and its flag (`L`, `H`, `N`). */
  low: Column.optional(),
  high: Column.optional(),
  flag: Column.optional(),
});

/**
 * `labs.mapping.json` beside `labs.csv`: which columns say whose, when, what and how much.
 * @example { "mapping": 1, "identity": { "column": "mrn", "system": "hospital" }, "date": { "column": "taken" },
 *            "measures": [{ "code": { "system": "LOINC", "code": "2160-0", "display": "creatinine" },
 *                           "value": { "column": "crea" }, "unit": "mg/dL" }] }
 */
export const Mapping = z.strictObject({
  mapping: z.literal(1),
  identity: z.strictObject({ column: z.string().min(1), system: z.string().min(1) }).optional(),
  date: Column.optional(),
  measures: z.array(Measure).min(1),
});
export type Mapping = z.infer<typeof Mapping>;

/** Columns that a mapping names. */
export function namedColumns({ identity, date, measures }: Mapping): string[] {
  return [
    ...(identity ? [identity.column] : []),
    ...(date ? [date.column] : []),
    ...measures.flatMap(({ code, value, unit, low, high, flag }) => [
      value.column,
      ...[low, high, flag].flatMap((one) => one?.column ?? []),
      ...('column' in code ? [code.column, ...(code.display ? [code.display] : [])] : []),
      ...(typeof unit === 'object' ? [unit.column] : []),
    ]),
  ];
}
