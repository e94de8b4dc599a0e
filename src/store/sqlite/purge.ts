import { sql, type Transaction } from 'kysely';
import type { RecordKind, StoreRecord } from '../../dossier/store.ts';
import type { Transfer } from '../../dossier/transfer.ts';
import type { BlobFolder } from '../blobs/folder.ts';
import { recordBasis } from '../links.ts';
import { manifestIn } from '../manifest.ts';
import { recordIn } from './recordIn.ts';
import type { Tables } from './schema.ts';
import { chunks } from './write.ts';

/** Kinds that hang on a source: what came of it goes with it. Entries are people's own words and stay. */
const made: ReadonlySet<RecordKind> = new Set([
  'fact',
  'region',
  'run',
  'finding',
  'artifact',
  'safety-check',
  'recommendation',
]);

export interface Purged {
  records: number;
  blobs: number;
  bytes: number;
}

/** The subjects that were merged into this one, however far, itself first. */
export async function mergedFamily(transaction: Transaction<Tables>, subject: string): Promise<string[]> {
  const { rows } = await sql<{ id: string; into: string }>`
    select id, json_extract(json, '$.mergedInto') as "into" from record
    where kind = 'subject' and superseded_by is null and json_valid(json) and json_extract(json, '$.mergedInto') is not null
  `.execute(transaction);
  const family = [subject];
  for (const member of family) {
    for (const { id, into } of rows) if (into === member && !family.includes(id)) family.push(id);
  }
  return family;
}

/**
 * Takes out of other subjects what they still keep of records that were moved to one of `family`, with all that came of
 * it there, and the files that nothing else names. The files themselves go when the erasure finishes.
 */
export async function purgeMoved(
  transaction: Transaction<Tables>,
  blobs: BlobFolder,
  family: readonly string[],
  at: string,
): Promise<Purged> {
  const total: Purged = { records: 0, blobs: 0, bytes: 0 };
  const { rows } = await sql<{ id: string; subject: string; json: string }>`
    select id, subject, json from record where kind = 'transfer' and json_valid(json)`.execute(transaction);
  const out = rows.map((row) => recordIn(row) as Transfer).filter(({ direction }) => direction === 'out');
  /** Who gave something away that is to go, and which of their records. */
  const doomed = new Map<string, Set<string>>();
  const add = (transfer: Transfer, from: string) => {
    const ids = doomed.get(transfer.subject) ?? new Set();
    if (ids.has(from)) return;
    doomed.set(transfer.subject, ids.add(from));
    // The giver may have got it from somebody else.
    for (const earlier of out) {
      if (earlier.counterpart !== transfer.subject || family.includes(earlier.subject)) continue;
      for (const one of earlier.moved) if (one.to === from) add(earlier, one.from);
    }
  };
  for (const transfer of out) {
    if (!family.includes(transfer.counterpart) || family.includes(transfer.subject)) continue;
    for (const { from } of transfer.moved) add(transfer, from);
  }
  for (const [subject, seeds] of doomed) {
    const purged = await purgeFrom(transaction, blobs, subject, seeds, { family, erased: family[0]!, at });
    total.records += purged.records;
    total.blobs += purged.blobs;
    total.bytes += purged.bytes;
  }
  return total;
}

