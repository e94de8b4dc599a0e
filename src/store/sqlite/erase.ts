import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import type { Tombstone } from '../../dossier/store.ts';
import type { BlobFolder } from '../blobs/folder.ts';
import { checkSubjectId } from '../records.ts';
import { type Database, patiently } from './database.ts';
import { mergedFamily, type Purged, purgeMoved } from './purge.ts';
import { recordIn } from './recordIn.ts';
import type { Tables } from './schema.ts';
import { takeNumbers } from './write.ts';

/**
 * Removes a subject. First one transaction takes all rows away and leaves the tombstone; then files and the traces in
 * free pages and write-ahead log go. A kill in between is made good by the next opening (`tryToFinishErasures`).
 * Throws `not-found` for an unknown subject, `store-busy` when another process keeps reading the old state.
 */
export async function eraseSubject(
  database: Database,
  blobs: BlobFolder,
  subject: string,
  order: { actor: string; reason: string; at: string },
): Promise<Tombstone> {
  checkSubjectId(subject);
  await database.write(async (transaction) => {
    const before = await transaction
      .selectFrom('tombstone')
      .select('subject')
      .where('subject', '=', subject)
      .executeTakeFirst();
    if (before) return;
    await refuseMerged(transaction, subject);
    const family = await mergedFamily(transaction, subject);
    const purged = await purgeMoved(transaction, blobs, family, order.at);
    for (const member of family) await removeRows(transaction, member, order, member === subject ? purged : undefined);
    // Whoever looks only at the sequence sees that something has changed.
    await takeNumbers(transaction, 'sequence', 1);
  });
  await finishErasures(database, blobs, 100);
  const tombstone = (await tombstones(database)).find((stone) => stone.subject === subject);
  if (!tombstone) throw new IdiographError('store-corrupt', `the tombstone of ${subject} is gone`, { subject });
  return tombstone;
}

/** What is kept of an emptied subject is half of what is kept of the person: the whole is erased where it stands. */
async function refuseMerged(transaction: Transaction<Tables>, subject: string): Promise<void> {
  const row = await transaction
    .selectFrom('record')
    .select(['id', 'subject', 'json'])
    .where('id', '=', subject)
    .where('superseded_by', 'is', null)
    .executeTakeFirst();
  const record = row && recordIn(row);
  if (record?.kind !== 'subject' || record.mergedInto === undefined) return;
  throw new IdiographError('conflict', `${subject} was merged into ${record.mergedInto}`, {
    subject,
    mergedInto: record.mergedInto,
    remedy: `Erase ${record.mergedInto}: ${subject} goes with it. Or undo the merge first.`,
  });
}

