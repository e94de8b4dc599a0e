import { museRegion, type VolumeTableKind, volumeTableKind } from '../../knowledge/volumeTables.ts';
import { numberOfCell, type Table } from '../table/csv.ts';

/** One number about one structure, in the row form of FreeSurfer's statistics. */
export interface VolumeValue {
  structure: string;
  hemisphere: '';
  /** `volume`, or `quality` of SynthSeg. */
  measure: 'volume' | 'quality';
  value: string;
  unit: 'mm^3' | 'unitless';
}

/** Column of the table -> how its software names the structure. */
export interface VolumeColumns {
  kind: VolumeTableKind;
  structures: { index: number; name: string }[];
  /** Values went through a harmonisation between scanners before they were written. */
  harmonised: boolean;
}

/** Columns that tables of volumes may carry besides volumes. */
const covariate = /^(age|sex|gender|site|study|dx|diagnosis|date|session|visit|scanner|sex_m|icv_norm)$/i;

/** Undefined when the header is that of no known table. The intracranial volume is called as its software does: `total intracranial`, `ICV`. */
export function volumeColumns(columns: readonly string[]): VolumeColumns | undefined {
  const kind = volumeTableKind(columns);
  if (kind === undefined) return undefined;
  const structures = columns.flatMap((column, index) => {
    const name = kind === 'DLMUSE' ? museRegion(column) : covariate.test(column) ? undefined : column.trim();
    return index === 0 || name === undefined ? [] : [{ index, name }];
  });
  // A region may stand twice, by its number as a part and as a sum of parts: the same number, said once.
  const first = new Map(structures.map(({ index, name }) => [name, index] as const).reverse());
  return {
    kind,
    structures: structures.filter(({ index, name }) => first.get(name) === index),
    harmonised: kind === 'DLMUSE' && columns.some((one) => /^H_DL_?MUSE/i.test(one.trim())),
  };
}

/** All numbers of one row; cells that hold none, or less than none, are left out. */
export function valuesOfRow({ rows }: Pick<Table, 'rows'>, columns: VolumeColumns, row: number): VolumeValue[] {
  const isQuality = columns.kind === 'SynthSeg quality';
  return columns.structures.flatMap(({ index, name }): VolumeValue[] => {
    const value = numberOfCell(rows[row]![index]!);
    if (value === undefined || value < 0) return [];
    return [
      {
        structure: name,
        hemisphere: '',
        measure: isQuality ? 'quality' : 'volume',
        value: String(value),
        unit: isQuality ? 'unitless' : 'mm^3',
      },
    ];
  });
}

/** Name of the intracranial volume in each kind of table. */
export const intracranialNames: Readonly<Partial<Record<VolumeTableKind, string>>> = {
  SynthSeg: 'total intracranial',
  DLMUSE: 'ICV',
};
