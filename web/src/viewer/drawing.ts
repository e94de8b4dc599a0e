import { regionColor, rgbOf } from '../../../src/display/colormaps.ts';
import type { LabelLayer, Volume } from '../../../src/display/drawPlane.ts';
import { apply, invert, spacingMm, type Vector } from '../../../src/voxels/affine.ts';
import { createStore, type Store } from './store.ts';

export interface DrawnLabel {
  value: number;
  region: string;
  supersedes?: string;
}

/** What changed in one stroke: voxels and what they were. */
interface Stroke {
  voxels: Uint32Array;
  before: Uint8Array;
  after: Uint8Array;
}

export interface DrawingState {
  /** Image that is drawn on. */
  image: string | undefined;
  volume: Volume | undefined;
  map: Uint8Array | undefined;
  labels: readonly DrawnLabel[];
  current: number;
  tool: 'brush' | 'contour' | 'several' | undefined;
  startedFrom: string | undefined;
  undo: readonly Stroke[];
  redo: readonly Stroke[];
  /** Grows with each change of the map. */
  changes: number;
  /** `changes` that the server has, and the version it gave them. */
  keptChanges: number;
  keptVersion: number;
}

export type DrawingStore = Store<DrawingState>;
const mostUndo = 200;

const empty: DrawingState = {
  image: undefined,
  volume: undefined,
  map: undefined,
  labels: [{ value: 1, region: '' }],
  current: 1,
  tool: undefined,
  startedFrom: undefined,
  undo: [],
  redo: [],
  changes: 0,
  keptChanges: 0,
  keptVersion: 0,
};

export function createDrawing(): DrawingStore {
  return createStore<DrawingState>(empty);
}

export function beginDrawing(store: DrawingStore, image: string, volume: Volume): void {
  store.set({ ...empty, image, volume, map: new Uint8Array(volume.shape[0] * volume.shape[1] * volume.shape[2]) });
}

export function isUnkept({ changes, keptChanges }: DrawingState): boolean {
  return changes !== keptChanges;
}

/** Collects what a stroke changes, so that it can be undone as one. */
export function strokeOn(store: DrawingStore, tool: 'brush' | 'contour') {
  const { map } = store.get();
  const before = new Map<number, number>();
  return {
    set(voxel: number, value: number): void {
      if (map === undefined || map[voxel] === value) return;
      if (!before.has(voxel)) before.set(voxel, map[voxel]!);
      map[voxel] = value;
    },
    /** Shows what was changed so far. */
    show: () => store.set(({ changes }) => ({ changes: changes + 1 })),
    end(): void {
      if (map === undefined || before.size === 0) return;
      const voxels = Uint32Array.from(before.keys());
      const stroke = {
        voxels,
        before: Uint8Array.from(before.values()),
        after: Uint8Array.from(voxels, (at) => map[at]!),
      };
      store.set((state) => ({
        undo: [...state.undo, stroke].slice(-mostUndo),
        redo: [],
        changes: state.changes + 1,
        tool: state.tool === undefined || state.tool === tool ? tool : 'several',
      }));
    },
  };
}

export function undo(store: DrawingStore): void {
  const { undo: done, map } = store.get();
  const stroke = done.at(-1);
  if (stroke === undefined || map === undefined) return;
  stroke.voxels.forEach((voxel, at) => {
    map[voxel] = stroke.before[at]!;
  });
  store.set((state) => ({ undo: done.slice(0, -1), redo: [...state.redo, stroke], changes: state.changes + 1 }));
}

export function redo(store: DrawingStore): void {
  const { redo: undone, map } = store.get();
  const stroke = undone.at(-1);
  if (stroke === undefined || map === undefined) return;
  stroke.voxels.forEach((voxel, at) => {
    map[voxel] = stroke.after[at]!;
  });
  store.set((state) => ({ redo: undone.slice(0, -1), undo: [...state.undo, stroke], changes: state.changes + 1 }));
}

/**
 * Voxels whose centres lie within a radius of a point: in one slice along `axis`, or in space. The voxel at the point itself
 * always counts.
 */
