import type { Size } from './components.ts';
import type { Hull } from './convexHull.ts';
import { flatHull } from './diameter.ts';

type Vector = [number, number, number];

/** Corners of a hull in mm. */
export function cornersMm({ corners }: Hull, unitMm: Size): Vector[] {
  const places: Vector[] = [];
  for (let at = 0; at < corners.length; at += 3)
    places.push([corners[at]! * unitMm[0], corners[at + 1]! * unitMm[1], corners[at + 2]! * unitMm[2]]);
  return places;
}

/** Volume and area of a hull. */
export function hullMeasures(hull: Hull, unitMm: Size): { volumeMm3: number; areaMm2: number } {
  const places = cornersMm(hull, unitMm);
  const [ox, oy, oz] = places[0]!;
  let volumeMm3 = 0;
  let areaMm2 = 0;
  for (let at = 0; at < hull.triangles.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => {
      const [x, y, z] = places[hull.triangles[at + corner]!]!;
      return [x - ox, y - oy, z - oz] as Vector;
    }) as [Vector, Vector, Vector];
    const normal = cross(minus(b, a), minus(c, a));
    areaMm2 += Math.hypot(...normal) / 2;
    volumeMm3 += dot(a, normal) / 6;
  }
  return { volumeMm3, areaMm2 };
}

/** Faces that are tried at most as a side of the box: the largest. */
const mostFaces = 512;

/**
 * Edges in mm of the smallest box that has one face on a face of the hull. The smallest of all boxes can be a little
 * smaller, with edges of the hull and no face on its sides (O'Rourke 1985); the difference is small and IBSI states no
 * consensus value. A direction is not tried when its width times its shadow exceeds the best box already.
 */
export function orientedBox(hull: Hull, unitMm: Size): Vector {
  const places = cornersMm(hull, unitMm);
  const faces = hullFaces(hull, places);
  const flat = Float64Array.from(places.flat());
  // Normals as long as the faces are large: what a face adds to a shadow is its product with the direction.
  const areas = Float64Array.from(faces.flatMap(({ direction, area }) => direction.map((value) => value * area)));
  const tried = faces
    .slice(0, mostFaces)
    .map(({ direction }) => {
      const [x, y, z] = direction;
      let [low, high, shadow] = [Infinity, -Infinity, 0];
      for (let at = 0; at < flat.length; at += 3) {
        const along = flat[at]! * x + flat[at + 1]! * y + flat[at + 2]! * z;
        if (along < low) low = along;
        if (along > high) high = along;
      }
      for (let at = 0; at < areas.length; at += 3)
        shadow += Math.abs(areas[at]! * x + areas[at + 1]! * y + areas[at + 2]! * z);
      return { direction, width: high - low, atLeast: ((high - low) * shadow) / 2 };
    })
    .sort((a, b) => a.atLeast - b.atLeast);
  let best: Vector = [Infinity, Infinity, Infinity];
  let smallest = Number.POSITIVE_INFINITY;
  for (const { direction, width, atLeast } of tried) {
    if (atLeast >= smallest) break;
    const [length, breadth] = flatBox(places, direction);
    if (width * length * breadth < smallest) {
      smallest = width * length * breadth;
      best = [width, length, breadth];
    }
  }
  return best;
}

/** Directions of the flat faces of a hull with their areas in mm2, the largest first. */
function hullFaces({ triangles }: Hull, places: readonly Vector[]): { direction: Vector; area: number }[] {
  const faces = new Map<string, { direction: Vector; area: number }>();
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => places[triangles[at + corner]!]!) as [Vector, Vector, Vector];
    const normal = cross(minus(b, a), minus(c, a));
    const length = Math.hypot(...normal);
    const direction = normal.map((value) => value / length) as Vector;
    const key = direction.map((value) => Math.round(value * 1e9)).join();
    const held = faces.get(key);
    if (held) held.area += length / 2;
    else faces.set(key, { direction, area: length / 2 });
  }
  return [...faces.values()].sort((a, b) => b.area - a.area);
}

