import { describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../../../src/report/timeline/model.ts';
import { marksOf } from './clusters.ts';

const at = (fromMs: number, toMs = fromMs): TimelineItem => ({
  id: `${fromMs}-${toMs}`,
  ids: [],
  lane: 'a',
  label: '',
  why: '',
  start: '',
  precision: 'day',
  fromMs,
  toMs,
});
const same = (ms: number) => ms;

describe('marks of a lane', () => {
  it('joins points that meet and keeps those apart that do not', () => {
    const marks = marksOf([at(10), at(12), at(60)], same, 100);
    expect(marks.map(({ items }) => items.length)).toEqual([2, 1]);
  });

  it('never joins a long stretch with a point', () => {
    const marks = marksOf([at(0, 80), at(1)], same, 100);
    expect(marks.map(({ items }) => items.length)).toEqual([1, 1]);
  });

  it('leaves out what is not in sight, keeps what reaches into it', () => {
    const marks = marksOf([at(-50, -20), at(-50, 30), at(120)], same, 100);
    expect(marks.map(({ x, right }) => [x, right])).toEqual([[-50, 30]]);
  });

  it('loses nothing among ten thousand', () => {
    const items = Array.from({ length: 10_000 }, (_, i) => at(i / 50));
    const marks = marksOf(items, same, 200);
    expect(marks.reduce((sum, mark) => sum + mark.items.length, 0)).toBe(10_000);
    expect(marks.length).toBeLessThan(60);
  });
});
