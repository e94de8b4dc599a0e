import type { Affine } from '../dossier/grid.ts';
import { apply, invert, type Vector } from '../voxels/affine.ts';
import type { Lut } from './colormaps.ts';
import type { PlaneFrame } from './planes.ts';
import type { Window } from './windows.ts';

export type Values =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** One time point of an image: value = stored * slope + intercept, i fastest. */
export interface Volume {
  shape: readonly [number, number, number];
  affineRas: Affine;
  values: Values;
  slope: number;
  intercept: number;
}

export interface ScalarLayer {
  type: 'scalar';
  volume: Volume;
  window: Window;
  lut: Lut;
  /** 0..1 */
  opacity: number;
  /** Values outside are not drawn. */
  threshold?: Window | undefined;
  interpolate: boolean;
}

export interface LabelLayer {
  type: 'labels';
  volume: Volume;
  /** Red, green, blue by label; a label without colour is not drawn. */
  colors: readonly (readonly [number, number, number] | undefined)[];
  opacity: number;
  /** Borders only. */
  outline: boolean;
  /** Its border is drawn white. */
  highlighted?: number | undefined;
}

export type Layer = ScalarLayer | LabelLayer;

/** A picture: `origin` is the point in RAS mm of the middle of its first pixel, rows from the top. */
export interface PlaneView extends Pick<PlaneFrame, 'right' | 'down'> {
  origin: Vector;
  mmPerPixel: number;
  width: number;
  height: number;
}

/**
 * Draws layers over each other as RGBA, the first at the bottom on black. Grey values are interpolated where a layer
 * says so, labels never. The same code draws on the page and on the server.
 */
export function drawPlane(
  layers: readonly Layer[],
  view: PlaneView,
  out: Uint8ClampedArray | Uint8Array = new Uint8ClampedArray(view.width * view.height * 4),
): Uint8ClampedArray | Uint8Array {
  const pixels = view.width * view.height;
  for (let at = 0; at < pixels; at++) {
    out[at * 4] = 0;
    out[at * 4 + 1] = 0;
    out[at * 4 + 2] = 0;
    out[at * 4 + 3] = 255;
  }
  for (const layer of layers) {
    if (layer.opacity <= 0) continue;
    if (layer.type === 'labels') paintLabels(layer, view, out);
    else paintValues(layer, view, out);
  }
  return out;
}

/** Voxel index (continuous) of the first pixel, and its steps to the right and down. */
function walk(volume: Volume, { origin, right, down, mmPerPixel }: PlaneView) {
  const toVoxel = invert(volume.affineRas);
  const start = apply(toVoxel, origin);
  const turn = (v: Vector): [number, number, number] =>
    [0, 4, 8].map(
      (row) => (toVoxel[row]! * v[0] + toVoxel[row + 1]! * v[1] + toVoxel[row + 2]! * v[2]) * mmPerPixel,
    ) as [number, number, number];
  return { start, across: turn(right), downwards: turn(down) };
}

