import { expect, it } from 'vitest';
import type { Timeline, TimelineItem } from '../../../../src/report/timeline/model.ts';
import { heldThen } from './heldThen.ts';

const day = 86_400_000;
const item = (id: string, from: number, to: number, more: Partial<TimelineItem> = {}): TimelineItem => ({
  id,
  ids: [id],
  lane: 'l',
  label: id,
  why: id,
  start: '',
  precision: 'day',
  fromMs: from * day,
  toMs: to * day,
  ...more,
});
const point = (at: number) => ({ time: '', atMs: at * day, value: at, text: `${at} points`, why: `p${at}` });
const model: Timeline = {
  asOf: '2026-01-01',
  lanes: [
    {
      id: 'q',
      group: 'questionnaires',
      title: 'PEG',
      items: 3,
      series: [{ id: 's', title: '', unit: '', points: [10, 40, 90].map(point) }],
    },
    {
      id: 'old',
      group: 'laboratory',
      title: 'Sodium',
      items: 1,
      series: [{ id: 't', title: '', unit: '', points: [point(-900)] }],
    },
  ],
  items: [
    item('taken', 0, 60, { openEnd: 'ongoing' }),
    item('over', 0, 20, { end: 'stated' }),
    item('some day of that year', 0, 365, { precision: 'year' }),
  ],
  undated: [],
};

it('tells what was going on and the newest number before', () => {
  const { going, numbers } = heldThen(model, 50 * day);
  expect(going.map(({ id }) => id)).toEqual(['taken']);
  expect(numbers.map(({ title, point: { text }, daysBefore }) => [title, text, daysBefore])).toEqual([
    ['PEG', '40 points', 10],
  ]);
});

it('assumes nothing beyond what is stated', () => {
  const { going, numbers } = heldThen(model, 61 * day);
  expect(going).toEqual([]);
  expect(numbers).toHaveLength(1);
  expect(heldThen(model, 0).numbers).toEqual([]);
});
