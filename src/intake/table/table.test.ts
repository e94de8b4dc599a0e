import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { dateOfCell, numberOfCell, readTable, type Table } from './csv.ts';
import { tableFormat } from './format.ts';

async function importTables(files: Record<string, string>) {
  const pieces: Parameters<typeof tableFormat.assemble>[0] = [];
  for (const [path, content] of Object.entries(files)) {
    const file = fileOf(path, content);
    if (!tableFormat.sniff(file.head, file)) continue;
    const read = await tableFormat.read(file, defaultLimits);
    if ('piece' in read) pieces.push({ path, piece: read.piece });
  }
  return tableFormat.assemble(pieces);
}

const mapping = {
  mapping: 1,
  identity: { column: 'mrn', system: 'hospital' },
  date: { column: 'taken' },
  measures: [
    { code: { system: 'LOINC', code: '2160-0', display: 'creatinine' }, value: { column: 'crea' }, unit: 'mg/dL' },
    { code: { column: 'test', system: 'lab' }, value: { column: 'result' }, unit: { column: 'unit' } },
  ],
};
const labs =
  'mrn;taken;crea;test;result;unit\nA;2024-01-02;1.2;TSH;<0.01;mU/L\nB;02/01/2024;;TSH;see note;mU/L\n;2024-01-03;1.0;;;\n';

describe('tableFormat', () => {
  it('reads the units of blood samples from the description of their name, and misses a table that has none', async () => {
    const about = { PlasmaAvail: true, time: { Units: 's' }, plasma_radioactivity: { Units: 'kBq/mL' } };
    const { drafts, issues } = await importTables({
      'sub-1_blood.tsv': 'time\tplasma_radioactivity\n0\t1\n60\t2\n',
      'sub-1_blood.json': JSON.stringify(about),
      'sub-2_blood.json': JSON.stringify(about),
    });
    expect(drafts.map(({ files }) => files)).toEqual([['sub-1_blood.tsv', 'sub-1_blood.json']]);
    expect(drafts[0]!.source).toMatchObject({
      metadata: { columnUnits: { time: 's', plasma_radioactivity: 'kBq/mL' } },
      issues: [],
    });
    expect(issues).toMatchObject([{ code: 'blood-columns-alone', place: 'sub-2_blood.json' }]);
  });

  it('turns mapped rows into facts, patient by patient', async () => {
    const { drafts, issues } = await importTables({ 'labs.csv': labs, 'labs.mapping.json': JSON.stringify(mapping) });
    expect(issues).toEqual([]);
    expect(drafts.map(({ claim, facts }) => [claim?.value, facts.length])).toEqual([
      ['A', 2],
      ['B', 1],
      [undefined, 1],
    ]);
    expect(drafts[0]!.facts).toMatchObject([
      { code: { code: '2160-0' }, at: '2024-01-02', place: 'line 2', value: { value: 1.2, unit: 'mg/dL' }, issues: [] },
      { code: { system: 'lab', code: 'TSH' }, value: { value: 0.01, comparator: '<', unit: 'mU/L' } },
    ]);
    expect(drafts[1]!.facts).toMatchObject([{ value: { type: 'text' }, issues: [{ code: 'fact-undated' }] }]);
    expect(drafts[1]!.facts[0]).not.toHaveProperty('at');
    expect(drafts[2]!.source.issues).toMatchObject([{ code: 'row-without-patient' }]);
  });

  it('reads the limits and the flag of the laboratory, and says which limit is no number', async () => {
    const [measure] = mapping.measures;
    const more = { ...measure, low: { column: 'lo' }, high: { column: 'hi' }, flag: { column: 'nr' } };
    const { drafts } = await importTables({
      'labs.csv': 'taken,crea,lo,hi,nr\n2024-01-02,1.2,0.7,1.1,H\n2024-02-02,1.0,none,1.1,\n',
      'labs.mapping.json': JSON.stringify({ mapping: 1, date: mapping.date, measures: [more] }),
    });
    expect(drafts[0]!.facts).toMatchObject([
      { referenceRange: { low: 0.7, high: 1.1 }, interpretation: [{ code: 'H' }], issues: [] },
      { referenceRange: { high: 1.1 }, issues: [{ code: 'range-unreadable' }] },
    ]);
    expect(drafts[0]!.facts[1]).not.toHaveProperty('interpretation');
  });

  it('keeps an unmapped table, and says when a mapping does not fit', async () => {
    const unmapped = await importTables({ 'labs.csv': labs });
    expect(unmapped.drafts).toMatchObject([{ facts: [], source: { issues: [{ code: 'table-unmapped' }] } }]);
    const other = { ...mapping, date: { column: 'when' } };
    const misfit = await importTables({ 'labs.csv': labs, 'labs.mapping.json': JSON.stringify(other) });
    expect(misfit.drafts[0]!.source.issues).toMatchObject([{ code: 'mapping-column-missing' }]);
    const alone = await importTables({ 'x.mapping.json': JSON.stringify(mapping) });
    expect(alone.issues).toMatchObject([{ code: 'mapping-alone', place: 'x.mapping.json' }]);
  });

  it('reads what a spreadsheet saves as Unicode text: UTF-16 with a mark', async () => {
    const text = `\ufeff${labs.replaceAll(';', '\t').replace('see note', 'erhöht')}`;
    for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
      const file = fileOf('labs.txt', bytes);
      expect(tableFormat.sniff(file.head, file)).toBe(true);
      const read = await readTable(file, defaultLimits);
      expect(read).toMatchObject({
        issues: [],
        table: { columns: ['mrn', 'taken', 'crea', 'test', 'result', 'unit'] },
      });
      expect('table' in read && read.table.rows[1]![4]).toBe('erhöht');
    }
  });

  it('recognises tables by content, and nothing else', () => {
    const sniff = (text: string) => tableFormat.sniff(Buffer.from(text), { bytes: text.length, path: 'x' });
    expect(sniff('a,b\n1,2\n')).toBe(true);
    expect(sniff('a\tb\r\n"x\ty"\t2')).toBe(true);
    expect(sniff('One line, with a comma.\nAnother line.\n')).toBe(false);
    expect(sniff('{"a": 1,\n"b": 2}')).toBe(false);
    expect(sniff('<a>,b\n,')).toBe(false);
    expect(sniff('a,b\n')).toBe(false);
    expect(tableFormat.sniff(Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0, 0x2c, 1]), { bytes: 7, path: 'x' })).toBe(false);
  });
});

