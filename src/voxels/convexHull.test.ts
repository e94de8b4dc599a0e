import { describe, expect, it } from 'vitest';
import { convexHull } from './convexHull.ts';
import { flatHull, largestDistance, largestDistanceInPlane } from './diameter.ts';
import { enclosingEllipsoid, hullMeasures, orientedBox } from './enclosing.ts';

/** Whole points without pattern, the same in every run. */
function scattered(count: number, reach: number, seed: number): Int32Array {
  let state = seed;
  return Int32Array.from({ length: 3 * count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % reach;
  });
}

function bruteDistance(points: Int32Array, [sx, sy, sz]: readonly [number, number, number], axis?: number): number {
  let best = 0;
  for (let a = 0; a < points.length; a += 3)
    for (let b = 0; b < a; b += 3) {
      if (axis !== undefined && points[a + axis] !== points[b + axis]) continue;
      const off = [0, 1, 2].map((one) => points[a + one]! - points[b + one]!);
      best = Math.max(best, Math.hypot(off[0]! * sx, off[1]! * sy, off[2]! * sz));
    }
  return best;
}

const ball = Int32Array.from(
  Array.from({ length: 21 ** 3 }, (_, at) => [
    (at % 21) - 10,
    (Math.floor(at / 21) % 21) - 10,
    Math.floor(at / 441) - 10,
  ])
    .filter(([x, y, z]) => x! * x! + y! * y! + z! * z! <= 100)
    .flat(),
);
const sets: [string, Int32Array][] = [
  ['scattered', scattered(300, 1000, 1)],
  ['many on few planes', scattered(400, 4, 2)],
  ['ball', ball],
];

describe('convex hull', () => {
  it.each(sets)('%s: no point lies outside, every corner is a point', (_, points) => {
    const { corners, triangles } = convexHull(points)!;
    const at = (of: Int32Array, n: number): number[] => [...of.subarray(3 * n, 3 * n + 3)];
    const known = new Set(Array.from({ length: points.length / 3 }, (__, n) => at(points, n).join()));
    for (let n = 0; n < corners.length / 3; n++) expect(known.has(at(corners, n).join())).toBe(true);
    let highest = 0;
    for (let t = 0; t < triangles.length; t += 3) {
      const [a, b, c] = [0, 1, 2].map((corner) => at(corners, triangles[t + corner]!)) as [
        number[],
        number[],
        number[],
      ];
      const [u, v] = [b.map((x, i) => x - a[i]!), c.map((x, i) => x - a[i]!)] as [number[], number[]];
      const normal = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!];
      for (let n = 0; n < points.length / 3; n++)
        highest = Math.max(
          highest,
          at(points, n).reduce((sum, x, i) => sum + (x - a[i]!) * normal[i]!, 0),
        );
    }
    expect(highest).toBe(0);
    // Euler: a closed surface of triangles.
    expect(triangles.length / 3).toBe(2 * (corners.length / 3) - 4);
  });

  it('is not there for points of one plane, and refuses coordinates that it could not tell apart', () => {
    expect(convexHull(Int32Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 5, 7, 0]))).toBeUndefined();
    expect(() => convexHull(Int32Array.from([0, 0, 0, 40_000, 0, 0, 0, 1, 0, 0, 0, 1]))).toThrow(RangeError);
  });

  it.each(sets)('%s: diameters equal those of all pairs', (_, points) => {
    const unit = [0.5, 0.7, 3] as const;
    expect(largestDistance(convexHull(points)!.corners, unit)).toBeCloseTo(bruteDistance(points, unit), 9);
    for (const axis of [0, 1, 2] as const)
      expect(largestDistanceInPlane(points, axis, unit)).toBeCloseTo(bruteDistance(points, unit, axis), 9);
  });

  it('of a plane leaves out points on its sides', () => {
    const square = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => [x, y] as const));
    expect(flatHull(square)).toHaveLength(4);
  });
});

describe('shapes round a hull', () => {
  const box = Int32Array.from(
    [0, 1].flatMap((x) => [0, 1].flatMap((y) => [0, 1].flatMap((z) => [10 * x, 20 * y, 30 * z]))),
  );
  const hull = convexHull(box)!;

  it('a box is its own box', () => {
    expect(hullMeasures(hull, [1, 1, 1])).toEqual({ volumeMm3: 6000, areaMm2: 2200 });
    expect(orientedBox(hull, [1, 1, 1]).sort((a, b) => a - b)).toEqual([10, 20, 30]);
  });

  it('a turned box is found', () => {
    // Edges along (3, 4, 0), (-4, 3, 0) and z: 5, 10 and 7 long.
    const turned = [0, 1].flatMap((a) =>
      [0, 2].flatMap((b) => [0, 7].flatMap((c) => [3 * a - 4 * b, 4 * a + 3 * b, c])),
    );
    const edges = orientedBox(convexHull(Int32Array.from(turned))!, [1, 1, 1]).sort((a, b) => a - b);
    for (const [at, edge] of [5, 7, 10].entries()) expect(edges[at]).toBeCloseTo(edge, 9);
  });

  it('the ellipsoid of a box has the axes of the box times root 3', () => {
    const axes = enclosingEllipsoid(hull, [1, 1, 1]);
    for (const [at, axis] of [15, 10, 5].entries()) expect(axes[at]! / (axis * Math.sqrt(3))).toBeCloseTo(1, 3);
  });
});
