import { expect, it } from 'vitest';
import { quantity, testFinding } from '../../plan/testFindings.ts';
import { currentViews, type ReportModel } from '../model.ts';
import { notebook } from '../notes.ts';
import { genomicsViews } from '../roomViews/genomics.ts';
import { gridTable } from './gridTable.ts';
import { matrixTable } from './matrixTable.ts';

const view = { type: 'grid', title: 'Radiomics', row: 'Feature', measures: ['volume', 'skewness', 'never'] } as const;
const model = {} as ReportModel;
const far = { severity: 'warning' as const, code: 'few-voxels', message: 'b: 3 voxels.' };

const table = (places: readonly string[]) =>
  gridTable(
    'id',
    view,
    currentViews(
      places.flatMap((site) => [
        testFinding('skewness', quantity(0.5, '1'), { site, time: '2026-01-02', issues: site === 'b' ? [far] : [] }),
        testFinding('volume', quantity(7, 'mm3'), { site, time: '2026-01-02' }),
      ]),
    ),
    model,
    notebook(),
  );

it('has a row for each measure and a column for each place', () => {
  const { columns, rows, day } = table(['b', 'a']);
  expect(day).toBe('2026-01-02');
  expect(columns.map((one) => one.header)).toEqual(['Feature', 'a', 'b']);
  expect(rows.map((row) => row.cells.map((one) => [one.text, ...(one.aside ?? [])].join(' ')))).toEqual([
    ['volume mm³', '7', '7'],
    ['skewness', '0.5', '0.5'],
    ['Notes', '', ''],
  ]);
  expect(rows[2]!.cells.map((one) => one.issues?.map(({ text }) => text) ?? [])).toEqual([[], [], ['3 voxels.']]);
  expect(rows[0]!.findings).toHaveLength(2);
});

it('turns round where there are too many places for columns', () => {
  const { columns, rows } = table([...'abcdefghi']);
  expect(columns.slice(0, 3).map((one) => one.header)).toEqual(['Region', 'volume', 'skewness']);
  expect(rows).toHaveLength(9);
});

it('puts rows of refusals alone into one line, but not the whole table', () => {
  const genes = genomicsViews[0]!;
  if (genes.type !== 'matrix') throw new Error('the first table of the genome is no matrix');
  const refused = testFinding('diplotype', { type: 'refused', reason: 'gene-not-covered' }, { site: 'CYP3A4' });
  const called = testFinding(
    'diplotype',
    { type: 'code', code: { system: 'star-allele', code: '*1/*1', display: '*1/*1' } },
    { site: 'TPMT' },
  );
  const both = matrixTable('id', genes, currentViews([refused, called]), model, notebook());
  expect(both.rows.map((row) => row.cells[0]!.text)).toEqual(['TPMT']);
  expect(both.folds).toEqual([{ text: 'Not assessed', items: [{ text: 'CYP3A4', finding: refused.id }] }]);
  expect(matrixTable('id', genes, currentViews([refused]), model, notebook()).rows).toHaveLength(1);
});
