import type { Reader, Store } from '../dossier/store.ts';
import type { MomentView } from './api/review.ts';

/** A visit ends when the account has not looked for this long. */
const awayMs = 30 * 60_000;

/**
 * Points in time that a state can be compared with, newest first: imports, plans, signatures, and when this account last
 * looked before now. `title` is empty where the type says it all.
 */
export async function momentsOf(
  reader: Reader,
  store: Store,
  subject: string,
  actor: string,
  now: string,
): Promise<MomentView[]> {
  const [imports, runs, entries] = await Promise.all([
    reader.list(subject, 'import', { history: true }),
    reader.list(subject, 'run', { history: true }),
    reader.list(subject, 'entry', { history: true }),
  ]);
  const stated = [
    ...imports.map(({ id, at, origin }) => ({ id, type: 'import' as const, at, title: origin })),
    ...runs
      .filter(({ key }) => key.analysis === 'plan.rules')
      .map(({ id, startedAt, key }) => ({
        id,
        type: 'plan' as const,
        at: startedAt,
        title: String(key.options['asOf']),
      })),
    ...entries
      .filter(({ type }) => type === 'signature')
      .map(({ id, at, author }) => ({ id, type: 'signature' as const, at, title: author })),
  ];
  const known = await Promise.all(
    stated.map(async (one): Promise<MomentView | undefined> => {
      const sequence = (await reader.get(one.id))?.sequence;
      return sequence === undefined ? undefined : { ...one, sequence };
    }),
  );
  const moments = known.filter((one) => one !== undefined);
  const visit = await lastVisit(store, subject, actor, now);
  if (visit !== undefined) {
    const before = moments.filter(({ at }) => Date.parse(at) <= Date.parse(visit)).map(({ sequence }) => sequence);
    if (before.length > 0)
      moments.push({ id: `visit-${visit}`, type: 'visit', at: visit, sequence: Math.max(...before), title: '' });
  }
  return moments.sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.sequence - a.sequence);
}

/** When the account looked last before the visit that is going on; undefined on a first one. */
async function lastVisit(store: Store, subject: string, actor: string, now: string): Promise<string | undefined> {
  const times = (await store.accessLog(subject))
    .filter((line) => line.actor === actor)
    .map(({ at }) => Date.parse(at))
    .sort((a, b) => b - a);
  let edge = Date.parse(now);
  for (const time of times) {
    if (edge - time > awayMs) return new Date(time).toISOString();
    edge = Math.min(edge, time);
  }
  return undefined;
}
