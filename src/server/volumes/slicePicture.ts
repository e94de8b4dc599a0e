import { type ColormapName, lutOf, regionColor, rgbOf, tonedLut } from '../../display/colormaps.ts';
import { drawPlane, type Layer, type PlaneView, type Volume } from '../../display/drawPlane.ts';
import {
  type Convention,
  type Plane,
  type PlaneFrame,
  planeFrame,
  plus,
  scale,
  sideLetters,
} from '../../display/planes.ts';
import { robustWindow, type Window } from '../../display/windows.ts';
import type { Grid } from '../../dossier/grid.ts';
import { apply, invert, type Vector } from '../../voxels/affine.ts';
import { encodePng } from '../../voxels/png.ts';
import { drawLetters, drawLine } from './marks.ts';
import { type PlainFile, readPlainFile, readSlices } from './plainFile.ts';

/** One plane of an image as a picture; plain data, so that it can cross to the thread that draws. */
export interface SliceOrder {
  image: string;
  plane: Plane;
  convention: Convention;
  /** Point in RAS mm through which the plane goes and which stands in the middle. Default: the middle of the image. */
  at?: Vector | undefined;
  /** Index along the axis of the image that the plane stands on. */
  slice?: number | undefined;
  frame: number;
  window?: Window | undefined;
  colormap: ColormapName;
  /** 256 grey levels over the window. */
  tone?: readonly number[] | undefined;
  width: number;
  height: number;
  /** Millimetres from top to bottom. Default: all of the image. */
  heightMm?: number | undefined;
  overlays: SliceOverlay[];
  /** The image says where in the patient it lies: sides are named. */
  placed: boolean;
  /** Lines in RAS mm that are drawn over it: what was measured. */
  lines: readonly (readonly Vector[])[];
}

export type SliceOverlay =
  | { type: 'scalar'; path: string; window?: Window; colormap: ColormapName; opacity: number; threshold?: Window }
  | {
      type: 'labels';
      path: string;
      colors: (string | undefined)[];
      opacity: number;
      outline: boolean;
      highlighted?: number;
    };

/** Reads only the slices that the plane meets and draws them as PNG. */
export async function slicePicture(order: SliceOrder): Promise<Uint8Array> {
  const plain = await readPlainFile(order.image);
  const { grid } = plain;
  const frame = planeFrame(grid.affineRas, order.plane, order.convention);
  const middle = apply(grid.affineRas, [0, 1, 2].map((axis) => (grid.shape[axis]! - 1) / 2) as unknown as Vector);
  const mmPerPixel = (order.heightMm ?? extentMm(grid, frame.down)) / order.height;
  const centre = order.at ?? (order.slice === undefined ? middle : middleOfSlice(grid, frame, order.slice));
  const origin = plus(
    plus(centre, scale(frame.right, (-(order.width - 1) / 2) * mmPerPixel)),
    scale(frame.down, (-(order.height - 1) / 2) * mmPerPixel),
  );
  const view: PlaneView = { ...frame, origin, mmPerPixel, width: order.width, height: order.height };
  const layers: Layer[] = [];
  const volume = await slicesOf(plain, view, order.frame);
  if (volume) {
    const window = order.window ?? robustWindow(volume.values, volume.slope, volume.intercept);
    layers.push({
      type: 'scalar',
      volume,
      window,
      lut: tonedLut(order.colormap, order.tone),
      opacity: 1,
      interpolate: true,
    });
  }
  for (const overlay of order.overlays) {
    const layer = await layerOf(overlay, view);
    if (layer) layers.push(layer);
  }
  const rgba = drawPlane(layers, view);
  for (const line of order.lines) drawLine(rgba, view, line);
  if (order.placed) drawLetters(rgba, view, sideLetters(frame));
  const rgb = new Uint8Array(order.width * order.height * 3);
  for (let pixel = 0; pixel < order.width * order.height; pixel++) {
    rgb[pixel * 3] = rgba[pixel * 4]!;
    rgb[pixel * 3 + 1] = rgba[pixel * 4 + 1]!;
    rgb[pixel * 3 + 2] = rgba[pixel * 4 + 2]!;
  }
  return encodePng(rgb, order.width, order.height);
}

async function layerOf(overlay: SliceOverlay, view: PlaneView): Promise<Layer | undefined> {
  const volume = await slicesOf(await readPlainFile(overlay.path), view, 0);
  if (volume === undefined) return undefined;
  if (overlay.type === 'labels') {
    const { opacity, outline, highlighted } = overlay;
    const colors = overlay.colors.map((color, at) => (at === 0 ? undefined : rgbOf(color ?? regionColor(at - 1))));
    return { type: 'labels', volume, colors, opacity, outline, highlighted };
  }
  const { colormap, opacity, threshold } = overlay;
  const window = overlay.window ?? robustWindow(volume.values, volume.slope, volume.intercept);
  return { type: 'scalar', volume, window, lut: lutOf(colormap), opacity, threshold, interpolate: true };
}

/** Slices that a picture touches, with one more on each side; undefined when it touches none. */
async function slicesOf(plain: PlainFile, view: PlaneView, frame: number): Promise<Volume | undefined> {
  const { shape, affineRas } = plain.grid;
  const toVoxel = invert(affineRas);
  const along = [0, 1].flatMap((x) =>
    [0, 1].map((y) => {
      const across = scale(view.right, x * (view.width - 1) * view.mmPerPixel);
      const downwards = scale(view.down, y * (view.height - 1) * view.mmPerPixel);
      return apply(toVoxel, plus(plus(view.origin, across), downwards))[2];
    }),
  );
  const from = Math.max(0, Math.floor(Math.min(...along)) - 1);
  const to = Math.min(shape[2], Math.ceil(Math.max(...along)) + 2);
  return from < to ? readSlices(plain, from, to, Math.min(frame, shape[3] - 1)) : undefined;
}

function middleOfSlice({ shape, affineRas }: Grid, { axis }: PlaneFrame, slice: number): Vector {
  const index = [0, 1, 2].map((one) =>
    one === axis?.index ? Math.min(slice, shape[one]! - 1) : (shape[one]! - 1) / 2,
  );
  return apply(affineRas, index as unknown as Vector);
}

/** Length of the image along a direction. */
function extentMm({ shape, affineRas }: Pick<Grid, 'shape' | 'affineRas'>, direction: Vector): number {
  return [0, 1, 2].reduce((sum, axis) => {
    const [x, y, z] = [affineRas[axis]!, affineRas[4 + axis]!, affineRas[8 + axis]!];
    return sum + Math.abs(x * direction[0] + y * direction[1] + z * direction[2]) * shape[axis]!;
  }, 0);
}
