import type { Affine } from '../../dossier/grid.ts';

/** The qform of a NIfTI header: unit quaternion (b, c, d), offset and spacing in mm, handedness. */
export interface Quaternion {
  b: number;
  c: number;
  d: number;
  offset: [number, number, number];
  spacing: [number, number, number];
  qfac: 1 | -1;
}

/**
 * Affine of a qform (nifti1.h, method 2). `b`, `c`, `d` slightly outside the unit sphere, as float32 rounding makes
 * them, are scaled back onto it.
 */
export function affineOfQuaternion({ b, c, d, offset, spacing, qfac }: Quaternion): Affine {
  let a = 1 - (b * b + c * c + d * d);
  if (a < 1e-7) {
    const norm = 1 / Math.sqrt(b * b + c * c + d * d);
    b *= norm;
    c *= norm;
    d *= norm;
    a = 0;
  } else a = Math.sqrt(a);
  const [x, y] = spacing;
  const z = spacing[2] * qfac;
  return [
    ...[(a * a + b * b - c * c - d * d) * x, 2 * (b * c - a * d) * y, 2 * (b * d + a * c) * z, offset[0]],
    ...[2 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2 * (c * d - a * b) * z, offset[1]],
    ...[2 * (b * d - a * c) * x, 2 * (c * d + a * b) * y, (a * a + d * d - c * c - b * b) * z, offset[2]],
    ...[0, 0, 0, 1],
  ];
}

/** Length of the three columns of an affine: voxel spacing in mm. */
export function spacingOf(affine: Affine): [number, number, number] {
  return [0, 1, 2].map((column) => Math.hypot(affine[column]!, affine[4 + column]!, affine[8 + column]!)) as [
    number,
    number,
    number,
  ];
}

export function determinant3(m: readonly number[]): number {
  return (
    m[0]! * (m[5]! * m[10]! - m[6]! * m[9]!) -
    m[1]! * (m[4]! * m[10]! - m[6]! * m[8]!) +
    m[2]! * (m[4]! * m[9]! - m[5]! * m[8]!)
  );
}

/** The qform that says the same as an affine, or undefined when its axes are not at right angles (sheared affines have none). */
export function quaternionOfAffine(affine: Affine): Quaternion | undefined {
  const spacing = spacingOf(affine);
  if (spacing.some((length) => !(length > 0))) return undefined;
  const qfac = determinant3(affine) < 0 ? -1 : 1;
  const r = (row: number, column: number) => (affine[row * 4 + column]! / spacing[column]!) * (column === 2 ? qfac : 1);
  for (const [p, q] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    if (Math.abs(r(0, p) * r(0, q) + r(1, p) * r(1, q) + r(2, p) * r(2, q)) > 1e-5) return undefined;
  }
  // The largest of the four squared components is divided by, so that the division is always safe (Shepperd 1978).
  const trace = r(0, 0) + r(1, 1) + r(2, 2);
  let a: number;
  let b: number;
  let c: number;
  let d: number;
  if (trace > 0) {
    a = Math.sqrt(1 + trace) / 2;
    b = (r(2, 1) - r(1, 2)) / (4 * a);
    c = (r(0, 2) - r(2, 0)) / (4 * a);
    d = (r(1, 0) - r(0, 1)) / (4 * a);
  } else if (r(0, 0) >= r(1, 1) && r(0, 0) >= r(2, 2)) {
    b = Math.sqrt(1 + r(0, 0) - r(1, 1) - r(2, 2)) / 2;
    a = (r(2, 1) - r(1, 2)) / (4 * b);
    c = (r(0, 1) + r(1, 0)) / (4 * b);
    d = (r(0, 2) + r(2, 0)) / (4 * b);
  } else if (r(1, 1) >= r(2, 2)) {
    c = Math.sqrt(1 + r(1, 1) - r(0, 0) - r(2, 2)) / 2;
    a = (r(0, 2) - r(2, 0)) / (4 * c);
    b = (r(0, 1) + r(1, 0)) / (4 * c);
    d = (r(1, 2) + r(2, 1)) / (4 * c);
  } else {
    d = Math.sqrt(1 + r(2, 2) - r(0, 0) - r(1, 1)) / 2;
    a = (r(1, 0) - r(0, 1)) / (4 * d);
    b = (r(0, 2) + r(2, 0)) / (4 * d);
    c = (r(1, 2) + r(2, 1)) / (4 * d);
  }
  const sign = a < 0 ? -1 : 1;
  return { b: b * sign, c: c * sign, d: d * sign, offset: [affine[3]!, affine[7]!, affine[11]!], spacing, qfac };
}
