import type { Lane, LaneGroup, Series, SeriesPoint, TimelineItem, UndatedItem } from './model.ts';
import { type When, whenOf } from './when.ts';

/** What a room of the dossier hands in: dates as stated, everything else ready for the page. */
export interface Stated {
  ids: string[];
  lane: LaneKey;
  label: string;
  detail?: string | undefined;
  value?: string | undefined;
  status?: string | undefined;
  /** When it began or was measured, and when it ended. */
  start?: string | undefined;
  end?: string | undefined;
  /** When somebody stated it: used only where the thing itself has no date, and flagged. */
  statedAt?: string | undefined;
  /** Something that lasts: an end that nobody stated is `ongoing` or `unknown`. */
  lasts?: 'ongoing' | 'unknown' | undefined;
}

export interface LaneKey {
  group: LaneGroup;
  /** Tells lanes of a group apart. */
  key: string;
  title: string;
}

export type SeriesHead = Omit<Series, 'points' | 'range'>;

export interface Collector {
  add(stated: Stated): void;
  /** Nothing for a point without a usable date: it stands among the undated as its item does. */
  point(
    lane: LaneKey,
    series: SeriesHead,
    point: Omit<SeriesPoint, 'atMs' | 'time'> & { time: string | undefined },
  ): void;
  lanes: Map<string, Lane>;
  items: TimelineItem[];
  undated: UndatedItem[];
}

interface Merged {
  item: UndatedItem;
  stated: Stated;
}

export function collector(asOf: string): Collector {
  const today = whenOf(asOf)?.toMs ?? Number.POSITIVE_INFINITY;
  const lanes = new Map<string, Lane>();
  const byGroup = new Map<LaneGroup, Map<string, Lane>>();
  const merged = new Map<Lane, Map<string, Merged[]>>();
  const items: TimelineItem[] = [];
  const undated: UndatedItem[] = [];
  const read = reader();
  const laneOf = ({ group, key, title }: LaneKey): Lane => {
    const ofGroup = known(byGroup, group, () => new Map<string, Lane>());
    return known(ofGroup, key, () => {
      const lane: Lane = { id: `${group}:${key}`, group, title, items: 0, series: [] };
      lanes.set(lane.id, lane);
      return lane;
    });
  };
  return {
    lanes,
    items,
    undated,
    add(stated) {
      const lane = laneOf(stated.lane);
      const { ids, label, detail, value, status } = stated;
      const ofLane = known(merged, lane, () => new Map<string, Merged[]>());
      const alike = known(ofLane, `${stated.start}|${label}|${value}`, (): Merged[] => []);
      const same = alike.find((one) => saysTheSame(one.stated, stated));
      if (same) {
        same.item.ids.push(...ids);
        return;
      }
      const item: UndatedItem = { id: ids[0], ids: [...ids], lane: lane.id, label, why: ids[0] };
      if (detail) item.detail = detail;
      if (value) item.value = value;
      if (status) item.status = status;
      alike.push({ item, stated });
      const placed = place(stated, today, read);
      if ('fromMs' in placed) {
        items.push(Object.assign(item, placed));
        lane.items++;
      } else undated.push(Object.assign(item, placed));
    },
    point(laneKey, head, { time, ...point }) {
      const when = read(time);
      if (when === undefined) return;
      const lane = laneOf(laneKey);
      let line = lane.series.find((one) => one.id === head.id);
      if (line === undefined) {
        line = { ...head, points: [] };
        lane.series.push(line);
      }
      // The bands of the latest value hold for the picture.
      if (head.bands && (line.points.at(-1)?.atMs ?? 0) <= middleOf(when)) {
        line.bands = head.bands;
        if (head.reference) line.reference = head.reference;
      }
      line.points.push(Object.assign({ time: when.stated, atMs: middleOf(when) }, point));
    },
  };
}

/** The same thing said by several records is one item. */
function saysTheSame(a: Stated, b: Stated): boolean {
  return (
    a.label === b.label &&
    a.value === b.value &&
    a.detail === b.detail &&
    a.status === b.status &&
    a.end === b.end &&
    a.statedAt === b.statedAt &&
    a.lasts === b.lasts
  );
}

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Thousands of values share a day: each date is read once. */
function reader(): typeof whenOf {
  const dates = new Map<string, When | undefined>();
  return (stated) => {
    if (stated === undefined) return undefined;
    if (!dates.has(stated)) dates.set(stated, whenOf(stated));
    return dates.get(stated);
  };
}

function middleOf({ fromMs, toMs }: When): number {
  return Math.round((fromMs + toMs) / 2);
}

type Place = Omit<TimelineItem, keyof UndatedItem>;
type Placed = Place | Pick<UndatedItem, 'reason'>;

/** Where on the axis it lies, by stated dates alone. */
function place({ start, end, statedAt, lasts }: Stated, today: number, read: typeof whenOf): Placed {
  const [from, to, said] = [read(start), read(end), read(statedAt)];
  const first = from ?? to ?? said;
  if (first === undefined) {
    const unusable = start ?? end ?? statedAt;
    return unusable === undefined ? {} : { reason: `no calendar has the day ${unusable}` };
  }
  const backwards = from !== undefined && to !== undefined && to.toMs < from.fromMs;
  const last = backwards ? from : (to ?? (lasts ? later(first, said) : first));
  const placed: Place = {
    start: first.stated,
    precision: first.precision,
    fromMs: first.fromMs,
    toMs: last.toMs,
  };
  if (to && from) placed.end = to.stated;
  if (from === undefined && lasts) placed.startUnknown = true;
  if (from === undefined && to === undefined && !lasts) placed.reported = true;
  if (lasts && to === undefined) placed.openEnd = lasts;
  if (first.fromMs > today) placed.future = true;
  if (backwards) placed.problem = 'it ends before it begins';
  return placed;
}

function later(a: When, b: When | undefined): When {
  return b !== undefined && b.toMs > a.toMs ? b : a;
}