function paintValues(
  { volume, window, lut, opacity, threshold, interpolate }: ScalarLayer,
  view: PlaneView,
  out: Uint8ClampedArray | Uint8Array,
) {
  const { values, slope, intercept } = volume;
  const [ni, nj, nk] = volume.shape;
  const { start, across, downwards } = walk(volume, view);
  const low = window[0];
  const gain = 255 / (window[1] - window[0] || 1);
  const [least, most] = threshold ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const rest = 1 - opacity;
  const row = ni;
  const slice = ni * nj;
  for (let y = 0, at = 0; y < view.height; y++) {
    let i = start[0] + y * downwards[0];
    let j = start[1] + y * downwards[1];
    let k = start[2] + y * downwards[2];
    for (let x = 0; x < view.width; x++, at += 4, i += across[0], j += across[1], k += across[2]) {
      // Up to the outer face of the border voxels.
      if (!(i >= -0.5 && j >= -0.5 && k >= -0.5 && i < ni - 0.5 && j < nj - 0.5 && k < nk - 0.5)) continue;
      let stored: number;
      if (interpolate) {
        const ci = i < 0 ? 0 : i > ni - 1 ? ni - 1 : i;
        const cj = j < 0 ? 0 : j > nj - 1 ? nj - 1 : j;
        const ck = k < 0 ? 0 : k > nk - 1 ? nk - 1 : k;
        const i0 = Math.floor(ci);
        const j0 = Math.floor(cj);
        const k0 = Math.floor(ck + 1e-6);
        const fi = ci - i0;
        const fj = cj - j0;
        const fk = ck - k0 > 1e-6 ? ck - k0 : 0;
        const p = i0 + row * j0 + slice * k0;
        const di = fi > 0 ? 1 : 0;
        const dj = fj > 0 ? row : 0;
        stored =
          (1 - fj) * ((1 - fi) * values[p]! + fi * values[p + di]!) +
          fj * ((1 - fi) * values[p + dj]! + fi * values[p + dj + di]!);
        if (fk > 0) {
          const q = p + slice;
          const above =
            (1 - fj) * ((1 - fi) * values[q]! + fi * values[q + di]!) +
            fj * ((1 - fi) * values[q + dj]! + fi * values[q + dj + di]!);
          stored = (1 - fk) * stored + fk * above;
        }
      } else stored = values[Math.round(i) + row * Math.round(j) + slice * Math.round(k)]!;
      const value = stored * slope + intercept;
      if (!(value >= least && value <= most)) continue;
      const level = (value - low) * gain;
      const color = (level <= 0 ? 0 : level >= 255 ? 255 : Math.round(level)) * 3;
      out[at] = rest * out[at]! + opacity * lut[color]!;
      out[at + 1] = rest * out[at + 1]! + opacity * lut[color + 1]!;
      out[at + 2] = rest * out[at + 2]! + opacity * lut[color + 2]!;
    }
  }
}

function paintLabels(
  { volume, colors, opacity, outline, highlighted }: LabelLayer,
  view: PlaneView,
  out: Uint8ClampedArray | Uint8Array,
): void {
  const { width, height } = view;
  const labels = sampleLabels(volume, view);
  const rest = 1 - opacity;
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const label = labels[pixel]!;
      if (label === 0) continue;
      const color = colors[label];
      const isBorder =
        (outline || label === highlighted) &&
        (x === 0 ||
          labels[pixel - 1] !== label ||
          x === width - 1 ||
          labels[pixel + 1] !== label ||
          y === 0 ||
          labels[pixel - width] !== label ||
          y === height - 1 ||
          labels[pixel + width] !== label);
      const at = pixel * 4;
      if (isBorder && label === highlighted) {
        out[at] = 255;
        out[at + 1] = 255;
        out[at + 2] = 255;
      } else if (color && outline && isBorder) {
        out[at] = color[0];
        out[at + 1] = color[1];
        out[at + 2] = color[2];
      } else if (color && !outline) {
        out[at] = rest * out[at]! + opacity * color[0];
        out[at + 1] = rest * out[at + 1]! + opacity * color[1];
        out[at + 2] = rest * out[at + 2]! + opacity * color[2];
      }
    }
}

function sampleLabels(volume: Volume, view: PlaneView): Int32Array {
  const { values, slope, intercept } = volume;
  const [ni, nj, nk] = volume.shape;
  const { start, across, downwards } = walk(volume, view);
  const labels = new Int32Array(view.width * view.height);
  for (let y = 0, at = 0; y < view.height; y++) {
    let i = start[0] + y * downwards[0];
    let j = start[1] + y * downwards[1];
    let k = start[2] + y * downwards[2];
    for (let x = 0; x < view.width; x++, at++, i += across[0], j += across[1], k += across[2]) {
      if (!(i >= -0.5 && j >= -0.5 && k >= -0.5 && i < ni - 0.5 && j < nj - 0.5 && k < nk - 0.5)) continue;
      labels[at] = values[Math.round(i) + ni * (Math.round(j) + nj * Math.round(k))]! * slope + intercept;
    }
  }
  return labels;
}

/** The value of the voxel nearest to a point in RAS mm with its index, or undefined outside. */
export function valueAt(volume: Volume, point: Vector): { ijk: [number, number, number]; value: number } | undefined {
  const [i, j, k] = apply(invert(volume.affineRas), point).map(Math.round) as [number, number, number];
  const [ni, nj, nk] = volume.shape;
  if (!(i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk)) return undefined;
  const stored = volume.values[i + ni * (j + nj * k)]!;
  // -0 would be written as such.
  return { ijk: [i + 0, j + 0, k + 0], value: stored * volume.slope + volume.intercept };
}
