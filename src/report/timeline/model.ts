import type { Precision } from './when.ts';

/** All that is dated of one subject, on one axis. Everything in it can stand in JSON. */
export interface Timeline {
  /** The day to which the axis looks; what begins after it is flagged. */
  asOf: string;
  /** In the order of the page: by group, then by title. */
  lanes: Lane[];
  /** By time, then lane, then label, then id. */
  items: TimelineItem[];
  /** Things without a usable date: listed, never placed. */
  undated: UndatedItem[];
  /** From the first to the last thing, in milliseconds of `When`. Absent when nothing is dated. */
  span?: { fromMs: number; toMs: number };
}

export type LaneGroup =
  | 'imaging'
  | 'genome'
  | 'questionnaires'
  | 'laboratory'
  | 'vitals'
  | 'medications'
  | 'events'
  | 'findings'
  | 'documents'
  | 'entries';

export interface Lane {
  id: string;
  group: LaneGroup;
  title: string;
  /** How many dated items it has. */
  items: number;
  /** Numbers over time, where the lane has them; one for each scale or unit. */
  series: Series[];
}

export interface Series {
  id: string;
  title: string;
  /** As a reader writes it; empty for none. */
  unit: string;
  points: SeriesPoint[];
  /** Range that the sources state, when it is the same for every point. */
  range?: Range;
  /** Named bands of a stated reference. */
  bands?: { from: number; to: number; label: string }[];
  /** Name of the reference of the bands. */
  reference?: string;
}

export interface Range {
  low?: number;
  high?: number;
  text?: string;
}

export interface SeriesPoint {
  time: string;
  /** Middle of what the date may mean. */
  atMs: number;
  value: number;
  text: string;
  /** `<` and the like: the value is a limit, not a number. */
  comparator?: '<' | '<=' | '>' | '>=';
  range?: Range;
  /** Flags of the source (H, L, ...) or the band of the value. */
  flag?: string;
  /** Record that `why` opens. */
  why: string;
}

export interface UndatedItem {
  /** The first of `ids`. */
  id: string;
  /** All records that say it. */
  ids: string[];
  lane: string;
  label: string;
  detail?: string;
  /** Record that `why` opens. */
  why: string;
  /** Value in words, where it has one. */
  value?: string;
  status?: string;
  /** Why it is not placed, where a date was stated that cannot be used. */
  reason?: string;
}

export interface TimelineItem extends Omit<UndatedItem, 'reason'> {
  /** As stated, and no more precise than stated. */
  start: string;
  end?: string;
  precision: Precision;
  /** What to draw: the stretch that the stated dates may mean. */
  fromMs: number;
  toMs: number;
  /** It began before `start`, on a day that nobody stated. */
  startUnknown?: true;
  /** It goes on as far as is known (`toMs`), or it ended on a day that nobody stated. */
  openEnd?: 'ongoing' | 'unknown';
  /** `start` is the day when it was reported: the day of the thing itself is not stated. */
  reported?: true;
  /** It begins after the day of the axis. */
  future?: true;
  /** The dates contradict each other. */
  problem?: string;
}