describe('readTable', () => {
  const read = async (
    content: string | Uint8Array,
    limits = {},
  ): Promise<Partial<Table> & { refused?: string; codes?: string[] }> => {
    const result = await readTable(fileOf('x.csv', content), { ...defaultLimits, ...limits });
    return 'refused' in result
      ? { refused: result.refused.code }
      : { ...result.table, codes: result.issues.map(({ code }) => code) };
  };

  it('keeps formulas as text and says so', async () => {
    const { rows, codes } = await read('id,v\n1,"=HYPERLINK(""x"")"\n2,-3\n3,+cmd|calc\n');
    expect(rows).toEqual([
      ['1', '=HYPERLINK("x")'],
      ['2', '-3'],
      ['3', '+cmd|calc'],
    ]);
    expect(codes).toEqual(['table-formula']);
  });

  it('gives each column a name of its own, each row the width of the header, each row its line', async () => {
    const table = await read('a,,a\n1,"two\nlines",3\n4\n');
    expect(table).toMatchObject({
      columns: ['a', 'column 2', 'a (2)'],
      rows: [
        ['1', 'two\nlines', '3'],
        ['4', '', ''],
      ],
      codes: ['table-ragged'],
    });
    expect((await read('a,b\n1,2\n\n3,4\n')).lines).toEqual([2, 4]);
  });

  it('refuses too many columns, open quotes over long lines, and reads Windows-1252 with a warning', async () => {
    expect((await read('a,b,c\n1,2,3\n', { tableColumns: 2 })).refused).toBe('table-too-wide');
    expect((await read(`a,b\n1,"${'x'.repeat(300)}`, { lineBytes: 100 })).refused).toBe('table-invalid');
    expect(await read(Buffer.from('n,v\nM\xfcller,1\n', 'latin1'))).toMatchObject({
      rows: [['Müller', '1']],
      codes: ['table-encoding'],
    });
  });
});

describe('cells', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', undefined],
    ['2024-05', '2024-05'],
    ['03/04/2021', undefined],
    ['20240501', undefined],
    ['2024-05-01 10:30', '2024-05-01'],
    ['2024-05-01T10:30:00+02:00', '2024-05-01T10:30:00+02:00'],
    ['', undefined],
  ])('date %j', (cell, date) => {
    expect(dateOfCell(cell)).toBe(date);
  });

  it.each([
    ['1.5', 1.5],
    [' -2e3 ', -2000],
    ['1,5', undefined],
    ['0x10', undefined],
    ['', undefined],
    ['Infinity', undefined],
  ])('number %j', (cell, value) => {
    expect(numberOfCell(cell)).toBe(value);
  });
});
