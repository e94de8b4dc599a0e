type Place = readonly [number, number, number];
export type Triangle = readonly [Place, Place, Place];

/** Corners of the cube between eight voxel centres as x, y, z; the bit of a corner in the case is its place here. */
const corners: readonly Place[] = [
  [0, 0, 0],
  [1, 0, 0],
  [1, 1, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 0, 1],
  [1, 1, 1],
  [0, 1, 1],
];
/** The corners that an edge of the cube joins. A vertex of the surface lies in the middle of an edge. */
const edges: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
  [4, 5],
  [5, 6],
  [6, 7],
  [7, 4],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];
/** Corners round each face of the cube. */
const faces: readonly (readonly [number, number, number, number])[] = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [0, 1, 5, 4],
  [2, 3, 7, 6],
  [0, 3, 7, 4],
  [1, 2, 6, 5],
];

/**
 * How the polygons of cases 0..127 are cut into triangles: one digit a triangle, the place, in what is left of the
 * polygon, of the vertex that is cut off next. Where a polygon is not flat the choice changes area and volume a little;
 * this one gives the values of PyRadiomics also on voxels that are not cubes.
 */
const cuts =
  '|||1|||0|10||1||10|0|10|00|1||0||11||0|0|121||00||001|0|010|00|10|||1|00|||01|221||1|1|010|0|10|121|00|0|01|21|1|0|01|010|21|0|010|01|11|00|1111|1111|1||||1|1|1|10|121||1||10|01|121|211|00||0||11|1|01|10|3210||00||001|01|3210|211|000|1|1|11|121|21|21|0|11|1|11|11|1111|010|0111|21|0|00|121|021|10|121|0000|11|1|00|2101|021|111|2101||111|';

const lower = cuts.split('|').map((code, bits) => trianglesOf(bits, code));

/**
 * Surface between the voxels inside and outside a mask within one cube, for each of the 256 ways in which its corners can
 * be inside. Vertices in voxels from the cube's lowest corner; triangles turn counter-clockwise seen from outside
 * (Lorensen and Cline 1987, doi 10.1145/37401.37422). Where only two inside corners of a face are no neighbours they are
 * parted, in every case, so that the surface is closed and encloses a volume.
 */
export const cubeCases: readonly (readonly Triangle[])[] = [
  ...lower,
  ...lower.toReversed().map((triangles, at) => {
    const bits = 128 + at;
    return faces.some((face) => isSplit(face, bits)) ? trianglesOf(bits, '') : triangles.map(turned);
  }),
];

/**
 * The same with every case above 127 as the complement of one below, as in PyRadiomics: where cubes of both kinds meet at a
 * face with two inside corners that are no neighbours, the surface has a hole, and its volume depends on where it lies.
 */
export const complementedCases: readonly (readonly Triangle[])[] = [
  ...lower,
  ...lower.toReversed().map((triangles) => triangles.map(turned)),
];

function turned([a, b, c]: Triangle): Triangle {
  return [a, c, b];
}

function isSplit(face: readonly number[], bits: number): boolean {
  const [a, b, c, d] = face.map((corner) => (bits >> corner) & 1);
  return a === c && b === d && a !== b;
}

/** Bit of the corner x, y, z (0 or 1) in a case. */
export const cornerBit = (x: number, y: number, z: number): number =>
  1 << corners.findIndex(([a, b, c]) => a === x && b === y && c === z);

function trianglesOf(bits: number, code: string): Triangle[] {
  const triangles: Triangle[] = [];
  let next = 0;
  for (const polygon of polygonsOf(bits)) {
    const left = isOutward(polygon, bits) ? [...polygon] : polygon.toReversed();
    // The code counts from the lowest edge towards its lower neighbour, whichever way that turns.
    const mirrored = left[0] !== polygon[0] || left[1] !== polygon[1];
    const order = [...polygon];
    while (order.length > 3) {
      // Without a code the polygon is cut from its lowest edge on.
      const at = code === '' ? 1 : Number(code[next++]);
      const ear = [order.at(at - 1)!, order[at]!, order[(at + 1) % order.length]!];
      triangles.push(triangle(mirrored ? ear.toReversed() : ear));
      order.splice(at, 1);
    }
    triangles.push(triangle(mirrored ? order.toReversed() : order));
  }
  return triangles;
}

/** Closed lines of edges that part the inside corners from the outside ones, each from its lowest edge. */
function polygonsOf(bits: number): number[][] {
  const neighbours = new Map<number, number[]>();
  const join = (a: number, b: number): void => {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
    neighbours.set(b, [...(neighbours.get(b) ?? []), a]);
  };
  for (const face of faces) {
    const inside = face.map((corner) => (bits >> corner) & 1);
    const side = (from: number): number => edgeOf(face[from % 4]!, face[(from + 1) % 4]!);
    const cut = [0, 1, 2, 3].filter((at) => inside[at] !== inside[(at + 1) % 4]);
    if (cut.length === 2) join(side(cut[0]!), side(cut[1]!));
    else if (cut.length === 4) for (const at of [0, 1, 2, 3]) if (inside[at] === 1) join(side(at + 3), side(at));
  }
  const polygons: number[][] = [];
  const seen = new Set<number>();
  for (const start of [...neighbours.keys()].sort((a, b) => a - b)) {
    if (seen.has(start)) continue;
    const polygon: number[] = [];
    for (let at: number | undefined = start; at !== undefined; ) {
      polygon.push(at);
      seen.add(at);
      const free: number[] = neighbours.get(at)!.filter((edge) => !seen.has(edge));
      at = free.length > 0 ? Math.min(...free) : undefined;
    }
    polygons.push(polygon);
  }
  return polygons;
}

function edgeOf(a: number, b: number): number {
  return edges.findIndex(([from, to]) => (from === a && to === b) || (from === b && to === a));
}

function middle(edge: number): Place {
  const [a, b] = edges[edge]!.map((corner) => corners[corner]!) as [Place, Place];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
}

function triangle(edgesOfIt: readonly number[]): Triangle {
  return edgesOfIt.map(middle) as unknown as Triangle;
}

/** True when the polygon's normal (Newell) leads from its inside corners to its outside ones. */
function isOutward(polygon: readonly number[], bits: number): boolean {
  const normal = [0, 0, 0];
  const outward = [0, 0, 0];
  polygon.forEach((edge, at) => {
    const p = middle(edge);
    const q = middle(polygon[(at + 1) % polygon.length]!);
    for (let axis = 0; axis < 3; axis++) {
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3] as [0 | 1 | 2, 0 | 1 | 2];
      normal[axis]! += (p[u] - q[u]) * (p[v] + q[v]);
      const [a, b] = edges[edge]!;
      const sign = (bits >> a) & 1 ? 1 : -1;
      outward[axis]! += sign * (corners[b]![axis as 0 | 1 | 2] - corners[a]![axis as 0 | 1 | 2]);
    }
  });
  return normal[0]! * outward[0]! + normal[1]! * outward[1]! + normal[2]! * outward[2]! > 0;
}
