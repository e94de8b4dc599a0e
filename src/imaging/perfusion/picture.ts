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

/** A curve of a figure; lines are joined, dots are not. */
export interface DrawnCurve {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  color: readonly [number, number, number];
  as: 'line' | 'dots';
}

/** Curves in one frame as PNG; the frame's left and bottom edges are the smallest x and y that occur, and zero. */
export function curveFigure(curves: readonly DrawnCurve[], width = 520, height = 240): Uint8Array {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const margin = 12;
  let [x0, x1, y0, y1] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY];
  for (const { x, y } of curves)
    for (let at = 0; at < x.length; at++) {
      x0 = Math.min(x0, x[at]!);
      x1 = Math.max(x1, x[at]!);
      y0 = Math.min(y0, y[at]!);
      y1 = Math.max(y1, y[at]!);
    }
  const px = (x: number): number => margin + ((x - x0) / (x1 - x0 || 1)) * (width - 2 * margin);
  const py = (y: number): number => height - margin - ((y - y0) / (y1 - y0 || 1)) * (height - 2 * margin);
  const dot = (x: number, y: number, size: number, color: readonly number[]): void => {
    for (let b = -size; b <= size; b++)
      for (let a = -size; a <= size; a++) {
        const [i, j] = [Math.round(x) + a, Math.round(y) + b];
        if (i < 0 || j < 0 || i >= width || j >= height) continue;
        for (let channel = 0; channel < 3; channel++) rgb[(j * width + i) * 3 + channel] = color[channel]!;
      }
  };
  const line = (ax: number, ay: number, bx: number, by: number, size: number, color: readonly number[]): void => {
    const steps = Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay), 1));
    for (let step = 0; step <= steps; step++)
      dot(ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps, size, color);
  };
  const frame = [150, 150, 150];
  line(margin, py(0), width - margin, py(0), 0, frame);
  line(margin, margin, margin, height - margin, 0, frame);
  for (const { x, y, color, as } of curves)
    for (let at = 0; at < x.length; at++) {
      if (as === 'dots') dot(px(x[at]!), py(y[at]!), 1, color);
      else if (at > 0) line(px(x[at - 1]!), py(y[at - 1]!), px(x[at]!), py(y[at]!), 0, color);
    }
  return encodePng(rgb, width, height);
}
