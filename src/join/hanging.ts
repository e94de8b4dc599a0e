import type { Entry } from '../dossier/entry.ts';
import type { Reader, StoreRecord } from '../dossier/store.ts';
import { recordBasis } from '../store/links.ts';

const madeKinds = ['fact', 'region', 'run', 'finding', 'artifact', 'safety-check', 'recommendation'] as const;

/** What hangs on some records of a subject, as far as it is current. */
export interface Hanging {
  /** Everything that rests on at least one of them, themselves included. */
  any: ReadonlySet<string>;
  /** What rests on nothing else. */
  only: ReadonlySet<string>;
  /** Runs among `any`: their results step back with them. Results whose run is not there stand for themselves. */
  runs: readonly string[];
}

/** Follows the records forward through facts, runs and their results. A run that made one line of this kind counts whole. */
export async function hangingOn(reader: Reader, subject: string, seeds: Iterable<string>): Promise<Hanging> {
  const records: StoreRecord[] = [];
  for (const kind of madeKinds) records.push(...(await reader.list(subject, kind)));
  const runs = new Set(records.flatMap(({ kind, id }) => (kind === 'run' ? [id] : [])));
  const any = new Set(seeds);
  const only = new Set(any);
  for (let before = -1; before !== any.size + only.size; ) {
    before = any.size + only.size;
    for (const record of records) {
      const basis = recordBasis(record);
      if (!any.has(record.id) && basis.some((id) => any.has(id))) any.add(record.id);
      if (!only.has(record.id) && basis.length > 0 && basis.every((id) => only.has(id))) only.add(record.id);
      // What a run makes decides about the run: a plan names what it rests on in its lines alone.
      if (any.has(record.id) && 'run' in record && runs.has(record.run)) any.add(record.run);
    }
  }
  const heads = records.flatMap((record) => {
    if (!any.has(record.id)) return [];
    if (record.kind === 'run') return [record.id];
    return 'run' in record && !runs.has(record.run) ? [record.id] : [];
  });
  return { any, only, runs: heads };
}

/** An entry as it stands with another subject: what it is about under the new ids, wherever they occur in it. */
export function entryAbout(entry: Entry, subject: string, ids: ReadonlyMap<string, string>): Omit<Entry, 'id'> {
  const rename = (text: string): string => {
    const own = `${entry.subject}|`;
    if (!text.startsWith(own)) return ids.get(text) ?? text;
    return [
      subject,
      ...text
        .slice(own.length)
        .split('|')
        .map((part) => ids.get(part) ?? part),
    ].join('|');
  };
  const through = (value: unknown): unknown => {
    if (typeof value === 'string') return rename(value);
    if (Array.isArray(value)) return value.map(through);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, through(member)]));
  };
  const { id: _, supersedes: __, ...rest } = entry;
  return {
    ...rest,
    subject,
    targets: entry.targets.map(rename),
    ...(entry.slot !== undefined && { slot: rename(entry.slot) }),
    ...(entry.content !== undefined && { content: through(entry.content) as NonNullable<Entry['content']> }),
  };
}
