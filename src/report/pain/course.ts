import type { Dossier } from '../../dossier/analysis.ts';
import { dayOf } from '../../dossier/words.ts';
import type { TimelineItem } from '../timeline/model.ts';
import { timeline } from '../timeline/timeline.ts';
import { driversFile } from './knowledge.ts';

/** Pain over time with medicines as bars and events as marks: positions in units of `width` and `height`, and words. */
export interface PainCourse {
  width: number;
  height: number;
  described: string;
  /** Lines of the scale from 0 to 10. */
  levels: { y: number; text: string }[];
  days: { x: number; text: string; anchor: 'start' | 'end' }[];
  series: { id: string; title: string; points: { x: number; y: number; words: string; time: string; why: string }[] }[];
  bars: { label: string; detail: string; x: number; width: number; y: number; open: boolean; why: string }[];
  /** Medicines of this time for which there is no room: those that neither began nor ended in it go first. */
  barsLeftOut: number;
  events: { x: number; number: number; label: string; day: string; why: string }[];
}

const width = 340;
const [left, right, top, bottom] = [20, 332, 8, 108];
const barHeight = 15;
const mostBars = 12;
const mostEvents = 12;

/** Undefined without a dated score of pain. What began before the first score is cut at the edge. */
export function painCourse(dossier: Dossier, asOf: string): PainCourse | undefined {
  const { lanes, items } = timeline(dossier, asOf);
  const wanted = driversFile().course;
  const series = lanes
    .flatMap((lane) => lane.series)
    .filter(({ id }) => wanted.includes(id))
    .sort((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id));
  const times = series.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  if (times.length === 0) return undefined;
  const [first, last] = [min(times), max(times)];
  const span = Math.max(last - first, 28 * 86_400_000);
  const [from, to] = [first - span * 0.05, last + span * 0.05];
  const x = (ms: number) => round(left + ((Math.min(Math.max(ms, from), to) - from) / (to - from)) * (right - left));
  const y = (value: number) => round(bottom - (Math.min(Math.max(value, 0), 10) / 10) * (bottom - top));
  const groupOf = new Map(lanes.map(({ id, group }) => [id, group]));
  // What is taken still goes on as far as the picture reaches; its bar is drawn open.
  const endOf = ({ toMs, openEnd }: TimelineItem) => (openEnd === 'ongoing' ? Math.max(toMs, to) : toMs);
  const within = (item: TimelineItem) => endOf(item) >= from && item.fromMs <= to;
  const taken = items.filter((item) => groupOf.get(item.lane) === 'medications' && within(item));
  // A change of medicine beside a change of pain is what one looks for: it is never what is left out.
  const changes = (item: TimelineItem) => Number(item.fromMs > from || endOf(item) < to);
  const shown = new Set([...taken].sort((a, b) => changes(b) - changes(a)).slice(0, mostBars));
  const bars = taken
    .filter((item) => shown.has(item))
    .map((item, row) => ({
      label: item.label,
      detail: [item.value, item.start, item.end ? `to ${item.end}` : ''].filter(Boolean).join(', '),
      x: x(item.fromMs),
      width: Math.max(2, round(x(endOf(item)) - x(item.fromMs))),
      y: bottom + 22 + row * barHeight,
      open: item.openEnd !== undefined,
      why: item.why,
    }));
  const events = items
    .filter((item) => groupOf.get(item.lane) === 'events' && isEvent(item) && within(item) && item.fromMs >= from)
    .slice(0, mostEvents)
    .map((item, i) => ({ x: x(item.fromMs), number: i + 1, label: item.label, day: dayOf(item.start), why: item.why }));
  const placed = series.map(({ id, title, points }) => ({
    id,
    title,
    points: points.map(({ atMs, value, text, time, why }) => ({ x: x(atMs), y: y(value), words: text, time, why })),
  }));
  const said = placed.map(
    ({ title, points }) =>
      `${title}: ${points.length} value${points.length === 1 ? '' : 's'}, ${dayOf(points[0].time)} ${points[0].words}${points.length > 1 ? ` to ${dayOf(points.at(-1)!.time)} ${points.at(-1)!.words}` : ''}`,
  );
  return {
    width,
    height: bottom + 22 + bars.length * barHeight + 4,
    described: [
      ...said,
      ...bars.map(({ label, detail }) => `${label}${detail ? ` (${detail})` : ''}`),
      ...events.map(({ label, day }) => `${day} ${label}`),
    ].join('. '),
    levels: [0, 5, 10].map((value) => ({ y: y(value), text: String(value) })),
    days: [
      { x: left, text: new Date(from).toISOString().slice(0, 10), anchor: 'start' },
      { x: right, text: new Date(to).toISOString().slice(0, 10), anchor: 'end' },
    ],
    series: placed,
    bars,
    barsLeftOut: taken.length - bars.length,
    events,
  };
}

function isEvent({ lane }: TimelineItem): boolean {
  return /:(procedure|implant|pregnancy|diagnosis)$/.test(lane);
}

// Spreading thousands of values into Math.min would overflow the stack.
const min = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const max = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
