import { canonicalJson, contentId } from '../dossier/canonical.ts';
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
      else if ('series' in older.locator) issues.push(partsIssue(one));
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

async function memberHashes(source: Source, manifests: ReadonlySet<string>, reader: Reader): Promise<string[]> {
  if (!manifests.has(source.blob)) return [source.blob];
  const members = await membersOf(source, { bytes: (sha256) => reader.blob(source.subject, sha256) });
  return members.map(({ sha256 }) => sha256);
}
