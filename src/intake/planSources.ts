import { canonicalJson, contentId } from '../dossier/canonical.ts';
import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import type { Reader } from '../dossier/store.ts';
import { membersOf } from './members.ts';
import type { PreparedSource } from './prepare.ts';

/** What must be known of a source to tell whether it is there: bytes by their hashes, not where they lie. */
export type KnownSource = Pick<PreparedSource, 'draft' | 'blob'> & { members: readonly { sha256: string }[] };

/** A source to be written. */
export interface PlannedSource<S extends KnownSource = PreparedSource> {
  id: string;
  prepared: S;
  isNew: boolean;
  supersedes: string | undefined;
  /** Older sources that are replaced with it, stated anew so that each names the one before. */
  chained: Source[];
}

export interface SourcePlan<S extends KnownSource = PreparedSource> {
  sources: PlannedSource<S>[];
  /** Sources that are there already and say the same or more. */
  duplicates: string[];
  superseded: string[];
  issues: Issue[];
  /** File -> ids of the sources that it is part of. */
  sourcesOf: Map<string, string[]>;
}

export const manifestType = 'application/vnd.idiograph.manifest+json';

/**
 * Which sources are new, which are there, and which replace an older one: a source whose files include all of an older
 * one's (a series that grew, an image that got its sidecar) supersedes it; one whose files an older one includes adds nothing.
 * The days of a trial are one growing table: they are compared by what they say, because its bytes change with each day.
 */
export async function planSources<S extends KnownSource>(
  prepared: readonly S[],
  subject: string,
  reader: Reader,
): Promise<SourcePlan<S>> {
  const there = await reader.list(subject, 'source', { history: true });
  const current = await reader.list(subject, 'source');
  const manifests = new Set(
    (await reader.list(subject, 'blob')).flatMap((blob) => (blob.mediaType === manifestType ? [blob.sha256] : [])),
  );
  const ids = new Set(there.map(({ id }) => id));
  const seen = new Set<string>();
  const sources: PlannedSource<S>[] = [];
  const duplicates: string[] = [];
  const issues: Issue[] = [];
  const sourcesOf = new Map<string, string[]>();
  const note = ({ draft }: KnownSource, id: string) => {
    for (const path of draft.files) sourcesOf.set(path, [...(sourcesOf.get(path) ?? []), id]);
  };
  const hashesOf = new Map<string, Set<string>>();
  const oldMembers = async (source: Source) => {
    const hashes = hashesOf.get(source.id) ?? new Set(await memberHashes(source, manifests, reader));
    hashesOf.set(source.id, hashes);
    return hashes;
  };
  const replaced = new Set<string>();
  let oldFacts: Fact[] | undefined;
  for (const one of prepared) {
    const id = sourceId(subject, one);
    if (seen.has(id)) {
      note(one, id);
      duplicates.push(id);
      continue;
    }
    seen.add(id);
    const newer = newestOf(id, there);
    if (newer !== id) {
      note(one, newer);
      duplicates.push(newer);
      continue;
    }
    if (ids.has(id)) {
      note(one, id);
      const supersedes = there.findLast((source) => source.id === id)?.supersedes;
      sources.push({ id, prepared: one, isNew: false, supersedes, chained: [] });
      continue;
    }
    const own = new Set(one.members.map((member) => member.sha256));
    const smaller: Source[] = [];
    let within: string | undefined;
    for (const older of current) {
      if (!sameThing(older, one) || replaced.has(older.id)) continue;
      const theirs = await oldMembers(older);
      if (theirs.isSupersetOf(own)) within = older.id;
      else if (own.isSupersetOf(theirs)) smaller.push(older);
      else if (one.draft.trial !== undefined) {
        oldFacts ??= await reader.list(subject, 'fact');
        const compared = compareDays(
          oldFacts.filter(({ source }) => source === older.id),
          one.draft.facts,
        );
        if (compared.grown) smaller.push(older);
        else if (compared.less) within = older.id;
        const told = daysIssue(compared, one);
        if (told) issues.push(told);
      } else if ('series' in older.locator) issues.push(partsIssue(one));
    }
    note(one, within ?? id);
    if (within !== undefined) {
      duplicates.push(within);
      continue;
    }
    for (const older of smaller) replaced.add(older.id);
    // A source names one that it replaces. Where parts of a series were imported apart, they become one row of versions.
    const chained = smaller.slice(1).map((older, index): Source => ({ ...older, supersedes: smaller[index]!.id }));
    sources.push({ id, prepared: one, isNew: true, supersedes: smaller.at(-1)?.id, chained });
  }
  return { sources, duplicates, superseded: [...replaced], issues, sourcesOf };
}