async function purgeFrom(
  transaction: Transaction<Tables>,
  blobs: BlobFolder,
  subject: string,
  seeds: ReadonlySet<string>,
  erasure: { family: readonly string[]; erased: string; at: string },
): Promise<Purged> {
  const rows = await transaction
    .selectFrom('record')
    .select(['id', 'subject', 'json', 'superseded_by'])
    .where('subject', '=', subject)
    .orderBy('sequence')
    .execute();
  const records = rows.map(recordIn);
  const current = new Set(rows.filter((row) => row.superseded_by === null).map(({ id }) => id));
  // What was taken back since belongs here again.
  const gone = new Set([...seeds].filter((id) => !current.has(id)));
  if (gone.size === 0) return { records: 0, blobs: 0, bytes: 0 };
  spread(records, gone);
  for (const id of importsOfNothingElse(records, gone)) gone.add(id);
  for (const record of records) {
    const is = record.kind === 'transfer' && erasure.family.includes(record.counterpart);
    if (is && record.moved.every(({ from, to }) => gone.has(from) || gone.has(to))) gone.add(record.id);
  }
  const isGone = ({ id }: StoreRecord) => gone.has(id);
  const files = await filesOf(blobs, subject, records.filter(isGone));
  const kept = await filesOf(
    blobs,
    subject,
    records.filter((record) => !isGone(record)),
  );
  const unnamed = [...files].filter((sha256) => !kept.has(sha256));
  await flagEntries(transaction, records, gone, erasure);
  for (const some of chunks([...gone])) {
    await transaction.deleteFrom('record').where('subject', '=', subject).where('id', 'in', some).execute();
    await transaction.deleteFrom('link').where('from_id', 'in', some).execute();
    // What was flagged keeps its edge: it is how anybody sees that something is absent.
    await transaction
      .deleteFrom('link')
      .where('subject', '=', subject)
      .where('to_id', 'in', some)
      .where('from_id', 'not in', (flagged) => flagged.selectFrom('rests_on_erased').select('id'))
      .execute();
    await transaction
      .updateTable('access')
      .set({ target: '' })
      .where('subject', '=', subject)
      .where('target', 'in', some)
      .execute();
  }
  await sql`delete from mark where subject = ${subject} and sequence not in
    (select sequence from record where subject = ${subject})`.execute(transaction);
  const bytes = await removeBlobs(transaction, subject, unnamed);
  return { records: records.filter(isGone).length, blobs: unnamed.length, bytes };
}

/** Forward through facts, runs and results, and backward to the earlier versions of a source. */
function spread(records: readonly StoreRecord[], gone: Set<string>): void {
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const record of records) {
      if (record.kind === 'source' && gone.has(record.id) && record.supersedes !== undefined)
        gone.add(record.supersedes);
      if (!made.has(record.kind)) continue;
      if (recordBasis(record).some((id) => gone.has(id))) gone.add(record.id);
      if (gone.has(record.id) && 'run' in record) gone.add(record.run);
    }
  }
}

/** Imports all of whose sources go: their issues speak of nothing else. */
function importsOfNothingElse(records: readonly StoreRecord[], gone: ReadonlySet<string>): string[] {
  const sources = records.filter((record) => record.kind === 'source');
  const still = new Set(sources.filter(({ id }) => !gone.has(id)).map((source) => source.import));
  return sources.flatMap((source) => (gone.has(source.id) && !still.has(source.import) ? [source.import] : []));
}

/** Hashes that sources and artifacts name, members of manifests included. */
async function filesOf(blobs: BlobFolder, subject: string, records: readonly StoreRecord[]): Promise<Set<string>> {
  const named = new Set(records.flatMap((one) => (one.kind === 'source' || one.kind === 'artifact' ? [one.blob] : [])));
  for (const sha256 of [...named]) {
    const manifest = manifestIn(await blobs.read(subject, sha256).catch(() => new Uint8Array()));
    for (const member of manifest?.members ?? []) named.add(member.sha256);
  }
  return named;
}

/** Decisions and comments stay; that they rest on something erased is said of them. */
async function flagEntries(
  transaction: Transaction<Tables>,
  records: readonly StoreRecord[],
  gone: ReadonlySet<string>,
  { erased, at }: { erased: string; at: string },
): Promise<void> {
  for (const record of records) {
    if (record.kind !== 'entry' || gone.has(record.id) || !record.targets.some((id) => gone.has(id))) continue;
    await transaction
      .insertInto('rests_on_erased')
      .values({ id: record.id, erased_subject: erased, at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function removeBlobs(
  transaction: Transaction<Tables>,
  subject: string,
  hashes: readonly string[],
): Promise<number> {
  let bytes = 0;
  for (const some of chunks(hashes)) {
    const of = () => transaction.selectFrom('blob').where('subject', '=', subject).where('sha256', 'in', some);
    bytes += (await of().select('bytes').execute()).reduce((sum, row) => sum + row.bytes, 0);
    await transaction.deleteFrom('blob').where('subject', '=', subject).where('sha256', 'in', some).execute();
    await transaction
      .insertInto('doomed_file')
      .values(some.map((sha256) => ({ subject, sha256 })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return bytes;
}
