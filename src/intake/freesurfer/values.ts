import type { Stats } from './stats.ts';
import type { StatsTable } from './statsTable.ts';

/** One number about one structure: the row form of every statistics file. */
export interface StatsValue {
  structure: string;
  hemisphere: string;
  /** Column of the file: `Volume_mm3`, `ThickAvg`, `MeanThickness`, or the table's measure: `thickness`. */
  measure: string;
  value: string;
  /** As the file says: `mm^3`, `mm`, `unitless`. */
  unit: string;
}

export const statsColumns = ['structure', 'hemisphere', 'measure', 'value', 'unit'] as const;
const notMeasures = new Set(['Index', 'SegId', 'StructName']);

/** All numbers of a `.stats` file; whole-brain `# Measure` lines first. */
export function valuesOfStats({ measures, columns, units, rows, hemisphere: side }: Stats): StatsValue[] {
  const name = columns.indexOf('StructName');
  const hemisphere = side ?? '';
  return [
    ...measures.map(({ structure, name: measure, value, unit }) => ({
      structure,
      hemisphere,
      measure,
      value: String(value),
      unit,
    })),
    ...rows.flatMap((row) =>
      columns.flatMap((measure, index) =>
        notMeasures.has(measure)
          ? []
          : [{ structure: row[name]!, hemisphere, measure, value: row[index]!, unit: units[index]! }],
      ),
    ),
  ];
}

const tableUnits: Readonly<Record<string, string>> = {
  volume: 'mm^3',
  area: 'mm^2',
  thickness: 'mm',
  thicknessstd: 'mm',
  meancurv: 'mm^-1',
  gauscurv: 'mm^-2',
};

/** Columns that `aparcstats2table` appends to every table. */
const wholeBrain = /^(eTIV|EstimatedTotalIntraCranialVol|BrainSegVol\w*)$/;

/** One subject's row. `lh_bankssts_thickness` is structure `bankssts` of hemisphere `lh`. */
export function valuesOfRow(table: StatsTable, subject: string): StatsValue[] {
  const row = table.rows.find((one) => one.subject === subject);
  if (!row) return [];
  const { measure, hemisphere = '' } = table;
  const unit = tableUnits[measure] ?? 'unknown';
  return table.structures.map((column, index) => {
    const value = row.values[index]!;
    if (hemisphere && wholeBrain.test(column)) {
      return { structure: column, hemisphere: '', measure: 'volume', value, unit: 'mm^3' };
    }
    const structure = column.replace(/^[lr]h_/, '').replace(new RegExp(`_${measure}$`), '');
    return { structure: hemisphere ? structure : column, hemisphere, measure, value, unit };
  });
}
