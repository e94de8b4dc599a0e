import type { PointerEvent } from 'react';
import type { Vector } from '../../../src/voxels/affine.ts';
import { strokeOn, voxelsInside } from './drawing.ts';
import { distanceMm, type PaneGeometry, toRas } from './geometry.ts';
import { constrained, type Draft, pointsNeeded, shapeBetween } from './measuring.ts';
import type { Gesture, Pane, Point } from './pane.ts';
import type { Tool } from './state.ts';

/** One pointer with a tool that measures: what its drag does, and its end. */
export function measureGesture(
  pane: () => Pane,
  tool: Tool,
  here: Point,
  view: PaneGeometry,
  event: PointerEvent,
): Gesture {
  const { setDraft } = pane();
  const point = toRas(view, here.x, here.y);
  if (tool === 'ellipse' || tool === 'rectangle') {
    return {
      drag: (to) => setDraft({ tool, points: shapeBetween(tool, point, toRas(view, to.x, to.y), view) }),
      finish: () => {
        const draft = pane().draft();
        if (draft) closeDraft(pane(), draft);
      },
    };
  }
  const before = pane().draft();
  if (tool === 'freehand') {
    const points = before?.tool === tool ? [...before.points, point] : [point];
    setDraft({ tool, points });
    return {
      drag(to) {
        const next = toRas(view, to.x, to.y);
        const draft = pane().draft();
        if (draft && distanceMm(draft.points.at(-1)!, next) >= view.mmPerPixel * 3)
          setDraft({ tool, points: [...draft.points, next] });
      },
      finish() {
        const draft = pane().draft();
        // A drag is a contour; single clicks add corners until a double click closes them.
        if (draft && draft.points.length > points.length + 4) closeDraft(pane(), draft);
      },
    };
  }
  place(pane(), tool, point, view, event.detail > 1);
  const placed = pane().draft()?.points.length ?? 0;
  return {
    drag(to) {
      const draft = pane().draft();
      if (draft)
        setDraft({ tool, points: [...draft.points.slice(0, -1), constrained(draft, toRas(view, to.x, to.y), view)] });
    },
    finish() {
      const draft = pane().draft();
      if (!draft || draft.points.length !== placed) return;
      const [last, beforeLast] = [draft.points.at(-1)!, draft.points.at(-2)];
      // Pressed, drawn and let go: the end of a line; pressed and let go at one place: the line follows until the next press.
      if (beforeLast && distanceMm(last, beforeLast) > view.mmPerPixel * 4) settle(pane(), draft, view);
    },
  };
}

/** Places a point; the next one follows the pointer. */
function place(pane: Pane, tool: Tool, point: Vector, view: PaneGeometry, again: boolean): void {
  const draft = pane.draft();
  if (draft?.tool !== tool) pane.setDraft({ tool, points: [point, point] });
  else if (!again)
    settle(pane, { tool, points: [...draft.points.slice(0, -1), constrained(draft, point, view)] }, view);
}

/** The last point of a draft is fixed: the measurement is done or goes on with another one. */
function settle(pane: Pane, draft: Draft, view: PaneGeometry): void {
  if (draft.points.length >= pointsNeeded(draft.tool)) closeDraft(pane, draft);
  else {
    const next = draft.points.at(-1)!;
    pane.setDraft({
      ...draft,
      points: [...draft.points, constrained({ ...draft, points: [...draft.points, next] }, next, view)],
    });
  }
}

/** The open end of a draft goes with a pointer that is not pressed. */
export function followPointer(pane: Pane, here: Point): void {
  const draft = pane.draft();
  const view = pane.view();
  if (!draft || !view || pointsNeeded(draft.tool) === 0 || draft.points.length < 2) return;
  const point = constrained(draft, toRas(view, here.x, here.y), view);
  pane.setDraft({ ...draft, points: [...draft.points.slice(0, -1), point] });
}

/** The draft becomes a measurement, or what lies inside it is marked; one with too few points is dropped. */
export function closeDraft(pane: Pane, draft: Draft): void {
  const { viewer, panel, plane, setDraft } = pane;
  setDraft(undefined);
  if (draft.tool === 'contour') {
    fill(pane, draft.points);
    return;
  }
  if (draft.points.length < Math.max(2, pointsNeeded(draft.tool))) return;
  viewer.measured(panel, draft.tool, plane, draft.points);
}

/** Marks what lies inside a closed contour of the slice. */
function fill(pane: Pane, points: readonly Vector[]): void {
  const { viewer } = pane;
  const axis = pane.view()?.frame.axis?.index;
  const { volume, current } = viewer.drawing.get();
  if (axis === undefined || volume === undefined) return;
  const stroke = strokeOn(viewer.drawing, 'contour');
  for (const voxel of voxelsInside(volume, points, axis)) stroke.set(voxel, current);
  stroke.end();
}
