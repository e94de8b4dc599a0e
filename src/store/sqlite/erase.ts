import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import type { Tombstone } from '../../dossier/store.ts';
import type { BlobFolder } from '../blobs/folder.ts';
import { checkSubjectId } from '../records.ts';
import { type Database, patiently } from './database.ts';
import type { Tables } from './schema.ts';

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
    if (!before) await removeRows(transaction, subject, order);
  });
  await finishErasures(database, blobs, 100);
  const tombstone = (await tombstones(database)).find((stone) => stone.subject === subject);
  if (!tombstone) throw new IdiographError('store-corrupt', `the tombstone of ${subject} is gone`, { subject });
  return tombstone;
}

async function removeRows(
  transaction: Transaction<Tables>,
  subject: string,
  order: { actor: string; reason: string; at: string },
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
  // Who read what kind of thing when is kept; ids are hashes of content and go.
  await transaction.updateTable('access').set({ target: '' }).where('subject', '=', subject).execute();
  await transaction
    .insertInto('tombstone')
    .values({ subject, ...order, records, blobs, bytes, finished: 0 })
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

/** `tries` of 50 ms to get the log emptied while others read. Throws `store-busy` after the last. */
async function finishErasures(database: Database, blobs: BlobFolder, tries: number): Promise<void> {
  const rows = await database.kysely.selectFrom('tombstone').select('subject').where('finished', '=', 0).execute();
  const subjects = rows.map(({ subject }) => subject);
  if (subjects.length === 0) return;
  for (const subject of subjects) await blobs.removeSubject(subject);
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