export function voxelsAround(volume: Volume, point: Vector, radiusMm: number, axis: 0 | 1 | 2 | undefined): number[] {
  const { shape, affineRas } = volume;
  const centre = apply(invert(affineRas), point);
  const spacing = spacingMm(affineRas);
  const nearest = centre.map(Math.round);
  const reach = [0, 1, 2].map((one) => (one === axis ? 0 : Math.ceil(radiusMm / spacing[one]!)));
  const found: number[] = [];
  const [ni, nj, nk] = shape;
  for (let k = nearest[2]! - reach[2]!; k <= nearest[2]! + reach[2]!; k++)
    for (let j = nearest[1]! - reach[1]!; j <= nearest[1]! + reach[1]!; j++)
      for (let i = nearest[0]! - reach[0]!; i <= nearest[0]! + reach[0]!; i++) {
        if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
        const index = [i, j, k];
        const off = [0, 1, 2].map((one) => (one === axis ? 0 : (index[one]! - centre[one]!) * spacing[one]!));
        const isCentre = i === nearest[0] && j === nearest[1] && k === nearest[2];
        if (isCentre || Math.hypot(...off) <= radiusMm) found.push(i + ni * (j + nj * k));
      }
  return found;
}

/** Voxels of one slice whose centres lie inside a closed contour, even-odd; an edge covers its lower end and not its upper one. */
export function voxelsInside(volume: Volume, contour: readonly Vector[], axis: 0 | 1 | 2): number[] {
  const { shape, affineRas } = volume;
  const toVoxel = invert(affineRas);
  const points = contour.map((point) => apply(toVoxel, point));
  if (points.length < 3) return [];
  const slice = Math.round(points[0]![axis]);
  if (slice < 0 || slice >= shape[axis]!) return [];
  const [across, down] = [0, 1, 2].filter((one) => one !== axis) as [0 | 1 | 2, 0 | 1 | 2];
  const found: number[] = [];
  for (let row = 0; row < shape[down]!; row++) {
    const crossings: number[] = [];
    for (let p = 0, q = points.length - 1; p < points.length; q = p++) {
      const [a, b] = [points[q]!, points[p]!];
      if (a[down] <= row === b[down] <= row) continue;
      crossings.push(a[across] + ((row - a[down]) / (b[down] - a[down])) * (b[across] - a[across]));
    }
    crossings.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2)
      for (
        let column = Math.max(0, Math.ceil(crossings[at]!));
        column < crossings[at + 1]! && column < shape[across]!;
        column++
      ) {
        const index = [0, 0, 0];
        index[axis] = slice;
        index[across] = column;
        index[down] = row;
        found.push(index[0]! + shape[0] * (index[1]! + shape[1] * index[2]!));
      }
  }
  return found;
}

export function labelColor(value: number): readonly [number, number, number] {
  return rgbOf(regionColor(value + 4));
}

/** The drawing as a layer of the picture. */
export function drawingLayer({ volume, map, labels }: DrawingState): LabelLayer | undefined {
  if (volume === undefined || map === undefined) return undefined;
  const colors: (readonly [number, number, number] | undefined)[] = [];
  for (const { value } of labels) colors[value] = labelColor(value);
  const { shape, affineRas } = volume;
  return {
    type: 'labels',
    volume: { shape, affineRas, values: map, slope: 1, intercept: 0 },
    colors,
    opacity: 0.45,
    outline: false,
  };
}

/** Voxels and volume of each label. */
export function countsOf({ map, volume, labels }: DrawingState): { value: number; voxels: number; ml: number }[] {
  if (map === undefined || volume === undefined) return [];
  const counts = new Float64Array(256);
  for (const value of map) counts[value]!++;
  const mm3 = spacingMm(volume.affineRas).reduce((product, one) => product * one, 1);
  return labels.map(({ value }) => ({ value, voxels: counts[value]!, ml: (counts[value]! * mm3) / 1000 }));
}

/** Puts a mask that lies in a box of the same grid into the drawing. */
export function paste(store: DrawingStore, mask: Volume, value: number): void {
  const { volume } = store.get();
  if (volume === undefined) return;
  const first = apply(invert(volume.affineRas), apply(mask.affineRas, [0, 0, 0])).map(Math.round);
  const [ni, nj, nk] = mask.shape;
  const stroke = strokeOn(store, 'brush');
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        if (mask.values[at] === 0) continue;
        const [x, y, z] = [i + first[0]!, j + first[1]!, k + first[2]!];
        stroke.set(x + volume.shape[0] * (y + volume.shape[1] * z), value);
      }
  stroke.end();
}

/** One byte a voxel, packed with gzip, as base64: the form in which drawings travel. */
export async function packMap(map: Uint8Array): Promise<string> {
  const packed = new Blob([new Uint8Array(map)]).stream().pipeThrough(new CompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

export async function unpackMap(text: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
