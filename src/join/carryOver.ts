import { contentId } from '../dossier/canonical.ts';
import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import { contentSystem } from '../dossier/identityMarks.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import type { Reader, Store, StoreRecord } from '../dossier/store.ts';
import type { Identity } from '../dossier/subject.ts';
import type { Moved } from '../dossier/transfer.ts';
import { planSources } from '../intake/planSources.ts';
import { identityId } from '../intake/records.ts';
import { type Carried, carry, landed, manifestsOf } from './carried.ts';
import { entryAbout } from './hanging.ts';
import type { Order } from './order.ts';

export interface Cargo {
  sources: readonly Source[];
  entries: readonly Entry[];
  identities: readonly Identity[];
}

/** What a subject is to take in, ready to be written; its bytes are kept already. */
export interface Carrying {
  records: StoreRecord[];
  sources: Moved[];
  entries: Moved[];
  identities: Moved[];
  held: Moved[];
  /** Records that the subject had given away before and that come back to it. */
  restates: string[];
  /** Sources of the subject that a more complete one replaces. */
  replaced: string[];
  issues: Issue[];
}

/** Copies are made side by side, so that the store acknowledges them together. */
const blobsAtOnce = 16;

/**
 * Takes sources with their facts and regions, entries and identities over to another subject: the bytes at once (a copy
 * of its own for each subject), the records as a batch for the caller to write. Throws `aborted` between two files; what was
 * copied by then is used by the next try.
 */
export async function carryOver(
  store: Store,
  reader: Reader,
  from: string,
  into: string,
  cargo: Cargo,
  importId: string,
  order: Order,
): Promise<Carrying> {
  const carried = await carryAll(reader, from, cargo);
  await copyBlobs(store, reader, from, into, carried, cargo.entries, order);
  const plan = await planSources(carried, into, reader);
  const ids = new Map<string, string>();
  const records: StoreRecord[] = [];
  const done: Carrying = {
    records,
    sources: [],
    entries: [],
    identities: [],
    held: [],
    restates: [],
    replaced: plan.superseded,
    issues: plan.issues,
  };
  const place = async (old: string, record: Source | Entry, moved: Moved[]): Promise<boolean> => {
    ids.set(old, record.id);
    const there = await reader.get(record.id);
    if (there === undefined) {
      moved.push({ from: old, to: record.id });
      return true;
    }
    const gaveAway =
      there.supersededBy !== undefined && (await reader.get(there.supersededBy))?.record.kind === 'transfer';
    if (gaveAway) {
      moved.push({ from: old, to: record.id });
      done.restates.push(record.id);
    } else done.held.push({ from: old, to: record.id });
    return false;
  };
  for (const { prepared, supersedes, chained } of plan.sources) {
    const { source, facts, regions, ids: own } = landed(prepared, into, importId, supersedes);
    for (const [old, now] of own) ids.set(old, now);
    if (await place(prepared.source.id, source, done.sources)) records.push(...chained, source, ...facts, ...regions);
  }
  // What is part of something larger there is found in that.
  for (const { source } of carried) {
    const [there] = plan.sourcesOf.get(source.id) ?? [];
    if (ids.has(source.id) || there === undefined) continue;
    ids.set(source.id, there);
    done.held.push({ from: source.id, to: there });
  }
  renameRegionLinks(records, ids);
  for (const entry of cargo.entries) {
    const content = entryAbout(entry, into, ids);
    const record: Entry = { ...content, kind: 'entry', id: contentId('entry', content) };
    if (await place(entry.id, record, done.entries)) records.push(record);
  }
  const known = new Set((await reader.list(into, 'identity')).map(({ id }) => id));
  for (const identity of cargo.identities) {
    const id = identityId(into, identity);
    if (known.has(id)) {
      done.held.push({ from: identity.id, to: id });
      continue;
    }
    const basis = identity.system === contentSystem ? identity.basis : 'declared';
    records.push({ ...identity, id, subject: into, basis });
    done.identities.push({ from: identity.id, to: id });
  }
  return done;
}

async function carryAll(reader: Reader, from: string, cargo: Cargo): Promise<Carried[]> {
  const manifests = await manifestsOf(reader, from);
  const identities = new Map((await reader.list(from, 'identity')).map((one) => [one.id, one]));
  const facts = Map.groupBy(await reader.list(from, 'fact'), ({ source }) => source);
  const regions = Map.groupBy(await reader.list(from, 'region'), ({ source }) => source);
  const carried: Carried[] = [];
  for (const source of cargo.sources) {
    const own = [facts.get(source.id) ?? [], regions.get(source.id) ?? []] as const;
    carried.push(await carry(source, ...own, identities, manifests, reader));
  }
  return carried;
}

async function copyBlobs(
  store: Store,
  reader: Reader,
  from: string,
  into: string,
  carried: readonly Carried[],
  entries: readonly Entry[],
  order: Order,
): Promise<void> {
  const there = new Set((await reader.list(into, 'blob')).map(({ sha256 }) => sha256));
  const types = new Map((await reader.list(from, 'blob')).map(({ sha256, mediaType }) => [sha256, mediaType]));
  const named = [...carried.flatMap(({ files }) => files), ...entries.flatMap((entry) => blobsNamedBy(entry, types))];
  const wanted = [...new Set(named)].filter((sha256) => !there.has(sha256));
  const next = wanted.values();
  let done = 0;
  const lane = async () => {
    for (const sha256 of next) {
      if (order.signal?.aborted) {
        throw new IdiographError('aborted', 'interrupted before anything was moved', {
          remedy: 'Give the same order again: what was copied is used.',
        });
      }
      const file = await reader.blobFile(from, sha256);
      await store.putBlob(into, { file }, types.get(sha256) ?? 'application/octet-stream');
      order.onFile?.(++done, wanted.length);
    }
  };
  await Promise.all(Array.from({ length: blobsAtOnce }, lane));
}

/** Masks, pictures and signed contents that a statement names by their hash, wherever in its content. */
function blobsNamedBy({ content }: Entry, kept: ReadonlyMap<string, string>): string[] {
  const hashes = JSON.stringify(content ?? null).match(/(?<=")[0-9a-f]{64}(?=")/g) ?? [];
  return hashes.filter((sha256) => kept.has(sha256));
}

/** Regions of one subject name each other across visits. */
function renameRegionLinks(records: StoreRecord[], ids: ReadonlyMap<string, string>): void {
  for (const [index, record] of records.entries()) {
    if (record.kind !== 'region' || record.links.length === 0) continue;
    const links = record.links.map((link) => ({ ...link, region: ids.get(link.region) ?? link.region }));
    records[index] = { ...record, links };
  }
}
