import type { Grid } from '../dossier/grid.ts';
import { apply, invert, type Vector } from './affine.ts';
import { encodePng } from './png.ts';

export type Plane = 'axial' | 'coronal' | 'sagittal';

export interface Layers {
  grid: Pick<Grid, 'shape' | 'affineRas'>;
  /** Grey values, i fastest. */
  image: ArrayLike<number>;
  /** Values drawn black and white. */
  window: readonly [number, number];
  /** One label a voxel; 0 is transparent. */
  labels?: ArrayLike<number>;
  /** `#rrggbb` of each label; a label without one is not drawn. */
  colors?: readonly (string | undefined)[];
  /** Share of the colour where a label lies. Default 0.45. */
  opacity?: number;
}

export interface View {
  plane: Plane;
  /** Point in RAS millimetres through which the plane goes and which stands in the middle of the picture. */
  centreRas: Vector;
  /** Millimetres from the top to the bottom of the picture. */
  heightMm: number;
  width: number;
  height: number;
}

/** Patient directions that point right and down in the picture. Radiological: the patient's right is on the left. */
const directions: Record<Plane, { right: Vector; down: Vector }> = {
  axial: { right: [-1, 0, 0], down: [0, -1, 0] },
  coronal: { right: [-1, 0, 0], down: [0, 0, -1] },
  sagittal: { right: [0, -1, 0], down: [0, 0, -1] },
};

/**
 * One slice with its labels as RGB, rows from the top: grey values interpolated, labels nearest. Axial and coronal show
 * the patient's right on the left, front or top upwards; sagittal shows the front on the left.
 */
export function drawSlice(layers: Layers, { plane, centreRas, heightMm, width, height }: View): Uint8Array {
  const { right, down } = directions[plane];
  const toVoxel = invert(layers.grid.affineRas);
  const step = heightMm / height;
  const rgb = new Uint8Array(width * height * 3);
  const [dark, bright] = layers.window;
  const opacity = layers.opacity ?? 0.45;
  const colors = (layers.colors ?? []).map(
    (color) => color && [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
  );
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const a = (x + 0.5 - width / 2) * step;
      const b = (y + 0.5 - height / 2) * step;
      const point = [0, 1, 2].map((axis) => centreRas[axis]! + a * right[axis]! + b * down[axis]!) as [
        number,
        number,
        number,
      ];
      const voxel = apply(toVoxel, point);
      const grey = Math.min(255, Math.max(0, (255 * (interpolate(layers, voxel) - dark)) / (bright - dark || 1)));
      const color = layers.labels && colors[nearest(layers.labels, layers.grid.shape, voxel)];
      for (let channel = 0; channel < 3; channel++) {
        rgb[(y * width + x) * 3 + channel] = color
          ? Math.round((1 - opacity) * grey + opacity * color[channel]!)
          : Math.round(grey);
      }
    }
  return rgb;
}

/** Slices of one height side by side, as a PNG file. */
export function drawRow(layers: Layers, views: readonly View[]): Uint8Array {
  const height = views[0]!.height;
  const width = views.reduce((sum, view) => sum + view.width, 0);
  const rgb = new Uint8Array(width * height * 3);
  let left = 0;
  for (const view of views) {
    const slice = drawSlice(layers, { ...view, height });
    for (let y = 0; y < height; y++) {
      rgb.set(slice.subarray(y * view.width * 3, (y + 1) * view.width * 3), (y * width + left) * 3);
    }
    left += view.width;
  }
  return encodePng(rgb, width, height);
}

function nearest(values: ArrayLike<number>, [ni, nj, nk]: readonly number[], [x, y, z]: Vector): number {
  const [i, j, k] = [Math.round(x), Math.round(y), Math.round(z)];
  const inside = i >= 0 && j >= 0 && k >= 0 && i < ni! && j < nj! && k < nk!;
  return inside ? values[i + ni! * (j + nj! * k)]! : 0;
}

function interpolate({ image, grid }: Layers, [x, y, z]: Vector): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [a, b, c] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = (a ? x - i : 1 - x + i) * (b ? y - j : 1 - y + j) * (c ? z - k : 1 - z + k);
    if (weight > 0) sum += weight * nearest(image, grid.shape, [i + a, j + b, k + c]);
  }
  return sum;
}
