import { instantOf } from '../dossier/dateTime.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Reader, Versioned } from '../dossier/store.ts';

/** A state of a dossier: after a given acknowledgement, at an instant (ISO 8601), or as it stands. */
export type Moment = { sequence: number } | { at: string } | 'now';

/**
 * The acknowledgement with which a moment ends. An instant ends just before the first run or import that began after it,
 * so that everything that followed from what was there (a plan, for example) belongs to it.
 * Throws `usage` for an instant that cannot be read.
 */
export async function sequenceAt(reader: Reader, subject: string, moment: Moment): Promise<number> {
  if (moment === 'now') return Number.POSITIVE_INFINITY;
  if ('sequence' in moment) return moment.sequence;
  const instant = instantOf(moment.at);
  if (instant === undefined)
    throw new IdiographError('usage', `not a time: ${moment.at}`, {
      at: moment.at,
      remedy: 'Write it as 2026-11-20 or 2026-11-20T08:00:00Z.',
    });
  const [runs, imports] = await Promise.all([
    reader.list(subject, 'run', { history: true }),
    reader.list(subject, 'import', { history: true }),
  ]);
  const later = [
    ...runs.filter(({ startedAt }) => Date.parse(startedAt) > instant),
    ...imports.filter(({ at }) => Date.parse(at) > instant),
  ];
  const sequences = await Promise.all(later.map(async ({ id }) => (await reader.get(id))?.sequence));
  const first = Math.min(...sequences.filter((sequence) => sequence !== undefined));
  return first - 1;
}

/** What a slot held at a moment: the version stated last by then, unless something else had taken it away by then. */
export async function heldAt<T extends { id: string }>(
  reader: Reader,
  versions: readonly Versioned<T>[],
  sequence: number,
): Promise<T | undefined> {
  const last = versions.findLast((version) => version.sequence <= sequence);
  if (last?.supersededBy === undefined) return last?.record;
  if (versions.some(({ record }) => record.id === last.supersededBy)) return last.record;
  const by = await reader.get(last.supersededBy);
  return by !== undefined && by.sequence <= sequence ? undefined : last.record;
}
