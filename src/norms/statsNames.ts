/** A row of a FreeSurfer or FastSurfer source, as the intake opens it. */
export interface StatsRow {
  structure: string;
  hemisphere: string;
  measure: string;
  value: string;
  unit: string;
}

/** What a table of a reference calls it: `Left-Hippocampus`, `lh_G_cuneus_thickness`, `TotalGrayVol`. Undefined: not compared. */
export function columnOf({ structure, hemisphere, measure, unit }: StatsRow): string | undefined {
  const side = hemisphere === 'lh' || hemisphere === 'rh' ? hemisphere : undefined;
  if (side && unit === 'mm' && measure === 'MeanThickness') return `${side}_MeanThickness_thickness`;
  if (side && unit === 'mm' && (measure === 'ThickAvg' || measure === 'thickness'))
    return `${side}_${structure}_thickness`;
  if (side && unit === 'mm^2' && (measure === 'SurfArea' || measure === 'area')) return `${side}_${structure}_area`;
  if (side || unit !== 'mm^3') return undefined;
  if (measure === 'Volume_mm3' || measure === 'volume') return structure;
  // Whole-brain lines: their short name is the one that tables use.
  return measure;
}

/** Whether values of a parcellation may be read against a reference of another: DKT is not DK, whatever the names say. */
export function atlasFits(column: string, atlas: string | undefined, wanted: string | undefined): boolean {
  if (!/^[lr]h_.*_(thickness|area)$/.test(column) || wanted === undefined) return true;
  if (/^[lr]h_MeanThickness/.test(column)) return true;
  return atlas === wanted;
}

/** UCUM of the units that statistics files write. */
export const ucum: Readonly<Record<string, string>> = { 'mm^3': 'mm3', 'mm^2': 'mm2', mm: 'mm' };
