import type { Cell, TableModel, TableRow } from '../../../../src/report/tables/table.ts';

/** Tables up to this length are shown whole. */
const wholeUpTo = 24;
/** What is shown of longer ones, where no row is more to the point than the others. */
const first = 12;
/** Fewer rows than this do not tire anybody by repeating themselves. */
const worthSayingOnce = 4;

/** Without the columns whose every cell says the same words and nothing else; those words stand below, once. */
export function sayOnce(table: TableModel): { table: TableModel; once: { header: string; text: string }[] } {
  const rows = table.rows.filter((row) => !row.heading);
  if (rows.length < worthSayingOnce || table.rows.some((row) => row.cells.length !== table.columns.length))
    return { table, once: [] };
  const alike = table.columns.map((_, c) => {
    const text = onlyWords(rows[0]!.cells[c]!);
    return c > 0 && text && rows.every((row) => onlyWords(row.cells[c]!) === text) ? text : undefined;
  });
  const keep = (_: unknown, c: number) => alike[c] === undefined;
  return {
    table: {
      ...table,
      columns: table.columns.filter(keep),
      rows: table.rows.map((row) => ({ ...row, cells: row.cells.filter(keep) })),
    },
    once: alike.flatMap((text, c) => (text ? [{ header: table.columns[c]!.header, text }] : [])),
  };
}

/** The words of a cell that holds nothing else: no value, picture, note or span. */
function onlyWords({ text, quiet, reference, ...rest }: Cell): string | undefined {
  return quiet && Object.keys(rest).length === 0 ? text : undefined;
}

/**
 * How many rows to show at first: of a long table those about what the person takes or has, else the first ones. Rows
 * that a cell joins stay together.
 */
export function firstRows({ rows }: TableModel): number {
  if (rows.length <= wholeUpTo) return rows.length;
  const other = rows.findIndex((row) => row.other);
  const heads = other > 0 && rows[other - 1]!.heading ? other - 1 : other;
  let end = heads > 0 ? Math.min(heads, wholeUpTo) : first;
  for (let i = 0; i < end; i++) {
    const reach = i + Math.max(1, ...rows[i]!.cells.map((cell) => cell.rows ?? 1));
    end = Math.max(end, reach);
  }
  return rows.length - end < worthSayingOnce ? rows.length : end;
}

/** A note is spelled out in the first row that bears it; in the rows below its number leads to it. */
export function untold(rows: readonly TableRow[]): TableRow[] {
  const told = new Set<number>();
  return rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell) => {
      if (!cell.issues) return cell;
      const issues = cell.issues.map((one) => (told.has(one.note) ? { ...one, text: '' } : one));
      for (const { note } of cell.issues) told.add(note);
      return { ...cell, issues };
    }),
  }));
}
