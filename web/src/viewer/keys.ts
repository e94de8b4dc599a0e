import type { KeyboardEvent } from 'react';
import { redo, strokeOn, undo, voxelsAround } from './drawing.ts';
import { stepped } from './geometry.ts';
import { constrained, pointsNeeded } from './measuring.ts';
import type { Pane } from './pane.ts';
import { limitZoom } from './pointer.ts';
import { drawTools, measureTools, moveCursor, setPanel, setView, type Tool } from './state.ts';

/** Keys of a pane; the list on the page is made of the same table. */
export const shortcuts = [
  ['←  →  ↑  ↓', 'move'],
  ['Shift + ←  →  ↑  ↓', 'pan'],
  ['Page ↑  Page ↓', 'slice'],
  ['+  −', 'zoom'],
  ['0', 'reset'],
  ['W + ←  →  ↑  ↓', 'window'],
  ['[  ]', 'opacity'],
  [',  .', 'frame'],
  ['Space', 'play'],
  ['Enter', 'point'],
  ['Esc', 'cancel'],
  ['Delete', 'lastPoint'],
  ['Ctrl + Z,  Ctrl + Y', 'undo'],
  ['R', 'convention'],
  ['X', 'crosshair'],
  ['1 … 6', 'layout'],
  ['C  L  S  A  E  B  D', 'tools'],
  ['F', 'full'],
  ['?', 'help'],
] as const;

const toolKeys: Record<string, Tool> = {
  c: 'cursor',
  l: 'length',
  s: 'short-axis',
  a: 'angle',
  e: 'ellipse',
  b: 'brush',
  d: 'eraser',
};
const layoutKeys = { '1': 'three', '2': 'axial', '3': 'coronal', '4': 'sagittal', '5': 'mosaic', '6': 'four' } as const;

export function paneKeys(pane: () => Pane) {
  let windowing = false;
  const onKeyUp = ({ key }: KeyboardEvent): void => {
    if (key.toLowerCase() === 'w') windowing = false;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { viewer, panel, draft, setDraft } = pane();
    const { store, drawing } = viewer;
    const state = store.get().panels[panel];
    const view = pane().view();
    if (view === undefined || state.volume === undefined) return;
    const key = event.key;
    const handled = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() === 'z') (event.shiftKey ? redo : undo)(drawing);
      else if (key.toLowerCase() === 'y') redo(drawing);
      else return;
      handled();
      return;
    }
    if (event.altKey) return;
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (arrow) {
      const [x, y] = arrow as [number, number];
      if (windowing) nudgeWindow(x, y);
      else if (event.shiftKey) {
        const mm = 16 * view.mmPerPixel;
        const pan = [0, 1, 2].map((axis) => state.pan[axis]! - mm * (x * view.right[axis]! + y * view.down[axis]!));
        setView(store, panel, { pan: pan as unknown as typeof state.pan });
      } else {
        moveCursor(store, panel, stepped({ ...state, volume: state.volume }, view, { across: x, down: y }));
        followCursor();
      }
      handled();
      return;
    }
    if (key === 'PageUp' || key === 'PageDown') {
      const slices = key === 'PageUp' ? 1 : -1;
      moveCursor(store, panel, stepped({ ...state, volume: state.volume }, view, { slices }));
      handled();
      return;
    }
    if (key === '+' || key === '=') setView(store, panel, { zoom: limitZoom(state.zoom * 1.2) });
    else if (key === '-') setView(store, panel, { zoom: limitZoom(state.zoom / 1.2) });
    else if (key === '0') setView(store, panel, { zoom: 1, pan: [0, 0, 0] });
    else if (key === 'w' || key === 'W') windowing = true;
    else if (key === '[' || key === ']') changeOpacity(key === ']' ? 0.1 : -0.1);
    else if (key === ',' || key === '.') changeFrame(key === '.' ? 1 : -1);
    else if (key === ' ') setPanel(store, panel, { playing: !state.playing && (state.view?.shape[3] ?? 1) > 1 });
    else if (key === 'Enter') placePoint();
    else if (key === 'Escape') setDraft(undefined);
    else if (key === 'Delete' || key === 'Backspace') dropPoint();
    else if (key === 'r' || key === 'R')
      store.set(({ convention }) => ({ convention: convention === 'radiological' ? 'neurological' : 'radiological' }));
    else if (key === 'x' || key === 'X') store.set(({ crosshair }) => ({ crosshair: !crosshair }));
    else if (key in layoutKeys) setView(store, panel, { layout: layoutKeys[key as keyof typeof layoutKeys] });
    else if (key.toLowerCase() in toolKeys) {
      const tool = toolKeys[key.toLowerCase()]!;
      if (!viewer.mayAnnotate && tool !== 'cursor') return;
      store.set({ tool });
    } else return;
    handled();

    function nudgeWindow(x: number, y: number): void {
      const [low, high] = state.window;
      const width = (high - low) * (1 + x * 0.1);
      const middle = (low + high) / 2 + y * (high - low) * 0.05;
      setView(store, panel, { window: [middle - width / 2, middle + width / 2] });
    }

    function changeOpacity(by: number): void {
      const overlays = state.overlays.map((one) => ({ ...one, opacity: Math.min(1, Math.max(0, one.opacity + by)) }));
      setPanel(store, panel, { overlays });
    }

    function changeFrame(by: number): void {
      const frames = state.view?.shape[3] ?? 1;
      setPanel(store, panel, { frame: (state.frame + by + frames) % frames });
    }

    /** At the cursor: a point of the measurement, or a dab of the brush. */
    function placePoint(): void {
      const { tool, brushMm, brushIn3d } = store.get();
      const at = store.get().panels[panel].cursor;
      if (tool === 'brush' || tool === 'eraser') {
        const axis = view!.frame.axis?.index;
        if (axis === undefined || !viewer.drawOn(panel)) return;
        const { volume, current } = drawing.get();
        const stroke = strokeOn(drawing, 'brush');
        for (const voxel of voxelsAround(volume!, at, brushMm / 2, brushIn3d ? undefined : axis))
          stroke.set(voxel, tool === 'eraser' ? 0 : current);
        stroke.end();
        return;
      }
      if (!measureTools.includes(tool) || drawTools.includes(tool)) return;
      const before = draft();
      const kind = tool === 'ellipse' || tool === 'rectangle' ? 'freehand' : tool;
      if (before?.tool !== kind) {
        setDraft({ tool: kind, points: [at, at] });
        return;
      }
      const isClosing =
        pointsNeeded(kind) === 0 && before.points.length > 3 && same(before.points.at(-1)!, before.points.at(-2)!);
      const points = [...before.points.slice(0, -1), constrained(before, at, view!)];
      if (isClosing || (pointsNeeded(kind) > 0 && points.length >= pointsNeeded(kind))) {
        setDraft(undefined);
        viewer.measured(panel, kind, pane().plane, isClosing ? points.slice(0, -1) : points);
        return;
      }
      setDraft({ tool: kind, points: [...points, constrained({ tool: kind, points: [...points, at] }, at, view!)] });
    }

    function followCursor(): void {
      const before = draft();
      if (before === undefined || before.points.length < 2) return;
      const at = constrained(before, store.get().panels[panel].cursor, view!);
      setDraft({ ...before, points: [...before.points.slice(0, -1), at] });
    }

    function dropPoint(): void {
      const before = draft();
      if (before) setDraft(before.points.length > 2 ? { ...before, points: before.points.slice(0, -1) } : undefined);
    }
  };
  return { onKeyDown, onKeyUp };
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.every((one, axis) => Math.abs(one - b[axis]!) < 1e-6);
}
