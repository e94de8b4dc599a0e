import type { PlaneView, Volume } from '../../../src/display/drawPlane.ts';
import {
  type Convention,
  dot,
  type Plane,
  type PlaneFrame,
  planeFrame,
  plus,
  scale,
} from '../../../src/display/planes.ts';
import { apply, invert, spacingMm, type Vector } from '../../../src/voxels/affine.ts';
import { middleOf, type PanelState } from './state.ts';

/** What is needed to place pixels of a pane in the patient and back. CSS pixels. */
export interface PaneGeometry extends PlaneView {
  frame: PlaneFrame;
  /** Slice number along the plane's normal, 0-based, counted as the image counts; undefined for straight planes. */
  slice: { index: number; count: number } | undefined;
}

const upright = (spacing: number): number[] => [spacing, 0, 0, 0, 0, spacing, 0, 0, 0, 0, spacing, 0, 0, 0, 0, 1];

export function frameOf(volume: Volume, plane: Plane, convention: Convention, straight: boolean): PlaneFrame {
  if (!straight) return planeFrame(volume.affineRas, plane, convention);
  return { ...planeFrame(upright(Math.min(...spacingMm(volume.affineRas))), plane, convention), axis: undefined };
}

/** Length of an image along a direction, in mm. */
export function extentMm({ shape, affineRas }: Volume, direction: Vector): number {
  return [0, 1, 2].reduce((sum, axis) => {
    const column: Vector = [affineRas[axis]!, affineRas[4 + axis]!, affineRas[8 + axis]!];
    return sum + Math.abs(dot(column, direction)) * shape[axis]!;
  }, 0);
}

/** Millimetres of a pixel at which the image just fits. */
export function fitMm(volume: Volume, frame: PlaneFrame, width: number, height: number): number {
  return Math.max(extentMm(volume, frame.right) / width, extentMm(volume, frame.down) / height);
}

export function paneGeometry(
  panel: Pick<PanelState, 'cursor' | 'pan' | 'zoom' | 'straight'> & { volume: Volume },
  plane: Plane,
  convention: Convention,
  { width, height, fit }: { width: number; height: number; fit?: number },
): PaneGeometry {
  const { volume, cursor, pan, zoom, straight } = panel;
  const frame = frameOf(volume, plane, convention, straight);
  const mmPerPixel = (fit ?? fitMm(volume, frame, width, height)) / zoom;
  const through = onSlice(volume, frame, cursor);
  const middle = plus(middleOf(volume), pan);
  const centre = plus(middle, scale(frame.normal, dot(plus(through, scale(middle, -1)), frame.normal)));
  const origin = plus(
    plus(centre, scale(frame.right, (-(width - 1) / 2) * mmPerPixel)),
    scale(frame.down, (-(height - 1) / 2) * mmPerPixel),
  );
  return { ...frame, frame, origin, mmPerPixel, width, height, slice: sliceOf(volume, frame, cursor) };
}

/** A point moved along the normal into the nearest slice of the image, so that its own pixels are shown. */
function onSlice(volume: Volume, frame: PlaneFrame, point: Vector): Vector {
  if (frame.axis === undefined) return point;
  const index = apply(invert(volume.affineRas), point) as [number, number, number];
  index[frame.axis.index] = clamp(Math.round(index[frame.axis.index]), volume.shape[frame.axis.index]!);
  return apply(volume.affineRas, index);
}

function sliceOf(volume: Volume, { axis }: PlaneFrame, point: Vector): PaneGeometry['slice'] {
  if (axis === undefined) return undefined;
  const count = volume.shape[axis.index]!;
  return { index: clamp(Math.round(apply(invert(volume.affineRas), point)[axis.index]), count), count };
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}

/** Pixel -> RAS mm. */
export function toRas(view: PaneGeometry, x: number, y: number): Vector {
  return plus(plus(view.origin, scale(view.right, x * view.mmPerPixel)), scale(view.down, y * view.mmPerPixel));
}

/** RAS mm -> pixel and distance from the plane in mm. */
export function toPixel(view: PaneGeometry, point: Vector): { x: number; y: number; offMm: number } {
  const from = plus(point, scale(view.origin, -1));
  return {
    x: dot(from, view.right) / view.mmPerPixel,
    y: dot(from, view.down) / view.mmPerPixel,
    offMm: dot(from, view.frame.normal),
  };
}

/** A step of `slices` along the normal, or of pixels of the image in the plane. */
export function stepped(
  panel: PanelState & { volume: Volume },
  view: PaneGeometry,
  step: { slices?: number; across?: number; down?: number },
): Vector {
  const spacing = Math.min(...spacingMm(panel.volume.affineRas));
  const moved = plus(
    plus(panel.cursor, scale(view.frame.normal, (step.slices ?? 0) * view.frame.stepMm)),
    plus(scale(view.right, (step.across ?? 0) * stepAlong(panel.volume, view.right, spacing)), [0, 0, 0]),
  );
  return plus(moved, scale(view.down, (step.down ?? 0) * stepAlong(panel.volume, view.down, spacing)));
}

/** Distance of neighbouring voxels along a direction of the image that is nearest to the given one. */
function stepAlong({ affineRas }: Volume, direction: Vector, least: number): number {
  const sizes = [0, 1, 2].map((axis) => {
    const column: Vector = [affineRas[axis]!, affineRas[4 + axis]!, affineRas[8 + axis]!];
    const length = Math.hypot(...column);
    return { length, cosine: Math.abs(dot(column, direction)) / length };
  });
  const best = sizes.reduce((a, b) => (b.cosine > a.cosine ? b : a));
  return best.cosine > 0.9 ? best.length : least;
}

export function distanceMm(a: Vector, b: Vector): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
