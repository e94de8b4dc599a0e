import { strokeOn, voxelsAround } from './drawing.ts';
import { type PaneGeometry, toRas } from './geometry.ts';
import { closeDraft } from './measureGesture.ts';
import type { Gesture, Pane, Point } from './pane.ts';
import type { Tool } from './state.ts';

/** One pointer with brush, eraser or contour; undefined where there is nothing to draw on. */
export function drawGesture(pane: () => Pane, tool: Tool, here: Point, view: PaneGeometry): Gesture | undefined {
  const { viewer, panel, setDraft } = pane();
  const axis = view.frame.axis?.index;
  if (axis === undefined || !viewer.drawOn(panel)) return undefined;
  const { brushMm, brushIn3d } = viewer.store.get();
  const { volume, current } = viewer.drawing.get();
  if (volume === undefined) return undefined;
  if (tool === 'contour') {
    const before = pane().draft();
    const begun = before?.tool === 'contour' ? before.points : [];
    let points = [...begun, toRas(view, here.x, here.y)];
    setDraft({ tool, points });
    return {
      drag(to) {
        points = [...points, toRas(view, to.x, to.y)];
        setDraft({ tool, points });
      },
      // A drag is a contour; single clicks add corners until a double click closes them.
      finish() {
        if (points.length > begun.length + 5) closeDraft(pane(), { tool, points });
      },
    };
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
  return { drag: dab, finish: () => stroke.end() };
}
