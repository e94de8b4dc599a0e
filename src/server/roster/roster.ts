import type { Access, Store } from '../../dossier/store.ts';
import { apartFrom } from './apart.ts';
import { dateWord, words } from './fold.ts';
import { type Haystack, haystackOf, rowsWith } from './haystack.ts';
import { type IndexedRow, indexedRow, type RosterRow, rank, type Urgency, withoutIdentity } from './row.ts';

export type SortKey = 'label' | 'subject' | 'changed' | 'visit' | 'born' | 'urgency';

export interface RosterQuery {
  /** Words that all must begin a word of the name, number, date of birth or id. */
  text?: string | undefined;
  offset?: number | undefined;
  limit?: number | undefined;
  sort?: SortKey | undefined;
  descending?: boolean | undefined;
  filter?:
    | {
        /** Every one of these modalities. */
        data?: readonly string[] | undefined;
        /** At least this urgent. */
        urgency?: Urgency | undefined;
        composite?: boolean | undefined;
        /** Those who look like somebody else in the list. */
        alike?: boolean | undefined;
        /** Also those that were merged into others. */
        merged?: boolean | undefined;
      }
    | undefined;
}

export interface RosterPage {
  /** Rows that the query found, of which `rows` are some. */
  total: number;
  /** Patients in the list, whatever the query; without those merged into others. */
  all: number;
  rows: RosterRow[];
  /** State of the store that this shows. */
  sequence: number;
  /** Modalities of all patients, with the number of patients who have them. */
  modalities: { modality: string; patients: number }[];
}

/** Who searches, and whether they may know who the patients are. */
export interface Seeker {
  access: Access;
  identity: boolean;
}

export interface Lookalike {
  subjects: string[];
  because: 'name-and-birth-date' | 'number';
}

/** The list of patients in memory, as new as the store at every call. */
export interface Roster {
  search(query: RosterQuery, as: Seeker): Promise<RosterPage>;
  /** The lines of these subjects, as far as they are there. */
  rows(subjects: readonly string[], as: Seeker): Promise<RosterRow[]>;
  /** Groups of subjects that may be one person. Suggestions: nothing is merged by them. */
  lookalikes(): Promise<Lookalike[]>;
}

const mostRows = 500;

/**
 * Reads the overview of all subjects once, from now on, and afterwards only what has changed, also by other processes.
 * `access`: under which the store is read; every search leaves a line of its own for whoever searches.
 */
