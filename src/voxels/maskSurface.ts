import type { Size } from './components.ts';
import { complementedCases, cornerBit, cubeCases } from './cubeCases.ts';

/** The triangulated surface of a mask. Places are in half voxels from the centre of voxel 0, 0, 0: whole numbers. */
export interface MaskSurface {
  areaMm2: number;
  volumeMm3: number;
  /**
   * Vertices that can be corners of the convex hull, x, y, z: the first and last of each line along x. Empty when the
   * mask is.
   */
  extremes: Int32Array;
  /** The first and last vertex of each line along y: with `extremes` all that a flat hull across any axis can need. */
  extremesAlongY: Int32Array;
}

/** A case as the loop below numbers it: bits 0..3 the corners of lower x (y, z = 00, 10, 01, 11), bits 4..7 of higher x. */
const caseOfKey: readonly number[] = Array.from({ length: 256 }, (_, key) => {
  let bits = 0;
  for (let at = 0; at < 8; at++) if ((key >> at) & 1) bits |= cornerBit(at >> 2, at & 1, (at >> 1) & 1);
  return bits;
});

/**
 * Area and volume of the surface that marching cubes at level 0.5 draw round a mask, with nothing outside its box. No
 * vertex is stored: cubes of one case add the same area, and a volume that is linear in where they are (divergence
 * theorem), so that one pass counts the cases. `size`: first axis fastest; `spacingMm`: edges of a voxel;
 * `isComplemented`: the surface of PyRadiomics, see {@link complementedCases}.
 */
export function maskSurface(mask: Uint8Array, size: Size, spacingMm: Size, isComplemented = false): MaskSurface {
  const [n0, n1, n2] = size;
  const counts = new Float64Array(256);
  const sums = [new Float64Array(256), new Float64Array(256), new Float64Array(256)] as const;
  const columns = new Uint8Array(n0 + 2);
  for (let z = -1; z < n2; z++)
    for (let y = -1; y < n1; y++) {
      columns.fill(0);
      let any = 0;
      for (let corner = 0; corner < 4; corner++) {
        const b = y + (corner & 1);
        const c = z + (corner >> 1);
        if (b < 0 || c < 0 || b >= n1 || c >= n2) continue;
        const row = (c * n1 + b) * n0;
        for (let x = 0; x < n0; x++)
          if (mask[row + x] !== 0) {
            columns[x + 1]! |= 1 << corner;
            any = 1;
          }
      }
      if (any === 0) continue;
      for (let x = 0; x <= n0; x++) {
        const key = columns[x]! | (columns[x + 1]! << 4);
        if (key === 0 || key === 255) continue;
        counts[key]!++;
        sums[0][key]! += x;
        sums[1][key]! += y + 1;
        sums[2][key]! += z + 1;
      }
    }
  const cases = isComplemented ? complementedCases : cubeCases;
  let areaMm2 = 0;
  let volumeMm3 = 0;
  for (let key = 1; key < 255; key++) {
    if (counts[key] === 0) continue;
    for (const triangle of cases[caseOfKey[key]!]!) {
      const [a, b, c] = triangle.map((place) => place.map((at, axis) => at * spacingMm[axis]!)) as number[][];
      const normal = cross(
        b!.map((at, axis) => at - a![axis]!),
        c!.map((at, axis) => at - a![axis]!),
      );
      areaMm2 += (counts[key]! * Math.hypot(...normal)) / 2;
      volumeMm3 += counts[key]! * dot(a!, cross(b!, c!));
      for (let axis = 0; axis < 3; axis++)
        volumeMm3 += sums[axis as 0 | 1 | 2][key]! * spacingMm[axis]! * normal[axis]!;
    }
  }
  return { areaMm2, volumeMm3: volumeMm3 / 6, ...extremesOf(mask, size) };
}

function cross(a: number[], b: number[]): number[] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}

function dot(a: number[], b: number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

function extremesOf(mask: Uint8Array, size: Size): Pick<MaskSurface, 'extremes' | 'extremesAlongY'> {
  const along = [lineExtremes(size, 0), lineExtremes(size, 1)] as const;
  const [n0, n1, n2] = size;
  for (let z = 0; z < n2; z++)
    for (let y = 0; y < n1; y++)
      for (let x = 0, at = (z * n1 + y) * n0; x < n0; x++, at++) {
        if (mask[at] === 0) continue;
        if (x === 0 || mask[at - 1] === 0) add(2 * x - 1, 2 * y, 2 * z);
        if (x === n0 - 1 || mask[at + 1] === 0) add(2 * x + 1, 2 * y, 2 * z);
        if (y === 0 || mask[at - n0] === 0) add(2 * x, 2 * y - 1, 2 * z);
        if (y === n1 - 1 || mask[at + n0] === 0) add(2 * x, 2 * y + 1, 2 * z);
        if (z === 0 || mask[at - n0 * n1] === 0) add(2 * x, 2 * y, 2 * z - 1);
        if (z === n2 - 1 || mask[at + n0 * n1] === 0) add(2 * x, 2 * y, 2 * z + 1);
      }
  function add(x: number, y: number, z: number): void {
    along[0].add(x, y, z);
    along[1].add(y, x, z);
  }
  return { extremes: along[0].points(), extremesAlongY: along[1].points() };
}

/** Lowest and highest place along one axis (x or y) of each line of half voxels. */
function lineExtremes(size: Size, axis: 0 | 1) {
  const across = 2 * size[1 - axis]! + 1;
  const lines = across * (2 * size[2] + 1);
  const none = 2 ** 30;
  const low = new Int32Array(lines).fill(none);
  const high = new Int32Array(lines).fill(-none);
  return {
    add(along: number, other: number, z: number): void {
      const line = (z + 1) * across + other + 1;
      if (along < low[line]!) low[line] = along;
      if (along > high[line]!) high[line] = along;
    },
    points(): Int32Array {
      const points: number[] = [];
      for (let line = 0; line < lines; line++) {
        if (high[line] === -none) continue;
        const other = (line % across) - 1;
        const z = Math.floor(line / across) - 1;
        for (const along of low[line] === high[line] ? [low[line]!] : [low[line]!, high[line]!])
          points.push(...(axis === 0 ? [along, other, z] : [other, along, z]));
      }
      return Int32Array.from(points);
    },
  };
}
