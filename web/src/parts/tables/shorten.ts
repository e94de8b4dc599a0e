import type { Cell, TableModel, TableRow } from '../../../../src/report/tables/table.ts';

/** Tables up to this length are shown whole. */
const wholeUpTo = 24;
/** What is shown of longer ones, where no row is more to the point than the others. */
const first = 12;
/** Fewer rows than this do not tire anybody by repeating themselves. */
const worthSayingOnce = 4;

/**
 * What most rows say in the same words - that there is no reference, that no repeatability is known - stands below, once,
 * and in no row. A column that says nothing else goes.
 */
export function sayOnce(table: TableModel): { table: TableModel; once: { header: string; text: string }[] } {
  const rows = table.rows.filter((row) => !row.heading);
  if (table.rows.some((row) => row.cells.length !== table.columns.length)) return { table, once: [] };
  const common = table.columns.map((_, c) => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const { text, quiet, finding } = row.cells[c]!;
      if (c > 0 && quiet && finding === undefined && text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const [text, times] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
    return times >= worthSayingOnce && times * 2 > rows.length ? text : undefined;
  });
  const stripped = table.rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell, c) => (common[c] !== undefined && cell.text === common[c] ? without(cell) : cell)),
  }));
  const isEmpty = table.columns.map(
    (_, c) => c > 0 && rows.length > 0 && stripped.every(({ cells }) => isBare(cells[c]!)),
  );
  const keep = (_: unknown, c: number) => !isEmpty[c];
  return {
    table: {
      ...table,
      columns: table.columns.filter(keep),
      rows: stripped.map((row) => ({ ...row, cells: row.cells.filter(keep) })),
    },
    once: common.flatMap((text, c) => (text ? [{ header: table.columns[c]!.header, text }] : [])),
  };
}

/** Nothing to read in it: how quiet it would be does not matter, nor that it has no reference. */
function isBare({ text, quiet: _, reference, ...rest }: Cell): boolean {
  return text === '' && (reference?.text ?? '') === '' && Object.keys(rest).length === 0;
}

/** The cell without its words; pictures, notes and small lines stay. */
function without({ text: _, quiet: _quiet, reference, ...rest }: Cell): Cell {
  return { text: '', ...rest, ...(rest.plot && reference ? { reference } : {}) };
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
