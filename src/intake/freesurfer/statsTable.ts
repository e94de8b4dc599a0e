import { corner } from './sniff.ts';

/** `asegstats2table`, `aparcstats2table`: one subject a row, one structure a column. */
export interface StatsTable {
  /** First header cell: `Measure:volume`, `lh.aparc.thickness`. */
  corner: string;
  measure: string;
  hemisphere: 'lh' | 'rh' | undefined;
  structures: string[];
  rows: { subject: string; values: string[] }[];
}

const mostColumns = 10_000;

/** Parses such a table; undefined when it has no structure or no subject. */
export function parseStatsTable(text: string): StatsTable | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const delimiter = ['\t', ',', ';'].find((one) => lines[0]?.includes(one));
  if (delimiter === undefined) return undefined;
  const [first, ...structures] = lines[0]!.split(delimiter).map((cell) => cell.trim());
  const match = corner.exec(first!);
  if (!match || structures.length === 0 || structures.length > mostColumns) return undefined;
  const rows = lines.slice(1).flatMap((line) => {
    const [subject, ...values] = line.split(delimiter).map((cell) => cell.trim());
    return subject && values.length === structures.length ? [{ subject, values }] : [];
  });
  if (rows.length === 0) return undefined;
  return {
    corner: first!,
    measure: match[2] ?? match[4]!,
    hemisphere: match[3] as 'lh' | 'rh' | undefined,
    structures,
    rows,
  };
}
