import type { PointerEvent, WheelEvent } from 'react';
import type { Plane } from '../../../src/display/planes.ts';
import { plus, scale } from '../../../src/display/planes.ts';
import type { Vector } from '../../../src/voxels/affine.ts';
import type { Viewer } from './context.ts';
import { strokeOn, voxelsAround, voxelsInside } from './drawing.ts';
import { distanceMm, type PaneGeometry, stepped, toRas } from './geometry.ts';
import { constrained, type Draft, pointsNeeded, shapeBetween } from './measuring.ts';
import { drawTools, measureTools, moveCursor, type PanelName, setView, type Tool } from './state.ts';

/** What a pane gives its pointers: always as it is now. */
export interface Pane {
  viewer: Viewer;
  panel: PanelName;
  plane: Plane;
  view(): PaneGeometry | undefined;
  draft(): Draft | undefined;
  setDraft(draft: Draft | undefined): void;
}

interface Point {
  x: number;
  y: number;
}

/** Mouse, pen and touch on one pane: the chosen tool with one pointer, zoom and pan with two. */
export function panePointers(pane: () => Pane) {
  const down = new Map<number, Point>();
  let drag: ((to: Point, event: PointerEvent) => void) | undefined;
  let finish: (() => void) | undefined;
  let pinch: { distance: number; middle: Point } | undefined;

  const at = (event: { clientX: number; clientY: number; currentTarget: Element }): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const stop = () => {
    finish?.();
    drag = undefined;
    finish = undefined;
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
      begin(tool, here, view, event);
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
      if (drag) drag(here, event);
      else follow(here);
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
      if (draft && pointsNeeded(draft.tool) === 0) close(draft);
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

  function begin(tool: Tool, here: Point, view: PaneGeometry, event: PointerEvent): void {
    const { viewer, panel } = pane();
    const state = viewer.store.get().panels[panel];
    if (tool === 'pan') {
      const from = state.pan;
      drag = (to) =>
        setView(viewer.store, panel, { pan: plus(from, scale(shift(view, to.x - here.x, to.y - here.y), -1)) });
    } else if (tool === 'zoom') {
      const from = state.zoom;
      drag = (to) => setView(viewer.store, panel, { zoom: limitZoom(from * Math.exp((here.y - to.y) / 150)) });
    } else if (tool === 'window') {
      const [low, high] = state.window;
      const width = high - low;
      drag = (to) => {
        const wide = width * Math.exp((to.x - here.x) / 200);
        const middle = (low + high) / 2 + ((to.y - here.y) / 200) * width;
        setView(viewer.store, panel, { window: [middle - wide / 2, middle + wide / 2] });
      };
    } else if (drawTools.includes(tool)) draw(tool, here, view);
    else if (measureTools.includes(tool)) measure(tool, here, view, event);
    else {
      moveCursor(viewer.store, panel, toRas(view, here.x, here.y));
      drag = (to) => {
        const now = pane().view();
        if (now) moveCursor(viewer.store, panel, toRas(now, to.x, to.y));
      };
    }
  }

  function measure(tool: Tool, here: Point, view: PaneGeometry, event: PointerEvent): void {
    const { setDraft } = pane();
    const point = toRas(view, here.x, here.y);
    if (tool === 'ellipse' || tool === 'rectangle') {
      drag = (to) => setDraft({ tool, points: shapeBetween(tool, point, toRas(view, to.x, to.y), view) });
      finish = () => {
        const draft = pane().draft();
        if (draft) close(draft);
      };
      return;
    }
    const before = pane().draft();
    if (tool === 'freehand') {
      const points = before?.tool === tool ? [...before.points, point] : [point];
      setDraft({ tool, points });
      drag = (to) => {
        const next = toRas(view, to.x, to.y);
        const draft = pane().draft();
        if (draft && distanceMm(draft.points.at(-1)!, next) >= view.mmPerPixel * 3)
          setDraft({ tool, points: [...draft.points, next] });
      };
      finish = () => {
        const draft = pane().draft();
        // A drag is a contour; single clicks add corners until a double click closes them.
        if (draft && draft.points.length > points.length + 4) close(draft);
      };
      return;
    }
    place(tool, point, view, event.detail > 1);
    const placed = pane().draft()?.points.length ?? 0;
    drag = (to) => {
      const draft = pane().draft();
      if (draft) setDraft({ tool, points: [...draft.points.slice(0, -1), held(draft, toRas(view, to.x, to.y), view)] });
    };
    finish = () => {
      const draft = pane().draft();
      if (!draft || draft.points.length !== placed) return;
      const [last, beforeLast] = [draft.points.at(-1)!, draft.points.at(-2)];
      // Pressed, drawn and let go: the end of a line; pressed and let go at one place: the line follows until the next press.
      if (beforeLast && distanceMm(last, beforeLast) > view.mmPerPixel * 4) settle(draft, view);
    };
  }

  /** Places a point; the next one follows the pointer. */
  function place(tool: Tool, point: Vector, view: PaneGeometry, again: boolean): void {
    const { setDraft } = pane();
    const draft = pane().draft();
    if (draft?.tool !== tool) setDraft({ tool, points: [point, point] });
    else if (!again) settle({ tool, points: [...draft.points.slice(0, -1), held(draft, point, view)] }, view);
  }

  /** The last point of a draft is fixed: the measurement is done or goes on with another one. */
  function settle(draft: Draft, view: PaneGeometry): void {
    if (draft.points.length >= pointsNeeded(draft.tool)) close(draft);
    else {
      const next = draft.points.at(-1)!;
      pane().setDraft({
        ...draft,
        points: [...draft.points, held({ ...draft, points: [...draft.points, next] }, next, view)],
      });
    }
  }

  function held(draft: Draft, point: Vector, view: PaneGeometry): Vector {
    return constrained(draft, point, view);
  }

  function follow(here: Point): void {
    const draft = pane().draft();
    const view = pane().view();
    if (!draft || !view || pointsNeeded(draft.tool) === 0 || draft.points.length < 2) return;
    const point = held(draft, toRas(view, here.x, here.y), view);
    pane().setDraft({ ...draft, points: [...draft.points.slice(0, -1), point] });
  }

  function close(draft: Draft): void {
    const { viewer, panel, plane, setDraft } = pane();
    setDraft(undefined);
    if (draft.tool === 'contour') {
      fill(draft.points);
      return;
    }
    if (draft.points.length < Math.max(2, pointsNeeded(draft.tool))) return;
    viewer.measured(panel, draft.tool, plane, draft.points);
  }

  /** Marks what lies inside a closed contour of the slice. */
  function fill(points: readonly Vector[]): void {
    const { viewer } = pane();
    const axis = pane().view()?.frame.axis?.index;
    const { volume, current } = viewer.drawing.get();
    if (axis === undefined || volume === undefined) return;
    const stroke = strokeOn(viewer.drawing, 'contour');
    for (const voxel of voxelsInside(volume, points, axis)) stroke.set(voxel, current);
    stroke.end();
  }

  function draw(tool: Tool, here: Point, view: PaneGeometry): void {
    const { viewer, panel, setDraft } = pane();
    const axis = view.frame.axis?.index;
    if (axis === undefined || !viewer.drawOn(panel)) return;
    const { brushMm, brushIn3d } = viewer.store.get();
    const { volume, current } = viewer.drawing.get();
    if (volume === undefined) return;
    if (tool === 'contour') {
      const before = pane().draft();
      const begun = before?.tool === 'contour' ? before.points : [];
      let points = [...begun, toRas(view, here.x, here.y)];
      setDraft({ tool, points });
      drag = (to) => {
        points = [...points, toRas(view, to.x, to.y)];
        setDraft({ tool, points });
      };
      // A drag is a contour; single clicks add corners until a double click closes them.
      finish = () => {
        if (points.length > begun.length + 5) close({ tool, points });
      };
      return;
    }
    const stroke = strokeOn(viewer.drawing, 'brush');
    const value = tool === 'eraser' ? 0 : current;
    let last = here;
    const dab = (to: Point) => {
      const step = Math.max(1, brushMm / view.mmPerPixel / 3);
      const steps = Math.max(1, Math.ceil(Math.hypot(to.x - last.x, to.y - last.y) / step));
      for (let one = 1; one <= steps; one++) {
        const x = last.x + ((to.x - last.x) * one) / steps;
        const y = last.y + ((to.y - last.y) * one) / steps;
        const around = voxelsAround(volume, toRas(view, x, y), brushMm / 2, brushIn3d ? undefined : axis);
        for (const voxel of around) stroke.set(voxel, value);
      }
      last = to;
      stroke.show();
    };
    dab(here);
    drag = dab;
    finish = () => stroke.end();
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
