/** Convex hull of whole points: corners, and triangles counter-clockwise seen from outside. */
export interface Hull {
  /** x, y, z of the corners, in the order in which they stand among the points. */
  corners: Int32Array;
  /** Three places in `corners` for each triangle. */
  triangles: Int32Array;
}

interface Face {
  vertices: readonly [number, number, number];
  /** The face beyond the edge that begins at each vertex. */
  beyond: [Face, Face, Face];
  normal: readonly [number, number, number];
  offset: number;
  /** Points outside this face that wait for it. */
  waiting: number[];
  isGone: boolean;
}

/**
 * Convex hull of points with whole coordinates (x, y, z, ...) by quickhull (Barber, Dobkin, Huhdanpaa 1996, doi
 * 10.1145/235815.235821). Coordinates up to 2^15: then every orientation is exact, and coplanar points, of which voxels
 * have many, need no tolerance. Undefined when all points lie in one plane. Throws `RangeError` for larger coordinates.
 */
export function convexHull(points: Int32Array): Hull | undefined {
  const count = points.length / 3;
  for (const value of points) if (Math.abs(value) > 2 ** 15) throw new RangeError(`coordinate ${value} is too large`);
  const first = tetrahedron(points, count);
  if (!first) return undefined;
  const faces = first;
  for (let point = 0; point < count; point++) assign(points, point, faces);
  const queue = faces.filter(({ waiting }) => waiting.length > 0);
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (next.isGone || next.waiting.length === 0) continue;
    for (const face of addPoint(points, next)) {
      faces.push(face);
      if (face.waiting.length > 0) queue.push(face);
    }
  }
  const kept = faces.filter(({ isGone }) => !isGone);
  const used = [...new Set(kept.flatMap(({ vertices }) => [...vertices]))].sort((a, b) => a - b);
  const place = new Map(used.map((point, at) => [point, at]));
  return {
    corners: Int32Array.from(
      used.flatMap((point) => [points[3 * point]!, points[3 * point + 1]!, points[3 * point + 2]!]),
    ),
    triangles: Int32Array.from(kept.flatMap(({ vertices }) => vertices.map((point) => place.get(point)!))),
  };
}

function height(points: Int32Array, { normal, offset }: Face, point: number): number {
  return (
    normal[0] * points[3 * point]! + normal[1] * points[3 * point + 1]! + normal[2] * points[3 * point + 2]! - offset
  );
}

function face(points: Int32Array, a: number, b: number, c: number): Face {
  const at = (point: number, axis: number): number => points[3 * point + axis]!;
  const [ux, uy, uz] = [at(b, 0) - at(a, 0), at(b, 1) - at(a, 1), at(b, 2) - at(a, 2)];
  const [vx, vy, vz] = [at(c, 0) - at(a, 0), at(c, 1) - at(a, 1), at(c, 2) - at(a, 2)];
  const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx] as const;
  const offset = normal[0] * at(a, 0) + normal[1] * at(a, 1) + normal[2] * at(a, 2);
  return {
    vertices: [a, b, c],
    beyond: [undefined, undefined, undefined] as unknown as Face['beyond'],
    normal,
    offset,
    waiting: [],
    isGone: false,
  };
}

function assign(points: Int32Array, point: number, faces: readonly Face[]): void {
  for (const one of faces)
    if (height(points, one, point) > 0) {
      one.waiting.push(point);
      return;
    }
}

/** Two extreme points, the point farthest from their line, the point farthest from that plane. */
function tetrahedron(points: Int32Array, count: number): Face[] | undefined {
  if (count < 4) return undefined;
  const at = (point: number, axis: number): number => points[3 * point + axis]!;
  const farthest = (measure: (point: number) => number): number => {
    let best = 0;
    let largest = 0;
    for (let point = 0; point < count; point++) {
      const size = Math.abs(measure(point));
      if (size > largest) [best, largest] = [point, size];
    }
    return largest > 0 ? best : -1;
  };
  const a = 0;
  const b = farthest((p) => (at(p, 0) - at(a, 0)) ** 2 + (at(p, 1) - at(a, 1)) ** 2 + (at(p, 2) - at(a, 2)) ** 2);
  if (b < 0) return undefined;
  const c = farthest((p) => {
    const { normal } = face(points, a, b, p);
    return normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2;
  });
  if (c < 0) return undefined;
  const base = face(points, a, b, c);
  const d = farthest((p) => height(points, base, p));
  if (d < 0) return undefined;
  const [p, q, r] = height(points, base, d) < 0 ? [a, b, c] : [a, c, b];
  const faces = [face(points, p, q, r), face(points, q, p, d), face(points, r, q, d), face(points, p, r, d)];
  const [bottom, pq, qr, rp] = faces as [Face, Face, Face, Face];
  bottom.beyond = [pq, qr, rp];
  pq.beyond = [bottom, rp, qr];
  qr.beyond = [bottom, pq, rp];
  rp.beyond = [bottom, qr, pq];
  return faces;
}

/** Puts the farthest waiting point of a face on the hull: removes the faces that it sees, closes the gap with new ones. */
function addPoint(points: Int32Array, from: Face): Face[] {
  let eye = from.waiting[0]!;
  let best = 0;
  for (const point of from.waiting) {
    const above = height(points, from, point);
    if (above > best) [eye, best] = [point, above];
  }
  // The horizon in order: walk the edges of the seen faces depth first, keeping those behind which a face is not seen.
  const gone: Face[] = [from];
  from.isGone = true;
  const horizon: { start: number; end: number; beyond: Face }[] = [];
  const stack: { seen: Face; edge: number; left: number }[] = [{ seen: from, edge: 0, left: 3 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (top.left === 0) {
      stack.pop();
      continue;
    }
    const { seen, edge } = top;
    top.edge = (edge + 1) % 3;
    top.left--;
    const beyond = seen.beyond[edge]!;
    if (beyond.isGone) continue;
    const start = seen.vertices[edge]!;
    const end = seen.vertices[(edge + 1) % 3]!;
    if (height(points, beyond, eye) > 0) {
      beyond.isGone = true;
      gone.push(beyond);
      stack.push({ seen: beyond, edge: (beyond.vertices.indexOf(end) + 1) % 3, left: 2 });
    } else horizon.push({ start, end, beyond });
  }
  const made = horizon.map(({ start, end, beyond }) => {
    const one = face(points, start, end, eye);
    one.beyond[0] = beyond;
    beyond.beyond[beyond.vertices.indexOf(end)] = one;
    return one;
  });
  made.forEach((one, at) => {
    one.beyond[1] = made[(at + 1) % made.length]!;
    one.beyond[2] = made[(at + made.length - 1) % made.length]!;
  });
  for (const { waiting } of gone) for (const point of waiting) if (point !== eye) assign(points, point, made);
  return made;
}
