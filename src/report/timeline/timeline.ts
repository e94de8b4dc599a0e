import type { Dossier } from '../../dossier/analysis.ts';
import { type Collector, collector } from './collect.ts';
import { addFact } from './facts.ts';
import type { Lane, LaneGroup, Range, Series, Timeline } from './model.ts';
import { addChangingFindings, addEntries, addSources } from './records.ts';
import { addResponses } from './responses.ts';

export type { Lane, LaneGroup, Series, SeriesPoint, Timeline, TimelineItem, UndatedItem } from './model.ts';

const groups: readonly LaneGroup[] = [
  'imaging',
  'genome',
  'questionnaires',
  'laboratory',
  'vitals',
  'medications',
  'events',
  'findings',
  'documents',
  'entries',
];

/**
 * Everything of a dossier that has a date, on one axis, and everything that has none, apart. Pure and sorted: equal
 * dossiers give equal timelines. `asOf` is the day to which the axis looks: there is no clock in here.
 */
export function timeline(dossier: Dossier, asOf: string): Timeline {
  const collect = collector(asOf);
  addSources(dossier.sources, collect);
  for (const fact of dossier.facts) addFact(fact, collect);
  addResponses(dossier.facts, dossier.findings, collect);
  addChangingFindings(dossier, collect);
  addEntries(dossier.entries, collect);
  return arranged(asOf, collect);
}

function arranged(asOf: string, { lanes, items, undated }: Collector): Timeline {
  const sorted = [...lanes.values()].sort(
    (a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || order(a.title, b.title) || order(a.id, b.id),
  );
  const place = new Map(sorted.map((lane, i) => [lane.id, i]));
  for (const one of [...items, ...undated]) {
    if (one.ids.length > 1) one.ids.sort(order);
    one.id = one.ids[0];
    one.why = one.ids[0];
  }
  const byLane = (a: { lane: string; label: string; id: string }, b: typeof a) =>
    place.get(a.lane)! - place.get(b.lane)! || order(a.label, b.label) || order(a.id, b.id);
  items.sort((a, b) => a.fromMs - b.fromMs || byLane(a, b));
  undated.sort(byLane);
  let toMs = Number.NEGATIVE_INFINITY;
  for (const one of items) toMs = Math.max(toMs, one.toMs);
  return {
    asOf,
    lanes: sorted.map(finished),
    items,
    undated,
    ...(items.length > 0 ? { span: { fromMs: items[0].fromMs, toMs } } : {}),
  };
}

/** Points by time; a range that every point states stands once. */
function finished(lane: Lane): Lane {
  const series = lane.series.map((one): Series => {
    const points = one.points.sort((a, b) => a.atMs - b.atMs || order(a.why, b.why));
    const { range } = points[0];
    const same = range !== undefined && points.every((point) => sameRange(point.range, range));
    return same ? { ...one, range, points: points.map(({ range: _, ...point }) => point) } : { ...one, points };
  });
  return { ...lane, series: series.sort((a, b) => order(a.id, b.id)) };
}

function sameRange(a: Range | undefined, b: Range): boolean {
  return a !== undefined && a.low === b.low && a.high === b.high && a.text === b.text;
}

/** By code unit, never by locale. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