/** The source that replaced this one, through all replacements; itself when none did. */
function newestOf(id: string, there: readonly Source[]): string {
  const newer = there.find(({ supersedes }) => supersedes === id);
  return newer ? newestOf(newer.id, there) : id;
}

export function sourceId(subject: string, { blob, draft }: Pick<KnownSource, 'blob' | 'draft'>): string {
  return contentId('src', { subject, blob, locator: draft.source.locator });
}

function sameThing(older: Source, { draft }: KnownSource): boolean {
  return older.format === draft.source.format && canonicalJson(older.locator) === canonicalJson(draft.source.locator);
}

function partsIssue({ draft }: KnownSource): Issue {
  const message = 'Another import holds other files of the same series: each import is a source of its own.';
  const remedy = 'Import all files of the series together; they then replace both.';
  return issue('warning', 'series-in-parts', message, { place: draft.source.path, remedy });
}

interface ComparedDays {
  /** The newer table has every day of the older one. */
  grown: boolean;
  /** It has fewer of them and says of those what the older one says. */
  less: boolean;
  /** Days of which the two say different things. */
  changed: string[];
}

type Said = Pick<Fact, 'at' | 'value'>;

/** Answers by day and question. */
function answersOf(facts: readonly Said[]): Map<string, { day: string; text: string }> {
  return new Map(
    facts.flatMap(({ at, value }) =>
      value?.type !== 'components'
        ? []
        : value.components.map((one) => {
            const day = at ?? '';
            return [`${day} ${one.code.code}`, { day, text: canonicalJson(one.value ?? null) }] as const;
          }),
    ),
  );
}

function compareDays(older: readonly Said[], newer: readonly Said[]): ComparedDays {
  const [before, now] = [answersOf(older), answersOf(newer)];
  const changed = [...before].filter(([key, { text }]) => now.has(key) && now.get(key)!.text !== text);
  const grown = [...before.keys()].every((key) => now.has(key));
  return {
    grown,
    less: !grown && changed.length === 0 && [...now.keys()].every((key) => before.has(key)),
    changed: [...new Set(changed.map(([, { day }]) => day))].sort(),
  };
}

function daysIssue({ grown, less, changed }: ComparedDays, { draft }: KnownSource): Issue | undefined {
  const place = draft.source.path;
  if (grown && changed.length > 0) {
    const days = `${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ` and ${changed.length - 5} more` : ''}`;
    const message = `The table says something else than the one before of ${days}: the newer one is read.`;
    return issue('warning', 'trial-days-changed', message, {
      place,
      remedy: 'Ask why answers were changed afterwards.',
    });
  }
  if (grown || less) return undefined;
  const message = 'Another import holds other days of the same trial: both tables are read.';
  const remedy = 'Hand over one table with all days of the trial; it then replaces both.';
  return issue('warning', 'trial-in-parts', message, { place, remedy });
}

async function memberHashes(source: Source, manifests: ReadonlySet<string>, reader: Reader): Promise<string[]> {
  if (!manifests.has(source.blob)) return [source.blob];
  const members = await membersOf(source, { bytes: (sha256) => reader.blob(source.subject, sha256) });
  return members.map(({ sha256 }) => sha256);
}
