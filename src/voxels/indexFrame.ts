import type { Grid } from '../dossier/grid.ts';
import { apply, determinant, invert, spacingMm } from './affine.ts';

/** How a grid turns voxel indices into millimetres and back, with the measures that follow from it. */
export interface IndexFrame {
  /** mm (RAS) -> continuous voxel index, centres at whole numbers. */
  toIndex(x: number, y: number, z: number): [number, number, number];
  /** Continuous voxel index -> mm (RAS). */
  toRas(i: number, j: number, k: number): [number, number, number];
  /** Edge lengths of a voxel along i, j, k. */
  spacingMm: [number, number, number];
  voxelMm3: number;
}

/** Throws `RangeError` for an affine without volume: two axes are parallel or an edge is zero. */
export function indexFrame({ affineRas }: Pick<Grid, 'affineRas'>): IndexFrame {
  const inverse = invert(affineRas);
  return {
    toIndex: (x, y, z) => apply(inverse, [x, y, z]),
    toRas: (i, j, k) => apply(affineRas, [i, j, k]),
    spacingMm: spacingMm(affineRas),
    voxelMm3: Math.abs(determinant(affineRas)),
  };
}

/** True when two grids have the same shape and their voxel centres agree within `toleranceMm` at every corner. */
export function sameGrid(a: Grid, b: Grid, toleranceMm = 1e-3): boolean {
  for (const axis of [0, 1, 2] as const) if (a.shape[axis] !== b.shape[axis]) return false;
  for (const i of [0, a.shape[0] - 1])
    for (const j of [0, a.shape[1] - 1])
      for (const k of [0, a.shape[2] - 1]) {
        const [ax, ay, az] = apply(a.affineRas, [i, j, k]);
        const [bx, by, bz] = apply(b.affineRas, [i, j, k]);
        if (Math.hypot(ax - bx, ay - by, az - bz) > toleranceMm) return false;
      }
  return true;
}
