import type { TimelineItem } from '../../../../src/report/timeline/model.ts';

/** Things that would be drawn on top of each other, as one mark. */
export interface Mark {
  /** Left and right edge in pixels. */
  x: number;
  right: number;
  items: TimelineItem[];
}

/** Marks nearer than this are one. */
const nearPx = 11;

/**
 * The visible items of a lane as marks. A stretch longer than a mark stays its own; points that meet become one.
 * @param items sorted by `fromMs`
 */
export function marksOf(items: readonly TimelineItem[], x: (ms: number) => number, width: number): Mark[] {
  const marks: Mark[] = [];
  let last: Mark | undefined;
  for (const item of items) {
    const from = x(item.fromMs);
    const to = x(item.toMs);
    if (to < 0 || from > width) continue;
    const isPoint = to - from < nearPx;
    const lastIsPoint = last !== undefined && last.right - last.x < nearPx;
    if (last !== undefined && isPoint && lastIsPoint && from - last.right < nearPx / 2) {
      last.items.push(item);
      last.right = Math.max(last.right, to);
      continue;
    }
    last = { x: from, right: to, items: [item] };
    marks.push(last);
  }
  return marks;
}
