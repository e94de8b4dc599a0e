/** Millimetres in the patient frame, RAS. */
export type Point = readonly [number, number, number];

export interface Ellipsoid {
  name: string;
  centre: Point;
  semiAxesMm: Point;
  value: number;
}

/** Voxel centres on an upright grid as scanners store axial slices: i to the Left, j to the back, k to the head. */
export interface UprightGrid {
  shape: readonly [number, number, number];
  spacingMm: Point;
}

/** Centre of voxel i, j, k in RAS; the grid is centred on the origin. */
export function centreOf({ shape, spacingMm }: UprightGrid, i: number, j: number, k: number): [number, number, number] {
  return [
    -(i - (shape[0] - 1) / 2) * spacingMm[0],
    -(j - (shape[1] - 1) / 2) * spacingMm[1],
    (k - (shape[2] - 1) / 2) * spacingMm[2],
  ];
}

/**
 * Paints ellipsoids over one another, later ones on top. A voxel takes the shape that holds its centre; nothing is mixed,
 * so the number of voxels of each shape is known exactly.
 * @returns index of the shape + 1 for each voxel (i fastest), 0 for none
 */
export function paint(grid: UprightGrid, shapes: readonly Ellipsoid[]): Uint8Array {
  const [ni, nj, nk] = grid.shape;
  const painted = new Uint8Array(ni * nj * nk);
  for (const [index, { centre, semiAxesMm }] of shapes.entries()) {
    // Squared distance in semi-axes along each axis: inside where the three add up to no more than 1.
    const [a, b, c] = [0, 1, 2].map((axis) =>
      Float64Array.from({ length: grid.shape[axis]! }, (_, voxel) => {
        const ijk: [number, number, number] = [0, 0, 0];
        ijk[axis] = voxel;
        return ((centreOf(grid, ...ijk)[axis]! - centre[axis]!) / semiAxesMm[axis]!) ** 2;
      }),
    ) as [Float64Array, Float64Array, Float64Array];
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++) {
        const left = 1 - b[j]! - c[k]!;
        if (left < 0) continue;
        const row = (k * nj + j) * ni;
        for (let i = 0; i < ni; i++) if (a[i]! <= left) painted[row + i] = index + 1;
      }
  }
  return painted;
}

/** Voxels of each shape that are left visible, by name. */
export function visibleVoxels(painted: Uint8Array, shapes: readonly Ellipsoid[]): Map<string, number> {
  const counts = new Array<number>(shapes.length + 1).fill(0);
  for (const index of painted) counts[index]!++;
  return new Map(shapes.map(({ name }, index) => [name, counts[index + 1]!]));
}