/** Sides of the smallest rectangle round the shadow of points along a direction: one side lies on the shadow's hull. */
function flatBox(places: readonly Vector[], direction: Vector): [number, number] {
  const axis = [0, 1, 2].sort((a, b) => Math.abs(direction[a]!) - Math.abs(direction[b]!))[0]!;
  const helper = [0, 1, 2].map((one) => (one === axis ? 1 : 0)) as Vector;
  const raw = cross(direction, helper);
  const length = Math.hypot(...raw);
  const u = raw.map((value) => value / length) as Vector;
  const v = cross(direction, u);
  const shadow = flatHull(places.map((place) => [dot(place, u), dot(place, v)] as const));
  let best: [number, number] = [Infinity, Infinity];
  shadow.forEach(([ax, ay], at) => {
    const [bx, by] = shadow[(at + 1) % shadow.length]!;
    const side = Math.hypot(bx - ax, by - ay);
    const [ex, ey] = [(bx - ax) / side, (by - ay) / side];
    let [low, high, far] = [Infinity, -Infinity, 0];
    for (const [x, y] of shadow) {
      const along = (x - ax) * ex + (y - ay) * ey;
      low = Math.min(low, along);
      high = Math.max(high, along);
      far = Math.max(far, Math.abs((y - ay) * ex - (x - ax) * ey));
    }
    if ((high - low) * far < best[0] * best[1]) best = [high - low, far];
  });
  return best;
}

/**
 * Semi-axes in mm, longest first, of the smallest ellipsoid round the corners of a hull: Khachiyan's ascent with steps
 * away from corners that carry too much weight (Todd and Yildirim 2007, doi 10.1016/j.dam.2007.02.013), until no corner
 * lies outside by more than `tolerance` of the squared radius. It begins with the extreme corners of 13 directions.
 */
export function enclosingEllipsoid(hull: Hull, unitMm: Size, tolerance = 1e-4): Vector {
  const corners = cornersMm(hull, unitMm);
  const places = Float64Array.from(corners.flatMap((place) => minus(place, corners[0]!)));
  const weights = new Float64Array(corners.length);
  const first = extremeCorners(places);
  for (const at of first) weights[at] = 1 / first.length;
  // Sum of w p p' over corners lifted to (x, y, z, 1), row-major 4x4; a step changes it by one product.
  const moments = new Float64Array(16);
  const lifted = (at: number, row: number): number => (row < 3 ? places[3 * at + row]! : 1);
  const weigh = (at: number, weight: number): void => {
    for (let a = 0; a < 4; a++)
      for (let b = 0; b < 4; b++) moments[4 * a + b]! += weight * lifted(at, a) * lifted(at, b);
  };
  for (const at of first) weigh(at, weights[at]!);
  for (let step = 0; step < 20_000; step++) {
    const { out, most, inner, least } = reaches(places, weights, invert4(moments));
    if (most / 4 - 1 <= tolerance && 1 - least / 4 <= tolerance) break;
    const isAway = 1 - least / 4 > most / 4 - 1;
    const at = isAway ? inner : out;
    const reach = isAway ? least : most;
    let share = (reach - 4) / (4 * (reach - 1));
    if (isAway) share = Math.max(share, -weights[at]! / (1 - weights[at]!));
    for (let one = 0; one < weights.length; one++) weights[one]! *= 1 - share;
    for (let one = 0; one < 16; one++) moments[one]! *= 1 - share;
    weights[at] = Math.max(0, weights[at]! + share);
    weigh(at, share);
  }
  const centre = [moments[3]!, moments[7]!, moments[11]!];
  const spread = [0, 1, 2].map((a) => [0, 1, 2].map((b) => 3 * (moments[4 * a + b]! - centre[a]! * centre[b]!)));
  return symmetricEigenvalues(spread as [Vector, Vector, Vector]).map((value) =>
    Math.sqrt(Math.max(0, value)),
  ) as Vector;
}

