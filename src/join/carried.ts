import type { Fact } from '../dossier/fact.ts';
import type { Region } from '../dossier/region.ts';
import type { Source } from '../dossier/source.ts';
import type { Reader } from '../dossier/store.ts';
import type { Identity } from '../dossier/subject.ts';
import type { Draft } from '../intake/format.ts';
import { membersOf } from '../intake/members.ts';
import { type KnownSource, manifestType } from '../intake/planSources.ts';
import { recordsOf } from '../intake/records.ts';

/** A source of one subject as another one would take it in: the same reading of the same bytes. */
export interface Carried extends KnownSource {
  source: Source;
  facts: readonly Fact[];
  regions: readonly Region[];
  /** Hashes of all files behind it, the manifest among them. */
  files: readonly string[];
}

/** `draft.files` holds the id of the source, by which a source plan tells what became of it. */
export async function carry(
  source: Source,
  facts: readonly Fact[],
  regions: readonly Region[],
  identities: ReadonlyMap<string, Identity>,
  manifests: ReadonlySet<string>,
  reader: Reader,
): Promise<Carried> {
  const { kind: _, id, subject, blob, import: __, supersedes: ___, identity, ...reading } = source;
  const isSeries = manifests.has(blob);
  const members = isSeries
    ? await membersOf(source, { bytes: (sha256) => reader.blob(subject, sha256) })
    : [{ sha256: blob }];
  const claim = identity === undefined ? undefined : identities.get(identity);
  const draft: Draft = {
    ...(claim && { claim: { system: claim.system, value: claim.value } }),
    source: reading,
    files: [id],
    facts: facts.map(({ kind: _, id: __, subject: ___, source: ____, ...fact }) => fact),
    regions: regions.map(({ kind: _, id: __, subject: ___, source: ____, ...region }) => region),
  };
  const hashes = members.map(({ sha256 }) => sha256);
  return {
    draft,
    blob,
    members: members.map(({ sha256 }) => ({ sha256 })),
    source,
    facts,
    regions,
    files: [...new Set(isSeries ? [...hashes, blob] : hashes)],
  };
}

/** Hashes of the blobs that are manifests. */
export async function manifestsOf(reader: Reader, subject: string): Promise<Set<string>> {
  const blobs = await reader.list(subject, 'blob');
  return new Set(blobs.flatMap((blob) => (blob.mediaType === manifestType ? [blob.sha256] : [])));
}

/** The records of a carried source with its new subject, and which id each of the old ones has there. */
export function landed(one: Carried, subject: string, importId: string, supersedes: string | undefined) {
  const { source, facts, regions } = recordsOf(one, subject, importId, supersedes);
  const ids = new Map([[one.source.id, source.id]]);
  one.facts.forEach((fact, index) => {
    // Facts are made one by one in the same order; equal ones fall together.
    const draft = one.draft.facts[index]!;
    const [only] = recordsOf(
      { ...one, draft: { ...one.draft, facts: [draft], regions: [] } },
      subject,
      '-',
      undefined,
    ).facts;
    if (only) ids.set(fact.id, only.id);
  });
  one.regions.forEach((region, index) => {
    ids.set(region.id, regions[index]!.id);
  });
  return { source, facts, regions, ids };
}
