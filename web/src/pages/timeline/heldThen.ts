import type { SeriesPoint, Timeline, TimelineItem } from '../../../../src/report/timeline/model.ts';

export interface HeldThen {
  /** What had begun and was not over, as far as somebody stated. */
  going: TimelineItem[];
  /** The newest number of each lane at or before that moment. */
  numbers: { lane: string; title: string; point: SeriesPoint; daysBefore: number }[];
}

const dayMs = 86_400_000;
/** An older number says little of the day. */
const oldestDays = 366;

/** What held at a moment: medicines taken, diagnoses, newest numbers. Nothing is assumed beyond what is stated. */
export function heldThen({ items, lanes }: Timeline, atMs: number): HeldThen {
  const lasts = ({ end, openEnd, future, problem }: TimelineItem) =>
    (end !== undefined || openEnd !== undefined) && !future && problem === undefined;
  const going = items.filter((item) => lasts(item) && item.fromMs <= atMs && atMs <= item.toMs);
  const numbers = lanes.flatMap(({ id, title, series }) => {
    // What has a reference is the number of the lane.
    const main = series.find(({ bands }) => bands !== undefined) ?? series[0];
    const point = main?.points.findLast((one) => one.atMs <= atMs + dayMs / 2);
    if (point === undefined) return [];
    const daysBefore = Math.max(0, Math.round((atMs - point.atMs) / dayMs));
    return daysBefore > oldestDays ? [] : [{ lane: id, title, point, daysBefore }];
  });
  return { going, numbers };
}