/** The first and last corner along each of 13 directions, without repeats. */
function extremeCorners(places: Float64Array): number[] {
  const found = new Set<number>();
  for (let x = -1; x <= 1; x++)
    for (let y = -1; y <= 1; y++)
      for (let z = -1; z <= 1; z++) {
        let [best, far] = [0, -Infinity];
        for (let at = 0; at < places.length; at += 3) {
          const along = x * places[at]! + y * places[at + 1]! + z * places[at + 2]!;
          if (along > far) [best, far] = [at / 3, along];
        }
        found.add(best);
      }
  return [...found].sort((a, b) => a - b);
}

/** The corner farthest out by the measure of `m` (symmetric 4x4), and of those with weight the one farthest in. */
function reaches(places: Float64Array, weights: Float64Array, m: readonly number[]) {
  const [xx, xy, xz, x1, , yy, yz, y1, , , zz, z1, , , , one] = m as [number, ...number[]] & number[];
  let [out, most, inner, least] = [0, -Infinity, 0, Infinity];
  for (let at = 0; at < weights.length; at++) {
    const x = places[3 * at]!;
    const y = places[3 * at + 1]!;
    const z = places[3 * at + 2]!;
    const reach =
      x * (xx! * x + 2 * (xy! * y + xz! * z + x1!)) +
      y * (yy! * y + 2 * (yz! * z + y1!)) +
      z * (zz! * z + 2 * z1!) +
      one!;
    if (reach > most) {
      most = reach;
      out = at;
    }
    if (weights[at]! > 0 && reach < least) {
      least = reach;
      inner = at;
    }
  }
  return { out, most, inner, least };
}

/** Inverse of a positive definite 4x4 by Gauss and Jordan with pivots. */
function invert4(source: Float64Array): number[] {
  const rows = [0, 1, 2, 3].map((a) => [
    ...source.slice(4 * a, 4 * a + 4),
    ...[0, 1, 2, 3].map((b) => (a === b ? 1 : 0)),
  ]);
  for (let column = 0; column < 4; column++) {
    let pivot = column;
    for (let a = column + 1; a < 4; a++) if (Math.abs(rows[a]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = a;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const scale = rows[column]![column]!;
    rows[column] = rows[column]!.map((value) => value / scale);
    for (let a = 0; a < 4; a++) {
      if (a === column) continue;
      const factor = rows[a]![column]!;
      rows[a] = rows[a]!.map((value, at) => value - factor * rows[column]![at]!);
    }
  }
  return rows.flatMap((row) => row.slice(4));
}

/** Eigenvalues of a symmetric 3x3, largest first, by Jacobi's rotations. */
export function symmetricEigenvalues(source: readonly [Vector, Vector, Vector]): Vector {
  const m = source.map((row) => [...row]);
  for (let sweep = 0; sweep < 50; sweep++) {
    const off = m[0]![1]! ** 2 + m[0]![2]! ** 2 + m[1]![2]! ** 2;
    const size = m[0]![0]! ** 2 + m[1]![1]! ** 2 + m[2]![2]! ** 2;
    if (off <= 1e-32 * size) break;
    for (const [p, q, r] of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 2, 0],
    ] as const) {
      if (m[p]![q]! === 0) continue;
      const theta = (m[q]![q]! - m[p]![p]!) / (2 * m[p]![q]!);
      const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const c = 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      const [pp, qq, pq, pr, qr] = [m[p]![p]!, m[q]![q]!, m[p]![q]!, m[p]![r]!, m[q]![r]!];
      m[p]![p] = pp - t * pq;
      m[q]![q] = qq + t * pq;
      m[p]![q] = m[q]![p] = 0;
      m[p]![r] = m[r]![p] = c * pr - s * qr;
      m[q]![r] = m[r]![q] = s * pr + c * qr;
    }
  }
  return [m[0]![0]!, m[1]![1]!, m[2]![2]!].sort((a, b) => b - a) as Vector;
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
