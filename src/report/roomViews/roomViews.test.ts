import { expect, it } from 'vitest';
import { quantity, testFinding } from '../../plan/testFindings.ts';
import { currentViews } from '../model.ts';
import { roomViews, shareOut } from './index.ts';

it('gives every finding to exactly one table and a new measure to the general one', () => {
  const views = currentViews([
    testFinding('suv-max', quantity(1), { site: 'r1' }),
    testFinding('brain-volume', quantity(1), { site: 'a' }),
    testFinding('measure-of-tomorrow', quantity(1)),
  ]);
  const { taken, rest } = shareOut('imaging', views);
  expect(taken.map(({ view, findings }) => [view.title, findings.length])).toEqual([
    ['Volumes', 1],
    ['Uptake', 1],
  ]);
  expect(rest.map((view) => view.finding.measure.code)).toEqual(['measure-of-tomorrow']);
});

it('takes all scores of the psychosocial room, whatever the instrument', () => {
  const views = currentViews([testFinding('instrument-of-tomorrow.total', quantity(1))]);
  expect(shareOut('psychosocial', views).rest).toEqual([]);
  expect(shareOut('clinical', views).rest).toHaveLength(1);
});

it('has no measure in two tables', () => {
  const measures = roomViews.flatMap((view) => {
    if (view.type === 'grid') return view.measures;
    return view.type === 'matrix' ? [...new Set(view.columns.flatMap((column) => column.measures))] : [];
  });
  expect(new Set(measures).size).toBe(measures.length);
});
