import type { Affine } from '../dossier/grid.ts';

export type Vector = readonly [number, number, number];

/** a b: first b, then a. Both row-major 4x4. */
export function multiply(a: Affine, b: Affine): Affine {
  const product = new Array<number>(16).fill(0);
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++)
      for (let k = 0; k < 4; k++) product[row * 4 + column]! += a[row * 4 + k]! * b[k * 4 + column]!;
  return product;
}

export function apply(affine: Affine, [x, y, z]: Vector): [number, number, number] {
  const row = (at: number): number => affine[at]! * x + affine[at + 1]! * y + affine[at + 2]! * z + affine[at + 3]!;
  return [row(0), row(4), row(8)];
}

/** Determinant of the 3x3 part: the volume of a voxel, negative when the axes are left-handed. */
export function determinant(m: Affine): number {
  return (
    m[0]! * (m[5]! * m[10]! - m[6]! * m[9]!) -
    m[1]! * (m[4]! * m[10]! - m[6]! * m[8]!) +
    m[2]! * (m[4]! * m[9]! - m[5]! * m[8]!)
  );
}

/** Inverse of an affine by cofactors. Throws `RangeError` when the axes do not span space. */
export function invert(m: Affine): Affine {
  const size = determinant(m);
  if (!(Math.abs(size) > 1e-12)) throw new RangeError('affine has no inverse');
  const cofactor = (a: number, b: number, c: number, d: number): number => (m[a]! * m[d]! - m[b]! * m[c]!) / size;
  const linear = [
    [cofactor(5, 6, 9, 10), cofactor(2, 1, 10, 9), cofactor(1, 2, 5, 6)],
    [cofactor(6, 4, 10, 8), cofactor(0, 2, 8, 10), cofactor(2, 0, 6, 4)],
    [cofactor(4, 5, 8, 9), cofactor(1, 0, 9, 8), cofactor(0, 1, 4, 5)],
  ] as const;
  const shift = linear.map(([x, y, z]) => -(x * m[3]! + y * m[7]! + z * m[11]!));
  return [...linear.flatMap((row, at) => [...row, shift[at]!]), 0, 0, 0, 1];
}

/** Distance between neighbouring voxel centres along i, j, k, in mm. */
export function spacingMm(m: Affine): [number, number, number] {
  return [0, 1, 2].map((column) => Math.hypot(m[column]!, m[4 + column]!, m[8 + column]!)) as [number, number, number];
}

/**
 * Where i, j, k mostly lead: `RAS`, `LIA`. Each letter names the direction in which the index grows. Axes are given out
 * largest direction cosine first, so that no two letters name the same line.
 */
export function orientationCode(m: Affine): string {
  const spacing = spacingMm(m);
  const cosines = [0, 1, 2].flatMap((column) =>
    [0, 1, 2].map((row) => ({ column, row, cosine: m[row * 4 + column]! / spacing[column]! })),
  );
  cosines.sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine));
  const letters = ['', '', ''];
  const taken = new Set<number>();
  for (const { column, row, cosine } of cosines) {
    if (letters[column] !== '' || taken.has(row)) continue;
    taken.add(row);
    letters[column] = (cosine < 0 ? 'LPI' : 'RAS')[row]!;
  }
  return letters.join('');
}

/** Largest angle in degrees between an axis of the image and the patient axis nearest to it: 0 for an upright scan. */
export function obliquenessDeg(m: Affine): number {
  const spacing = spacingMm(m);
  const angles = [0, 1, 2].map((column) => {
    const nearest = Math.max(...[0, 1, 2].map((row) => Math.abs(m[row * 4 + column]! / spacing[column]!)));
    return (Math.acos(Math.min(1, nearest)) * 180) / Math.PI;
  });
  return Math.max(...angles);
}
