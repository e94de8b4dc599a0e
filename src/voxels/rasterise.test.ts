import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexFrame } from './indexFrame.ts';
import { isInside, type RegionMask, wholeMask } from './mask.ts';
import { rasterise } from './rasterise.ts';
import { axialGrid } from './testImage.ts';

const grid = axialGrid([20, 20, 10], [2, 3, 4], [15, 20, -8]);
const { toRas } = indexFrame(grid);

/** A polygon given in voxel indices, on plane k. */
function contour(k: number, ...ij: [number, number][]): Float64Array {
  return Float64Array.from(ij.flatMap(([i, j]) => toRas(i, j, k)));
}
const square = (k: number, low: number, high: number): Float64Array =>
  contour(k, [low, low], [high, low], [high, high], [low, high]);
const inPlane = (mask: RegionMask, k: number): number => {
  let n = 0;
  for (let j = 0; j < 20; j++) for (let i = 0; i < 20; i++) if (isInside(mask, i, j, k)) n++;
  return n;
};
const codes = (result: ReturnType<typeof rasterise>): string[] => result.issues.map(({ code }) => code);

describe('rasterise', () => {
  it('fills voxels whose centre is inside', () => {
    const { mask, issues } = rasterise([square(3, 4.5, 8.5)], grid);
    expect(issues).toEqual([]);
    expect(mask.voxels).toBe(16);
    expect(mask.origin[2]).toBe(3);
    expect(isInside(mask, 5, 5, 3) && isInside(mask, 8, 8, 3)).toBe(true);
    expect(isInside(mask, 4, 5, 3) || isInside(mask, 9, 8, 3) || isInside(mask, 5, 5, 2)).toBe(false);
  });

  it('takes a contour within a contour as a hole', () => {
    const { mask } = rasterise([square(3, 1.5, 10.5), square(3, 4.5, 6.5)], grid);
    expect(mask.voxels).toBe(81 - 4);
    expect(isInside(mask, 5, 5, 3)).toBe(false);
  });

  it('counts a centre on a border once for two regions that share it', () => {
    const left = rasterise([contour(0, [2, 2], [6, 2], [6, 8], [2, 8])], grid).mask;
    const right = rasterise([contour(0, [6, 2], [10, 2], [10, 8], [6, 8])], grid).mask;
    const both = rasterise([contour(0, [2, 2], [10, 2], [10, 8], [2, 8])], grid).mask;
    expect(left.voxels + right.voxels).toBe(both.voxels);
    expect(wholeMask(left).some((bit, at) => bit === 1 && wholeMask(right)[at] === 1)).toBe(false);
  });

  it('names planes that are missing within the stack and leaves them empty', () => {
    const result = rasterise(
      [2, 3, 4, 6, 7].map((k) => square(k, 4.5, 8.5)),
      grid,
    );
    expect(codes(result)).toEqual(['contour-plane-missing']);
    expect(inPlane(result.mask, 5)).toBe(0);
    expect(result.mask.voxels).toBe(5 * 16);
  });

  it('matches contours between slices to one slice each, and says so', () => {
    const result = rasterise(
      [2.5, 3.5, 4.5].map((k) => square(k, 4.5, 8.5)),
      grid,
    );
    expect(codes(result)).toEqual(['contour-between-planes']);
    expect(result.mask.voxels).toBe(3 * 16);
  });

  it('fills every slice from contours drawn twice as coarsely', () => {
    const result = rasterise(
      [2, 4, 6].map((k) => square(k, 4.5, 8.5)),
      grid,
    );
    expect(codes(result)).toEqual(['contour-between-planes']);
    expect([2, 3, 4, 5, 6].every((k) => inPlane(result.mask, k) === 16)).toBe(true);
  });

  it('does not let contours drawn twice as finely cancel each other', () => {
    const result = rasterise(
      [2, 2.5, 3, 3.5, 4].map((k) => square(k, 4.5, 8.5)),
      grid,
    );
    expect([2, 3, 4].every((k) => inPlane(result.mask, k) === 16)).toBe(true);
  });

  it('leaves out oblique, open and broken contours with an issue each', () => {
    const slanted = Float64Array.from([...toRas(4, 4, 2), ...toRas(8, 4, 2), ...toRas(8, 8, 5), ...toRas(4, 8, 5)]);
    const result = rasterise(
      [slanted, contour(3, [4, 4], [5, 5]), square(4, Number.NaN, 8), square(5, 4.5, 8.5)],
      grid,
    );
    expect(codes(result)).toEqual(['contour-degenerate', 'contour-oblique']);
    expect(result.mask.voxels).toBe(16);
  });

  it('names what lies outside the image, and a region without a voxel', () => {
    expect(codes(rasterise([square(8, 4.5, 8.5), square(9, 4.5, 8.5), square(10, 4.5, 8.5)], grid))).toEqual([
      'contour-outside-image',
    ]);
    expect(codes(rasterise([square(3, 100, 110)], grid))).toContain('region-empty');
    expect(codes(rasterise([square(3, 4.1, 4.4)], grid))).toEqual(['region-empty']);
    expect(codes(rasterise([], grid))).toEqual(['region-empty']);
  });

  it('agrees with the winding-free definition on any polygon', () => {
    const coordinate = fc.double({ min: -2, max: 21, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 }), (points) => {
        const { mask } = rasterise([contour(3, ...points)], grid);
        for (let j = 0; j < 20; j++)
          for (let i = 0; i < 20; i++) if (isInside(mask, i, j, 3) !== evenOdd(points, i, j)) return false;
        return true;
      }),
      { numRuns: 100 },
    );
  });
});

/** Crossings of the ray to the right; skips points that lie within rounding of an edge by moving nothing: those are not generated. */
function evenOdd(points: [number, number][], i: number, j: number): boolean {
  const flat = points.map(([a, b]) => indexFrame(grid).toIndex(...toRas(a, b, 3)));
  let inside = false;
  flat.forEach(([bi, bj], p) => {
    const [ai, aj] = flat[(p + flat.length - 1) % flat.length]!;
    if (aj <= j !== bj <= j && ai + ((j - aj) / (bj - aj)) * (bi - ai) > i) inside = !inside;
  });
  return inside;
}