export function openRoster(store: Store, access: Access): Roster {
  const reader = store.reading(access);
  const rows = new Map<string, IndexedRow>();
  const bearers = new Map<string, Set<string>>();
  const orders = new Map<SortKey, IndexedRow[]>();
  /** Of each order, for who may know who the patients are, and for the others. */
  const haystacks = new Map<string, Haystack>();
  /** Whom those who look like somebody were said not to be. */
  const apart = new Map<string, ReadonlySet<string>>();
  let modalities: RosterPage['modalities'] | undefined;
  let alike: Set<string> | undefined;
  let groups: Lookalike[] | undefined;
  let merged: number | undefined;
  let seen = -1;
  let refreshing: Promise<void> | undefined;

  function remove(id: string): void {
    for (const mark of rows.get(id)?.marks ?? []) bearers.get(mark)?.delete(id);
    rows.delete(id);
  }

  function take(all: readonly IndexedRow[], gone: readonly string[]): void {
    const changed = new Set([...gone, ...all.map(({ row }) => row.subject)]);
    for (const id of changed) remove(id);
    for (const one of all) {
      rows.set(one.row.subject, one);
      if (one.isMerged) continue;
      for (const mark of one.marks) bearers.set(mark, (bearers.get(mark) ?? new Set()).add(one.row.subject));
    }
    // What is in order already costs one comparison a row.
    for (const [key, order] of orders) {
      const rest = order.filter(({ row }) => !changed.has(row.subject));
      orders.set(key, [...rest, ...all].sort(comparison[key]));
    }
    haystacks.clear();
    modalities = undefined;
    alike = undefined;
    groups = undefined;
    merged = undefined;
  }

  async function refresh(): Promise<void> {
    const sequence = await reader.sequence();
    if (sequence === seen) return;
    const changed = seen < 0 ? undefined : await reader.changedSince(seen);
    const erased = (await store.tombstones()).map(({ subject }) => subject).filter((id) => rows.has(id));
    const fresh = changed?.length === 0 ? [] : await reader.overview(changed);
    take(fresh.map(indexedRow), erased);
    await readApart(changed ?? [...rows.keys()]);
    seen = sequence;
  }

  /** Of those who look like somebody only: they are few, and the word of people stands with both of them. */
  async function readApart(changed: readonly string[]): Promise<void> {
    for (const id of changed) {
      const one = rows.get(id);
      apart.delete(id);
      if (one === undefined || bearing(one).length === 0) continue;
      apart.set(id, new Set(apartFrom(await reader.list(id, 'entry')).map(({ other }) => other)));
    }
    alike = undefined;
    groups = undefined;
  }

  function isApart(a: string, b: string): boolean {
    return apart.get(a)?.has(b) === true || apart.get(b)?.has(a) === true;
  }

  /** One at a time: who comes while it runs may have to see what came after it began. */
  async function upToDate(): Promise<void> {
    if (refreshing) await refreshing.catch(() => {});
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  }

  function ordered(key: SortKey): IndexedRow[] {
    const order = orders.get(key) ?? [...rows.values()].sort(comparison[key]);
    orders.set(key, order);
    return order;
  }

  function haystack(key: SortKey, identity: boolean): Haystack {
    const name = `${key} ${identity}`;
    const hay = haystacks.get(name) ?? haystackOf(ordered(key).map((one) => (identity ? one.full : one.bare)));
    haystacks.set(name, hay);
    return hay;
  }

  /** Who shares a mark with this one, whatever anybody said. */
  function bearing({ row, marks }: IndexedRow): string[] {
    const others = new Set(marks.flatMap((mark) => [...(bearers.get(mark) ?? [])]));
    others.delete(row.subject);
    return [...others].sort();
  }

  function alikeOf(one: IndexedRow): string[] {
    return bearing(one).filter((other) => !isApart(one.row.subject, other));
  }

  /** Of all, once for each state of the list. */
  function lookingAlike(): ReadonlySet<string> {
    alike ??= new Set([...bearers.values()].filter(({ size }) => size > 1).flatMap((some) => inDoubt([...some])));
    return alike;
  }

  /** Those of a group who were not told apart from all the others. */
  function inDoubt(some: readonly string[]): string[] {
    return some.filter((one) => some.some((other) => other !== one && !isApart(one, other)));
  }

  function lookalikeGroups(): Lookalike[] {
    const groups = new Map<string, Lookalike>();
    for (const [mark, subjects] of bearers) {
      if (subjects.size < 2) continue;
      const sorted = inDoubt([...subjects]).sort();
      if (sorted.length < 2) continue;
      const because = mark.startsWith('person|') ? 'name-and-birth-date' : 'number';
      const known = groups.get(sorted.join(' '));
      if (known?.because !== 'name-and-birth-date') groups.set(sorted.join(' '), { subjects: sorted, because });
    }
    return [...groups].sort(([a], [b]) => byText(a, b)).map(([, group]) => group);
  }

  function countModalities(): RosterPage['modalities'] {
    const patients = new Map<string, number>();
    for (const { row } of rows.values()) {
      for (const { modality } of row.data) patients.set(modality, (patients.get(modality) ?? 0) + 1);
    }
    return [...patients]
      .map(([modality, patients]) => ({ modality, patients }))
      .sort((a, b) => b.patients - a.patients);
  }

  // Begun at once: the first who looks should not have to wait for it. A failure shows to whoever searches then.
  void upToDate().catch(() => {});

  const seenBy = (one: IndexedRow, { identity }: Seeker): RosterRow =>
    identity ? { ...one.row, alike: alikeOf(one) } : withoutIdentity(one.row);

  return {
    async rows(subjects, as) {
      await upToDate();
      store.noteAccess(as.access, '*', 'patients');
      return subjects.flatMap((id) => rows.get(id) ?? []).map((one) => seenBy(one, as));
    },
    async search(query, as) {
      const { access: who, identity } = as;
      await upToDate();
      store.noteAccess(who, '*', 'patients');
      const { filter = {}, offset = 0, limit = 50, descending = false } = query;
      // The order of names and births would tell them.
      const key = identity
        ? (query.sort ?? 'label')
        : query.sort === 'label' || query.sort === 'born'
          ? 'subject'
          : query.sort;
      const needles = needlesOf(query.text ?? '');
      const order = ordered(key ?? 'subject');
      const hits =
        needles.length === 0
          ? order
          : rowsWith(haystack(key ?? 'subject', identity), needles).map((index) => order[index]!);
      const found: IndexedRow[] = [];
      for (let index = 0; index < hits.length; index++) {
        const one = hits[descending ? hits.length - 1 - index : index]!;
        if (one.isMerged && !filter.merged) continue;
        if (passes(one, filter) && (!filter.alike || (identity && lookingAlike().has(one.row.subject))))
          found.push(one);
      }
      merged ??= order.filter(({ isMerged }) => isMerged).length;
      const page = found.slice(offset, offset + Math.min(limit, mostRows));
      modalities ??= countModalities();
      return {
        total: found.length,
        all: rows.size - merged,
        rows: page.map((one) => seenBy(one, as)),
        sequence: seen,
        modalities,
      };
    },
    async lookalikes() {
      await upToDate();
      groups ??= lookalikeGroups();
      return groups;
    },
  };
}

/** Each word as it stands at the beginning of a word of a row. A date is one word however it is written. */
function needlesOf(text: string): string[] {
  return text
    .split(/\s+/)
    .flatMap((word) => {
      const date = dateWord(word);
      // Of the two ways to write an umlaut the row holds both; the query has one.
      return date === undefined ? words(word.normalize('NFD').replace(/\p{M}/gu, '')) : [date];
    })
    .map((word) => ` ${word}`);
}

function passes(one: IndexedRow, { data, urgency, composite }: NonNullable<RosterQuery['filter']>): boolean {
  if (data?.some((wanted) => !one.modalities.includes(wanted))) return false;
  if (urgency !== undefined && one.urgency > rank(urgency)) return false;
  return composite === undefined || one.row.composite === composite;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const bySubject = (a: IndexedRow, b: IndexedRow) => byText(a.row.subject, b.row.subject);

/** Ascending; what is absent stands last. Equal ones by id, so that a list does not jump. */
const comparison: Readonly<Record<SortKey, (a: IndexedRow, b: IndexedRow) => number>> = {
  subject: bySubject,
  label: (a, b) => byText(a.sortLabel, b.sortLabel) || bySubject(a, b),
  changed: (a, b) => a.row.sequence - b.row.sequence || bySubject(a, b),
  visit: (a, b) => byText(a.row.lastVisit ?? '~', b.row.lastVisit ?? '~') || bySubject(a, b),
  born: (a, b) => byText(a.row.birthDates[0] ?? '~', b.row.birthDates[0] ?? '~') || bySubject(a, b),
  urgency: (a, b) =>
    a.urgency - b.urgency ||
    b.row.safety.now - a.row.safety.now ||
    b.row.safety.open - a.row.safety.open ||
    bySubject(a, b),
};
