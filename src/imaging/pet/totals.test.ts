import { describe, expect, it } from 'vitest';
import { boxed } from '../../voxels/mask.ts';
import { axialGrid } from '../../voxels/testImage.ts';
import { dissemination, totalsOf } from './totals.ts';
import { thresholds } from './volumes.ts';

const grid = axialGrid([10, 10, 4], [3, 3, 3]);

/** A lesion of voxels along a row, of uptakes in their order. */
function lesion(label: string, from: number, values: number[], limits: (number | undefined)[]) {
  const whole = new Uint8Array(400);
  for (let at = 0; at < values.length; at++) whole[from + at] = 1;
  return { label, mask: boxed(whole, grid), values: Float32Array.from(values), limits };
}
const only = thresholds.slice(0, 2);

describe('all lesions of a series', () => {
  it('counts a voxel of two regions once, and lesions that reach the threshold', () => {
    const totals = totalsOf(
      [lesion('a', 0, [5, 6, 1], [2.5, 4]), lesion('b', 1, [6, 1, 3], [2.5, 4]), lesion('c', 50, [1], [2.5, 4])],
      only,
      1000,
    );
    expect(
      totals.map(({ millilitres, totalGlycolysisG, lesions }) => [millilitres, totalGlycolysisG, lesions]),
    ).toEqual([
      [3, 14, 2],
      [2, 11, 2],
    ]);
  });

  it('gives no total by a threshold that one lesion does not have', () => {
    const totals = totalsOf([lesion('a', 0, [5], [2.5, undefined]), lesion('b', 5, [5], [2.5, 4])], only, 1000);
    expect(totals.map(({ threshold }) => threshold)).toEqual([only[0]]);
  });

  it('measures between the centres of the two lesions that lie furthest apart', () => {
    const lesions = [lesion('a', 0, [1, 1, 1], []), lesion('b', 5, [1], []), lesion('c', 308, [1], [])];
    expect(dissemination({ grid }, lesions)).toEqual({ mm: Math.hypot(21, 9), between: ['a', 'c'] });
    expect(dissemination({ grid }, lesions.slice(0, 1))).toBeUndefined();
    expect(dissemination({ grid }, [lesions[0]!, lesion('again', 1, [1], [])])).toBeUndefined();
  });
});
