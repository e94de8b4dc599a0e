import type { Size } from './components.ts';

/**
 * Largest distance between two of the points (x, y, z, ...), in mm; `unitMm`: length of one step along each axis. Points are
 * taken from the one farthest from their middle inwards, and a pair is not looked at when both distances from the middle
 * together cannot reach what was found. Give the corners of the convex hull: nothing else can be an end.
 */
export function largestDistance(points: Int32Array, unitMm: Size): number {
  const count = points.length / 3;
  if (count < 2) return 0;
  const mm = Float64Array.from(points, (value, at) => value * unitMm[(at % 3) as 0 | 1 | 2]);
  const middle = [0, 1, 2].map((axis) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = axis; at < mm.length; at += 3) {
      low = Math.min(low, mm[at]!);
      high = Math.max(high, mm[at]!);
    }
    return (low + high) / 2;
  });
  const reach = Float64Array.from({ length: count }, (_, point) =>
    Math.hypot(mm[3 * point]! - middle[0]!, mm[3 * point + 1]! - middle[1]!, mm[3 * point + 2]! - middle[2]!),
  );
  const order = Array.from(reach.keys()).sort((a, b) => reach[b]! - reach[a]! || a - b);
  let best = 0;
  for (let first = 0; first < count; first++) {
    const a = order[first]!;
    const longest = Math.sqrt(best);
    if (2 * reach[a]! <= longest) break;
    const [x, y, z] = [mm[3 * a]!, mm[3 * a + 1]!, mm[3 * a + 2]!];
    for (let second = first + 1; second < count; second++) {
      const b = order[second]!;
      // A margin for rounding: reach and distance are computed in different ways.
      if (reach[a]! + reach[b]! < longest * (1 - 1e-12)) break;
      const distance = (x - mm[3 * b]!) ** 2 + (y - mm[3 * b + 1]!) ** 2 + (z - mm[3 * b + 2]!) ** 2;
      if (distance > best) best = distance;
    }
  }
  return Math.sqrt(best);
}

/**
 * Largest distance in mm between two points that lie in one plane across `axis`, over all such planes. Points are whole
 * (x, y, z, ...); those of a plane are thinned to their convex hull (monotone chain, Andrew 1979), which is exact.
 */
export function largestDistanceInPlane(points: Int32Array, axis: 0 | 1 | 2, unitMm: Size): number {
  const planes = new Map<number, number[]>();
  for (let at = 0; at < points.length; at += 3) {
    const plane = points[at + axis]!;
    const held = planes.get(plane);
    if (held) held.push(at);
    else planes.set(plane, [at]);
  }
  const [u, v] = [0, 1, 2].filter((one) => one !== axis) as [0 | 1 | 2, 0 | 1 | 2];
  let best = 0;
  for (const held of planes.values()) {
    const hull = flatHull(held.map((at) => [points[at + u]!, points[at + v]!] as const));
    for (let first = 0; first < hull.length; first++)
      for (let second = first + 1; second < hull.length; second++) {
        const du = (hull[first]![0] - hull[second]![0]) * unitMm[u];
        const dv = (hull[first]![1] - hull[second]![1]) * unitMm[v];
        best = Math.max(best, du * du + dv * dv);
      }
  }
  return Math.sqrt(best);
}

/** Corners of the convex hull of points in a plane, counter-clockwise, without points on its sides. */
export function flatHull(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (order: readonly (readonly [number, number])[]) => {
    const kept: (readonly [number, number])[] = [];
    for (const point of order) {
      while (kept.length >= 2 && turn(kept.at(-2)!, kept.at(-1)!, point) <= 0) kept.pop();
      kept.push(point);
    }
    kept.pop();
    return kept;
  };
  const hull = [...chain(sorted), ...chain(sorted.toReversed())];
  return hull.length > 0 ? hull : sorted.slice(0, 1);
}

function turn(a: readonly [number, number], b: readonly [number, number], c: readonly [number, number]): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
