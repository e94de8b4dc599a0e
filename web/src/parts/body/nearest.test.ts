import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const square = (code: string, x: number, y: number, view: 'front' | 'back' = 'front') => ({
  code,
  view,
  part: 'chest',
  item: 1,
  points: `${x},${y} ${x + 10},${y} ${x + 10},${y + 10} ${x},${y + 10}`,
});
const regions = [
  square('a', 0, 0),
  square('right', 20, 2),
  square('far', 60, 0),
  square('below', 1, 20),
  square('other', 15, 0, 'back'),
];

it.each([
  ['ArrowRight', 'right'],
  ['ArrowDown', 'below'],
  ['ArrowLeft', undefined],
  ['Enter', undefined],
])('%s goes to %s', (key, code) => {
  expect(nearest(regions, 'a', key)?.code).toBe(code);
});

it('goes nowhere from a region that is not there', () => {
  expect(nearest(regions, 'z', 'ArrowDown')).toBeUndefined();
});
