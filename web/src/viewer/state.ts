import type { ColormapName } from '../../../src/display/colormaps.ts';
import { type Volume, valueAt } from '../../../src/display/drawPlane.ts';
import type { Convention, Plane } from '../../../src/display/planes.ts';
import type { Window } from '../../../src/display/windows.ts';
import type { Affine } from '../../../src/dossier/grid.ts';
import type { FindingLine, ImageView } from '../../../src/server/api/images.ts';
import { apply, invert, type Vector } from '../../../src/voxels/affine.ts';
import { createStore, type Store } from './store.ts';

export type PanelName = 'a' | 'b';
export type Layout = 'three' | 'four' | Plane | 'mosaic' | 'render';

export const tools = [
  'cursor',
  'window',
  'pan',
  'zoom',
  'length',
  'short-axis',
  'angle',
  'ellipse',
  'rectangle',
  'freehand',
  'brush',
  'contour',
  'eraser',
] as const;
export type Tool = (typeof tools)[number];
export const measureTools: readonly Tool[] = ['length', 'short-axis', 'angle', 'ellipse', 'rectangle', 'freehand'];
export const drawTools: readonly Tool[] = ['brush', 'contour', 'eraser'];

/** Name, colour and findings of one label. */
export interface OverlayLabel {
  value: number;
  name: string;
  color: readonly [number, number, number];
  findings: readonly FindingLine[];
}

/** Something laid over an image. `key` names it: `image:<id>`, `region:<id>`, `entry:<id>`. */
export interface Overlay {
  key: string;
  id: string;
  type: 'scalar' | 'labels';
  title: string;
  volume: Volume;
  visible: boolean;
  opacity: number;
  /** In the unit of the volume, as the threshold is; times `scale` it is in `unit`, for readers. */
  window: Window;
  scale: number;
  unit: string;
  colormap: ColormapName;
  threshold: Window | undefined;
  outline: boolean;
  labels: OverlayLabel[];
  /** Labels that are not drawn. */
  hidden: readonly number[];
}

export interface PanelState {
  view: ImageView | undefined;
  volume: Volume | undefined;
  frame: number;
  playing: boolean;
  window: Window;
  colormap: ColormapName;
  /** RAS mm. */
  cursor: Vector;
  /** RAS mm from the middle of the image to the middle of the picture. */
  pan: Vector;
  zoom: number;
  layout: Layout;
  overlays: readonly Overlay[];
  highlighted: { key: string; value: number } | undefined;
  /** Planes at right angles to the patient instead of those of the scan. */
  straight: boolean;
  /** SUV instead of the unit of the file. */
  suv: boolean;
}

export interface Shown {
  /** Readers whose annotations and measurements are drawn. */
  readers: readonly string[];
  measurements: boolean;
}

export interface ViewerState {
  panels: Record<PanelName, PanelState>;
  active: PanelName;
  convention: Convention;
  tool: Tool;
  linked: boolean;
  /** Cursor of b minus cursor of a, in mm. */
  offset: Vector;
  crosshair: boolean;
  brushMm: number;
  brushIn3d: boolean;
  shown: Shown;
}

export type ViewerStore = Store<ViewerState>;

const emptyPanel: PanelState = {
  view: undefined,
  volume: undefined,
  frame: 0,
  playing: false,
  window: [0, 1],
  colormap: 'grey',
  cursor: [0, 0, 0],
  pan: [0, 0, 0],
  zoom: 1,
  layout: 'three',
  overlays: [],
  highlighted: undefined,
  straight: false,
  suv: false,
};

export function createViewer(): ViewerStore {
  return createStore<ViewerState>({
    panels: { a: emptyPanel, b: emptyPanel },
    active: 'a',
    convention: 'radiological',
    tool: 'cursor',
    linked: true,
    offset: [0, 0, 0],
    crosshair: true,
    brushMm: 6,
    brushIn3d: false,
    shown: { readers: [], measurements: true },
  });
}

export function setPanel(store: ViewerStore, name: PanelName, change: Partial<PanelState>): void {
  store.set((state) => ({
    panels: { ...state.panels, [name]: { ...state.panels[name], ...change } },
  }));
}

/** Moves the cursor, and that of the other panel when they are linked. Points outside the image stop at its border. */
export function moveCursor(store: ViewerStore, name: PanelName, to: Vector): void {
  store.set(({ panels, linked, offset }) => {
    const cursor = within(panels[name].volume, to);
    const other = name === 'a' ? 'b' : 'a';
    const mine = { ...panels[name], cursor };
    if (!linked || panels[other].volume === undefined) return { panels: { ...panels, [name]: mine }, active: name };
    const sign = name === 'a' ? 1 : -1;
    const there = [0, 1, 2].map((axis) => cursor[axis]! + sign * offset[axis]!) as unknown as Vector;
    const theirs = { ...panels[other], cursor: within(panels[other].volume, there) };
    return { panels: { ...panels, [name]: mine, [other]: theirs }, active: name };
  });
}

/** Zoom, pan, window and plane of one panel; those that mean the same in the other one follow when linked. */
export function setView(
  store: ViewerStore,
  name: PanelName,
  change: Partial<Pick<PanelState, 'zoom' | 'pan' | 'window' | 'layout' | 'straight'>>,
): void {
  store.set(({ panels, linked }) => {
    const other = name === 'a' ? 'b' : 'a';
    const next = { ...panels, [name]: { ...panels[name], ...change } };
    const [mine, theirs] = [panels[name].view, panels[other].view];
    if (!linked || mine === undefined || theirs === undefined) return { panels: next };
    const { window, ...geometry } = change;
    const sameValues = mine.unit === theirs.unit && mine.unit !== '1';
    next[other] = { ...panels[other], ...geometry, ...(window && sameValues && { window }) };
    return { panels: next };
  });
}

/** The nearest voxel centre inside of the image. */
export function within(volume: Volume | undefined, to: Vector): Vector {
  if (volume === undefined) return to;
  const index = apply(invert(volume.affineRas), to).map((at, axis) =>
    Math.min(volume.shape[axis]! - 1, Math.max(0, Math.round(at))),
  );
  return apply(volume.affineRas, index as unknown as Vector);
}

/** Middle of an image in RAS mm. */
export function middleOf({ shape, affineRas }: { shape: readonly number[]; affineRas: Affine }): Vector {
  return apply(affineRas, [0, 1, 2].map((axis) => (shape[axis]! - 1) / 2) as unknown as Vector);
}

/** The label under a point in the topmost visible label map that has one there. */
export function labelAt(
  overlays: readonly Overlay[],
  point: Vector,
): { overlay: Overlay; value: number; name: string } | undefined {
  for (const overlay of [...overlays].reverse()) {
    if (overlay.type !== 'labels' || !overlay.visible) continue;
    const value = valueAt(overlay.volume, point)?.value;
    if (value === undefined || value === 0 || overlay.hidden.includes(value)) continue;
    const name = overlay.labels.find((one) => one.value === value)?.name;
    return { overlay, value, name: name ?? String(value) };
  }
  return undefined;
}
