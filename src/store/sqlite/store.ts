import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { breathing } from '../../dossier/breath.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Purpose, Store, StoreConfig } from '../../dossier/store.ts';
import { blobFolder, type Files, syncFolder } from '../blobs/folder.ts';
import { storeIo } from '../blobs/storeIo.ts';
import type { StoreOptions } from '../open.ts';
import { accessLog, type Noted } from './accessLog.ts';
import { alone } from './alone.ts';
import { explained, openDatabase } from './database.ts';
import { eraseSubject, tombstones, tryToFinishErasures } from './erase.ts';
import { assertCurrentSchema, migrate } from './migrate.ts';
import { blobWriter } from './putBlob.ts';
import { sqliteReader } from './read.ts';
import { prepareBatch, takeNumbers, writeBatch } from './write.ts';

/** The database's file in the data folder; blobs stand under `blobs/` beside it. */
export const databaseName = 'store.sqlite';

/**
 * Records in SQLite, bytes in files, both in one data folder (docs/decisions/0002-store.md).
 * `files` is for tests that need a disk that fails.
 */
export async function openSqliteStore(config: StoreConfig, options: StoreOptions = {}, files?: Files): Promise<Store> {
  const directory = resolve(config.directory);
  const path = join(directory, databaseName);
  const isNew = !existsSync(path);
  if (isNew) {
    if (options.readOnly) {
      throw new IdiographError('not-found', `no store in ${directory}`, {
        directory,
        remedy: 'Import something first.',
      });
    }
    await storeIo(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  }
  const database = await openDatabase(path);
  const blobs = blobFolder(join(directory, 'blobs'), files);
  try {
    if (options.readOnly) assertCurrentSchema(database);
    else {
      await migrate(database);
      if (isNew) for (const folder of [directory, dirname(directory)]) await storeIo(folder, () => syncFolder(folder));
      await tryToFinishErasures(database, blobs);
    }
  } catch (error) {
    await database.close();
    throw explained(error, path);
  }
  const log = accessLog(database, options.clock ?? (() => new Date().toISOString()));
  const writer = blobWriter(database, blobs);
  let closed = false;

  function assertOpen(writing: boolean): void {
    if (closed) throw new IdiographError('usage', 'the store is closed', { directory });
    if (writing && options.readOnly) {
      throw new IdiographError('usage', 'the store was opened for reading only', { directory });
    }
  }

  return {
    config: { ...config, directory },
    reading(access) {
      assertOpen(false);
      return sqliteReader({ database, blobs, log }, access);
    },
    noteAccess(access, subject, what) {
      assertOpen(false);
      log.note(access, subject, what);
    },
    async putBlob(subject, bytes, mediaType) {
      assertOpen(true);
      return storeIo(directory, () => writer.put(subject, bytes, mediaType));
    },
    async write(batch, control) {
      assertOpen(true);
      const breath = breathing(control);
      const ready = await prepareBatch(batch, breath);
      if (ready.length > 0) await database.write((transaction) => writeBatch(transaction, ready, breath));
    },
    async alone(work, signal) {
      assertOpen(true);
      return alone(directory, work, signal);
    },
    async nextSubjectId() {
      assertOpen(true);
      const number = await database.write((transaction) => takeNumbers(transaction, 'subject', 1));
      return `S${String(number).padStart(4, '0')}`;
    },
    async erase(subject, order) {
      assertOpen(true);
      await log.flush();
      await writer.idle();
      return eraseSubject(database, blobs, subject, order);
    },
    async tombstones() {
      assertOpen(false);
      return tombstones(database);
    },
    async accessLog(subject) {
      assertOpen(false);
      // Waiting until they are on disk would cost every reader of the log a commit.
      const pending = log.pending().filter((one) => subject === undefined || one.subject === subject);
      const query = database.kysely.selectFrom('access').selectAll().orderBy('number');
      const rows = await (subject === undefined ? query : query.where('subject', '=', subject)).execute();
      const same = (a: Noted, b: Noted) =>
        a.at === b.at && a.verb === b.verb && a.target === b.target && a.actor === b.actor && a.subject === b.subject;
      const late = pending.filter((one) => !rows.slice(-pending.length).some((row) => same(one, row)));
      return [...rows, ...late].map((row) => ({
        at: row.at,
        actor: row.actor,
        purpose: row.purpose as Purpose,
        subject: row.subject,
        what: row.target ? `${row.verb} ${row.target}` : row.verb,
      }));
    },
    async close() {
      if (closed) return;
      closed = true;
      await writer.idle();
      await log.close();
      await database.close();
    },
  };
}