async function removeRows(
  transaction: Transaction<Tables>,
  subject: string,
  order: { actor: string; reason: string; at: string },
  elsewhere: Purged = { records: 0, blobs: 0, bytes: 0 },
): Promise<void> {
  const records = await count(transaction, 'record', subject);
  const blobs = await count(transaction, 'blob', subject);
  if (records + blobs === 0) {
    throw new IdiographError('not-found', `no subject ${subject}`, {
      subject,
      remedy: 'See the subjects that the store has; an erasure cannot be repeated.',
    });
  }
  const { bytes } = await transaction
    .selectFrom('blob')
    .select(({ fn }) => fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'))
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  await flagDependents(transaction, subject, order.at);
  await transaction.deleteFrom('record').where('subject', '=', subject).execute();
  await transaction.deleteFrom('link').where('subject', '=', subject).execute();
  await transaction.deleteFrom('blob').where('subject', '=', subject).execute();
  await transaction.deleteFrom('mark').where('subject', '=', subject).execute();
  // Who read what kind of thing when is kept; ids are hashes of content and go.
  await transaction.updateTable('access').set({ target: '' }).where('subject', '=', subject).execute();
  await transaction
    .insertInto('tombstone')
    .values({
      subject,
      ...order,
      records: records + elsewhere.records,
      blobs: blobs + elsewhere.blobs,
      bytes: bytes + elsewhere.bytes,
      finished: 0,
    })
    .execute();
}

async function count(transaction: Transaction<Tables>, table: 'record' | 'blob', subject: string): Promise<number> {
  const { rows } = await transaction
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  return rows;
}

/** Records of other subjects that rest on the erased ones, however far: cohort tables, norms, models. */
async function flagDependents(transaction: Transaction<Tables>, subject: string, at: string): Promise<void> {
  await sql`
    with recursive resting (id) as (
      select link.from_id from link join record on record.id = link.to_id
      where record.subject = ${subject} and link.subject <> ${subject}
      union
      select link.from_id from link join resting on link.to_id = resting.id where link.subject <> ${subject}
    )
    insert into rests_on_erased (id, erased_subject, at)
    select distinct id, ${subject}, ${at} from resting
  `.execute(transaction);
}

/** Completes what a kill or a busy store left undone; false when another process still reads the old state. */
export async function tryToFinishErasures(database: Database, blobs: BlobFolder): Promise<boolean> {
  await removeLeftFiles(database, blobs);
  try {
    await finishErasures(database, blobs, 1);
    return true;
  } catch (error) {
    if (isIdiographError(error, 'store-busy')) return false;
    throw error;
  }
}

/** A process that was killed while it placed files for a subject that another one erased leaves them: ids never come back. */
async function removeLeftFiles(database: Database, blobs: BlobFolder): Promise<void> {
  const rows = await database.kysely.selectFrom('tombstone').select('subject').execute();
  for (const { subject } of rows) {
    if (existsSync(join(blobs.directory, subject))) await blobs.removeSubject(subject);
  }
}

/** Files that nothing names any more; those that somebody has put again meanwhile stay. */
async function removeDoomed(database: Database, blobs: BlobFolder): Promise<void> {
  const files = await database.kysely.selectFrom('doomed_file').selectAll().execute();
  for (const { subject, sha256 } of files) {
    await database.write(async (transaction) => {
      const of = transaction.selectFrom('blob').select('sha256').where('subject', '=', subject);
      const again = await of.where('sha256', '=', sha256).executeTakeFirst();
      if (!again) await rm(blobs.path(subject, sha256), { force: true });
      await transaction.deleteFrom('doomed_file').where('subject', '=', subject).where('sha256', '=', sha256).execute();
    });
  }
}

/** `tries` of 50 ms to get the log emptied while others read. Throws `store-busy` after the last. */
async function finishErasures(database: Database, blobs: BlobFolder, tries: number): Promise<void> {
  const rows = await database.kysely.selectFrom('tombstone').select('subject').where('finished', '=', 0).execute();
  const subjects = rows.map(({ subject }) => subject);
  if (subjects.length === 0) return;
  for (const subject of subjects) await blobs.removeSubject(subject);
  await removeDoomed(database, blobs);
  await emptyLog(database, tries);
  // Rewrites the database without free pages, so that deleted bytes are neither in it nor in its log.
  await patiently(database.path, () => alone(database, () => database.raw.exec('vacuum')));
  await emptyLog(database, tries);
  await database.write((transaction) =>
    transaction.updateTable('tombstone').set({ finished: 1 }).where('subject', 'in', subjects).execute(),
  );
}

async function emptyLog(database: Database, tries: number): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const row = await patiently(database.path, () =>
      alone(database, () => database.raw.prepare('pragma wal_checkpoint(truncate)').get()),
    );
    if (Number(row?.['busy']) === 0) return;
    await sleep(50);
  }
  throw new IdiographError('store-busy', 'another process still reads the state before the erasure', {
    path: database.path,
    remedy: 'The subject is gone for every new reader. Close the other programs and open the store: it finishes then.',
  });
}

/** Waits until no transaction is open on this connection. */
function alone<T>(database: Database, work: () => T): Promise<T> {
  return database.kysely.connection().execute(async () => work());
}

export async function tombstones(database: Database): Promise<Tombstone[]> {
  const rows = await database.kysely
    .selectFrom('tombstone')
    .select(['subject', 'at', 'actor', 'reason', 'records', 'blobs', 'bytes'])
    .orderBy('at')
    .orderBy('subject')
    .execute();
  // node:sqlite's rows have no prototype, which equality in tests and structured clones would notice.
  return rows.map((row) => ({ ...row }));
}
