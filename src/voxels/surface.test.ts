import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squaredDistance, squaredDistanceAt } from './distance.ts';
import { surfaceDistancesMm, surfaceOf } from './surface.ts';

type Triple = readonly [number, number, number];

/** A small mask with its size and the edges of its voxels in mm. */
const anyMask = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }))
  .chain((size) =>
    fc.record({
      size: fc.constant(size as Triple),
      mask: fc.array(fc.constantFrom(0, 0, 0, 1), {
        minLength: size[0] * size[1] * size[2],
        maxLength: size[0] * size[1] * size[2],
      }),
      spacing: fc.tuple(
        ...([0, 1, 2].map(() => fc.double({ min: 0.2, max: 6, noNaN: true })) as [
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
        ]),
      ),
    }),
  );

const places = ([n0, n1, n2]: Triple): Triple[] =>
  Array.from(
    { length: n0 * n1 * n2 },
    (_, at) => [at % n0, Math.floor(at / n0) % n1, Math.floor(at / (n0 * n1))] as const,
  );

describe('distance in mm', () => {
  it('is exact for any mask and any voxel', () => {
    fc.assert(
      fc.property(anyMask, ({ size, mask, spacing }) => {
        const found = squaredDistance(mask, size, spacing);
        const all = places(size);
        const set = all.filter((_, at) => mask[at] === 1);
        for (const [at, p] of all.entries()) {
          const nearest = Math.min(
            ...set.map((q) => q.reduce((sum, value, axis) => sum + ((value - p[axis]!) * spacing[axis]!) ** 2, 0)),
          );
          if (nearest === Number.POSITIVE_INFINITY) expect(found[at]).toBe(nearest);
          else expect(Math.abs(found[at]! - nearest)).toBeLessThanOrEqual(3e-7 * nearest);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('distance at some voxels', () => {
  it('is the same, however many they are', () => {
    fc.assert(
      fc.property(anyMask, fc.integer({ min: 1, max: 40 }), ({ size, mask, spacing }, each) => {
        const queries = Uint8Array.from(mask, (_, at) => (at % each === 0 ? 1 : 0));
        const all = squaredDistance(mask, size, spacing);
        const found = squaredDistanceAt(queries, mask, size, spacing);
        const expected = [...all].filter((_, at) => queries[at] === 1);
        expect(found).toHaveLength(expected.length);
        for (const [index, value] of expected.entries())
          if (value === Number.POSITIVE_INFINITY) expect(found[index]).toBe(value);
          else expect(Math.abs(found[index]! - value)).toBeLessThanOrEqual(3e-7 * value);
      }),
      { numRuns: 300 },
    );
  });
});

describe('surface', () => {
  it('holds the voxels that touch the outside by a face, the border of the volume too', () => {
    fc.assert(
      fc.property(anyMask, ({ size, mask }) => {
        const surface = surfaceOf(mask, size);
        const inside = ([a, b, c]: Triple): boolean =>
          a >= 0 &&
          b >= 0 &&
          c >= 0 &&
          a < size[0] &&
          b < size[1] &&
          c < size[2] &&
          mask[(c * size[1] + b) * size[0] + a] === 1;
        for (const [at, [a, b, c]] of places(size).entries()) {
          const buried = [-1, 1].every((d) => inside([a + d, b, c]) && inside([a, b + d, c]) && inside([a, b, c + d]));
          expect(surface[at]).toBe(mask[at] === 1 && !buried ? 1 : 0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('measures from each surface voxel to the nearest of the other', () => {
    const [from, to] = [Uint8Array.of(1, 0, 0, 1, 0), Uint8Array.of(0, 0, 0, 0, 1)];
    expect([...surfaceDistancesMm(from, to, [5, 1, 1], [2.5, 1, 1])]).toEqual([10, 2.5]);
    expect([...surfaceDistancesMm(from, new Uint8Array(5), [5, 1, 1], [1, 1, 1])]).toEqual([Infinity, Infinity]);
  });
});
