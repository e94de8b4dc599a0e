import type { Grid } from '../../dossier/grid.ts';
import { apply, spacingMm, type Vector } from '../../voxels/affine.ts';
import { drawSlice, type Plane } from '../../voxels/picture.ts';
import { encodePng } from '../../voxels/png.ts';

const height = 260;

/**
 * A map in colour over grey anatomy, one plane that lies as the slices do and goes through `at` (a voxel): black to red to
 * yellow to white over `window`; voxels without a value show the anatomy. The patient's right is on the left.
 */
export function mapOver(
  grid: Grid,
  anatomy: ArrayLike<number>,
  map: ArrayLike<number>,
  window: readonly [number, number],
  at: readonly [number, number, number],
): { bytes: Uint8Array; plane: Plane } {
  const plane = sliceplane(grid);
  const centreRas = apply(grid.affineRas, middle(grid, at)) as Vector;
  const [si, sj] = spacingMm(grid.affineRas) as [number, number, number];
  const heightMm = Math.max(grid.shape[0] * si, grid.shape[1] * sj);
  const view = { plane, centreRas, heightMm, width: height, height };
  const sorted = Float32Array.from(anatomy).filter(Number.isFinite).sort();
  const grey = drawSlice({ grid, image: anatomy, window: [0, sorted[Math.floor(0.99 * sorted.length)] || 1] }, view);
  const known = Float32Array.from({ length: map.length }, (_, voxel) =>
    Number.isFinite(map[voxel]!) ? map[voxel]! : window[0],
  );
  const value = drawSlice({ grid, image: known, window }, view);
  const rgb = new Uint8Array(grey.length);
  for (let pixel = 0; pixel < grey.length; pixel += 3) {
    const v = value[pixel]!;
    const hot = [Math.min(255, 3 * v), Math.min(255, Math.max(0, 3 * v - 255)), Math.max(0, 3 * v - 510)];
    const share = v < 12 ? 0 : 0.75;
    for (let channel = 0; channel < 3; channel++)
      rgb[pixel + channel] = Math.round((1 - share) * grey[pixel]! + share * hot[channel]!);
  }
  return { bytes: encodePng(rgb, height, height), plane };
}

/** The plane whose normal is nearest to the slices'. */
function sliceplane({ affineRas }: Grid): Plane {
  const along = [2, 6, 10].map((at) => Math.abs(affineRas[at]!));
  const axis = along.indexOf(Math.max(...along));
  return (['sagittal', 'coronal', 'axial'] as const)[axis]!;
}

/** The middle of the slice of a voxel. */
function middle({ shape }: Grid, at: readonly [number, number, number]): Vector {
  return [(shape[0] - 1) / 2, (shape[1] - 1) / 2, at[2]];
}
