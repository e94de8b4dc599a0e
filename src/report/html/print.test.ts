import { describe, expect, it } from 'vitest';
import { cell, type TableModel, type TableRow } from '../tables/table.ts';
import { findingTableMarkup } from './findingTable.ts';
import { guidanceTableMarkup } from './guidanceTable.ts';
import { matrixTableMarkup } from './matrixTable.ts';

const table = (kind: TableModel['kind'], headers: string[], rows: TableRow[]): TableModel => ({
  ...{ id: 't', kind, title: 'Title', shared: [], remarks: [], folds: [] },
  columns: headers.map((header) => ({ header, align: 'start' })),
  rows,
});
const anchor = (n: number) => `note-${n}`;
const note = { note: 1, severity: 'warning', text: 'note' } as const;
const none = { type: 'none', text: 'No reference: the value stands alone.' } as const;
const number = (
  name: string,
  place: string,
  value: string,
  more: Partial<TableRow['cells'][number]> = {},
): TableRow => ({
  cells: [
    cell(name, { sub: [place, '2026-03-10'] }),
    cell(value, { finding: `f-${value}` }),
    cell('', { reference: none }),
    { ...cell('Repeatability not known.'), ...more },
  ],
  findings: [`f-${value}`],
});
/** The lists that a printer shows in place of rows. */
const listsOf = (markup: string) => markup.slice(markup.indexOf('class="print-only'));

describe('on paper', () => {
  const headers = ['Finding', 'Value', 'Reference and course', 'Reliability'];

  it('numbers that say nothing else share a list; one with a note or a reference keeps its row', () => {
    const band = { type: 'named', text: 'bands', band: 'high' } as const;
    const banded = number('Score', 'all', '9 points');
    banded.cells[2] = cell('Band: high.', { reference: band });
    const { text } = findingTableMarkup(
      table('findings', headers, [
        number('Volume', 'left', '3 mL'),
        number('Volume', 'right', '4 mL'),
        number('Volume', 'noted', '5 mL', { issues: [note] }),
        banded,
      ]),
      anchor,
    );
    const lists = listsOf(text);
    expect(lists).toContain('Volume</strong>: left, 2026-03-10, 3 mL; right, 2026-03-10, 4 mL');
    expect(lists).not.toContain('5 mL');
    expect(lists).not.toContain('9 points');
    expect(text.match(/class="bare"/g)).toHaveLength(2);
    // Every row stays on the screen, with its link.
    for (const value of ['3 mL', '4 mL', '5 mL', '9 points']) expect(text).toContain(`href="#why-f-${value}"`);
  });

  it('page one keeps its rows', () => {
    const { text } = findingTableMarkup(table('findings', headers, [number('Volume', 'left', '3 mL')]), anchor, true);
    expect(text).not.toMatch(/bare|print-only|screen-only/);
  });

  it('rows that say the same are one paragraph from six on, and one that differs or is noted stands alone', () => {
    const row = (name: string, says: string, more: TableRow['cells'] = []): TableRow => ({
      cells: [cell(name), cell(says), ...more],
      findings: [],
    });
    const places = (n: number) => Array.from({ length: n }, (_, i) => row(`place ${i}`, 'not painful'));
    const drawn = (rows: TableRow[]) => matrixTableMarkup(table('matrix', ['Area', 'Pain'], rows), anchor).text;
    expect(drawn(places(5))).not.toContain('print-only');
    const six = drawn([...places(6), row('hip', 'painful')]);
    expect(six).toContain('<strong>not painful</strong>: place 0; place 1; place 2; place 3; place 4; place 5.');
    expect(six.match(/class="bare"/g)).toHaveLength(6);
    const noted = { ...row('knee', 'not painful'), cells: [cell('knee'), cell('not painful', { issues: [note] })] };
    expect(drawn([...places(6), noted]).match(/class="bare"/g)).toHaveLength(6);
  });

  it('a long table of names and one number is a list with its unit; a short one stays', () => {
    const rows = (n: number) =>
      Array.from({ length: n }, (_, i): TableRow => ({ cells: [cell(`region ${i}`), cell(`${i}.5`)], findings: [] }));
    const drawn = (n: number) => {
      const one = table('matrix', ['Region', 'Volume'], rows(n));
      one.columns[1]!.unit = 'mL';
      return matrixTableMarkup(one, anchor).text;
    };
    expect(drawn(24)).not.toContain('print-only');
    expect(listsOf(drawn(25))).toContain('Volume, mL');
    expect(listsOf(drawn(25))).toContain('<li>region 24: <strong>24.5</strong></li>');
    expect(drawn(25).match(/class="bare"/g)).toHaveLength(25);
  });

  it('guidance on other drugs keeps each member of a set, its strength and whom it is not for', () => {
    const other = { other: true as const, findings: ['f'] };
    const rows: TableRow[] = [
      {
        findings: ['own'],
        cells: ['tramadol', 'IM', 'own words', 'CPIC: Optional', '-', ''].map((text) => cell(text)),
      },
      {
        ...other,
        cells: ['codeine', 'if PM', 'another drug', 'CPIC: Strong', 'not under 12', ''].map((text) => cell(text)),
      },
      { ...other, cells: ['if NM', 'label dose', 'CPIC: Strong'].map((text) => cell(text)) },
    ];
    const { text } = guidanceTableMarkup(
      table('guidance', ['Drug', 'Phenotype', 'Statement', 'Strength', 'Population', 'Notes'], rows),
      anchor,
    );
    expect(listsOf(text)).toContain(
      '<strong>codeine</strong>: if PM: another drug (CPIC: Strong); if NM: label dose (CPIC: Strong). not under 12',
    );
    expect(listsOf(text)).not.toContain('own words');
    expect(text.match(/class="bare"/g)).toHaveLength(2);
  });
});
