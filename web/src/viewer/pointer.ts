import type { PointerEvent, WheelEvent } from 'react';
import { plus, scale } from '../../../src/display/planes.ts';
import type { Vector } from '../../../src/voxels/affine.ts';
import { drawGesture } from './drawGesture.ts';
import { type PaneGeometry, stepped, toRas } from './geometry.ts';
import { closeDraft, followPointer, measureGesture } from './measureGesture.ts';
import { pointsNeeded } from './measuring.ts';
import type { Gesture, Pane, Point } from './pane.ts';
import { drawTools, measureTools, moveCursor, setView, type Tool } from './state.ts';

/** Mouse, pen and touch on one pane: the chosen tool with one pointer, zoom and pan with two. */
export function panePointers(pane: () => Pane) {
  const down = new Map<number, Point>();
  let gesture: Gesture | undefined;
  let pinch: { distance: number; middle: Point } | undefined;

  const at = (event: { clientX: number; clientY: number; currentTarget: Element }): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const stop = () => {
    gesture?.finish?.();
    gesture = undefined;
  };

  return {
    onPointerDown(event: PointerEvent) {
      const { viewer, panel } = pane();
      const view = pane().view();
      if (view === undefined) return;
      (event.currentTarget as HTMLElement).focus({ preventScroll: true });
      event.currentTarget.setPointerCapture(event.pointerId);
      viewer.store.set({ active: panel });
      const here = at(event);
      down.set(event.pointerId, here);
      if (down.size === 2) {
        stop();
        pane().setDraft(undefined);
        pinch = gestureOf([...down.values()]);
        return;
      }
      const tool =
        event.button === 2 ? 'window' : event.button === 1 || event.shiftKey ? 'pan' : viewer.store.get().tool;
      gesture = begin(tool, here, view, event);
    },
    onPointerMove(event: PointerEvent) {
      const here = at(event);
      if (down.has(event.pointerId)) down.set(event.pointerId, here);
      if (pinch !== undefined && down.size === 2) {
        const next = gestureOf([...down.values()]);
        const { viewer, panel } = pane();
        const view = pane().view()!;
        const { zoom, pan } = viewer.store.get().panels[panel];
        const moved = shift(view, next.middle.x - pinch.middle.x, next.middle.y - pinch.middle.y);
        setView(viewer.store, panel, {
          zoom: limitZoom((zoom * next.distance) / pinch.distance),
          pan: plus(pan, scale(moved, -1)),
        });
        pinch = next;
        return;
      }
      if (gesture) gesture.drag(here, event);
      else followPointer(pane(), here);
    },
    onPointerUp(event: PointerEvent) {
      down.delete(event.pointerId);
      if (pinch !== undefined) {
        if (down.size === 0) pinch = undefined;
        return;
      }
      stop();
    },
    onPointerCancel(event: PointerEvent) {
      down.delete(event.pointerId);
      pinch = undefined;
      stop();
    },
    onDoubleClick() {
      const draft = pane().draft();
      if (draft && pointsNeeded(draft.tool) === 0) closeDraft(pane(), draft);
    },
    onContextMenu: (event: { preventDefault(): void }) => event.preventDefault(),
    /** Slices; with Ctrl, as a pinch on a touch pad sends it, zoom. */
    onWheel(event: WheelEvent | globalThis.WheelEvent) {
      const { viewer, panel } = pane();
      const view = pane().view();
      const state = viewer.store.get().panels[panel];
      if (view === undefined || state.volume === undefined) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey)
        setView(viewer.store, panel, { zoom: limitZoom(state.zoom * Math.exp(-event.deltaY / 300)) });
      else if (event.deltaY !== 0)
        moveCursor(
          viewer.store,
          panel,
          stepped({ ...state, volume: state.volume }, view, { slices: event.deltaY > 0 ? -1 : 1 }),
        );
    },
  };

  function begin(tool: Tool, here: Point, view: PaneGeometry, event: PointerEvent): Gesture | undefined {
    const { viewer, panel } = pane();
    const state = viewer.store.get().panels[panel];
    if (tool === 'pan') {
      const from = state.pan;
      return {
        drag: (to) =>
          setView(viewer.store, panel, { pan: plus(from, scale(shift(view, to.x - here.x, to.y - here.y), -1)) }),
      };
    }
    if (tool === 'zoom') {
      const from = state.zoom;
      return {
        drag: (to) => setView(viewer.store, panel, { zoom: limitZoom(from * Math.exp((here.y - to.y) / 150)) }),
      };
    }
    if (tool === 'window') {
      const [low, high] = state.window;
      const width = high - low;
      return {
        drag(to) {
          const wide = width * Math.exp((to.x - here.x) / 200);
          const middle = (low + high) / 2 + ((to.y - here.y) / 200) * width;
          setView(viewer.store, panel, { window: [middle - wide / 2, middle + wide / 2] });
        },
      };
    }
    if (drawTools.includes(tool)) return drawGesture(pane, tool, here, view);
    if (measureTools.includes(tool)) return measureGesture(pane, tool, here, view, event);
    moveCursor(viewer.store, panel, toRas(view, here.x, here.y));
    return {
      drag(to) {
        const now = pane().view();
        if (now) moveCursor(viewer.store, panel, toRas(now, to.x, to.y));
      },
    };
  }
}

function gestureOf([a, b]: Point[]): { distance: number; middle: Point } {
  return {
    distance: Math.max(8, Math.hypot(a!.x - b!.x, a!.y - b!.y)),
    middle: { x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 },
  };
}

function shift(view: PaneGeometry, x: number, y: number): Vector {
  return plus(scale(view.right, x * view.mmPerPixel), scale(view.down, y * view.mmPerPixel));
}

export function limitZoom(zoom: number): number {
  return Math.min(32, Math.max(0.25, zoom));
}
