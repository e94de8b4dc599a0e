import { describe, expect, it } from 'vitest';
import type { Cell, TableModel, TableRow } from '../../../../src/report/tables/table.ts';
import { firstRows, sayOnce, untold } from './shorten.ts';

const row = (...cells: Cell[]): TableRow => ({ cells, findings: [] });
const table = (rows: TableRow[]): TableModel => ({
  id: 'x',
  kind: 'findings',
  title: 'X',
  columns: rows[0]!.cells.map((_, c) => ({ header: `c${c}`, align: 'start' })),
  rows,
  shared: [],
  remarks: [],
  folds: [],
});
const none: Cell = { text: 'No reference.', quiet: true, reference: { type: 'none', text: 'No reference.' } };

describe('tables of the page, shortened', () => {
  it('says once what most rows say, drops a column that says nothing else, keeps what a row says more', () => {
    const rows = Array.from({ length: 5 }, (_, i) => row({ text: `r${i}` }, { text: `${i}`, finding: 'f' }, none));
    const { table: short, once } = sayOnce(table(rows));
    expect(short.columns.map(({ header }) => header)).toEqual(['c0', 'c1']);
    expect(short.rows[4]!.cells).toHaveLength(2);
    expect(once).toEqual([{ header: 'c2', text: 'No reference.' }]);
    rows[3] = row({ text: 'r3' }, { text: '3', finding: 'f' }, { ...none, sub: ['but'] });
    rows[4] = row({ text: 'r4' }, { text: '4', finding: 'f' }, { text: 'Band: mild.', quiet: true });
    const kept = sayOnce(table(rows));
    expect(kept.once).toEqual([{ header: 'c2', text: 'No reference.' }]);
    expect(kept.table.rows.map(({ cells }) => cells[2])).toEqual([
      { text: '' },
      { text: '' },
      { text: '' },
      { text: '', sub: ['but'] },
      { text: 'Band: mild.', quiet: true },
    ]);
    expect(sayOnce(table(rows.slice(2))).once).toEqual([]);
  });

  it('shows of a long table what the person takes, never half of joined rows, and all of a short one', () => {
    const rows = Array.from({ length: 40 }, (_, i) => row({ text: `r${i}` }));
    expect(firstRows(table(rows.slice(0, 24)))).toBe(24);
    expect(firstRows(table(rows))).toBe(12);
    rows[11] = row({ text: 'joined', rows: 3 });
    expect(firstRows(table(rows))).toBe(14);
    rows[4] = { ...rows[4]!, heading: true };
    for (let i = 5; i < 40; i++) rows[i] = { ...rows[i]!, other: true };
    expect(firstRows(table(rows))).toBe(4);
  });

  it('spells a note out once and leaves its number in the rows below', () => {
    const note = { note: 7, severity: 'warning', text: 'Small variants only.' } as const;
    const rows = untold([row({ text: '', issues: [note] }), row({ text: '', issues: [note] })]);
    expect(rows.map(({ cells }) => cells[0]!.issues![0]!.text)).toEqual(['Small variants only.', '']);
    expect(rows[1]!.cells[0]!.issues![0]!.note).toBe(7);
  });
});
