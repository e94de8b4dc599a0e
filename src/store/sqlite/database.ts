import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, SqliteDialect, type Transaction } from 'kysely';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import type { Tables } from './schema.ts';

/** One connection. Writes are transactions that take the write lock at their start. */
export interface Database<T = Tables> {
  readonly kysely: Kysely<T>;
  /** For pragmas, VACUUM and the last words at exit. */
  readonly raw: DatabaseSync;
  readonly path: string;
  /** Runs `work` in one transaction, again from its start when another process holds the lock. */
  write<R>(work: (transaction: Transaction<T>) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

const busy = 5;
const busyPatienceMs = 60_000;
/** SQLite blocks the thread while it waits, so it waits briefly and we wait between the tries. */
const busyTimeoutMs = 100;

/**
 * Opens the file with full durability: WAL, every commit fsynced, deleted content overwritten.
 * Throws `store-corrupt`, `store-busy` or `store-io`.
 */
export async function openDatabase<T = Tables>(path: string): Promise<Database<T>> {
  let raw: DatabaseSync;
  try {
    makePrivate(path);
    raw = new DatabaseSync(path, { timeout: busyTimeoutMs });
  } catch (error) {
    throw explained(error, path);
  }
  try {
    await patiently(path, async () => {
      raw.exec('pragma journal_mode = wal');
    });
    // 32 MB of pages at most: a batch of tens of thousands of records then does not spill before its commit.
    raw.exec('pragma synchronous = full; pragma secure_delete = on; pragma cache_size = -32000');
  } catch (error) {
    raw.close();
    throw explained(error, path);
  }
  const kysely = new Kysely<T>({ dialect: new SqliteDialect({ database: adapter(raw, path) }) });
  return {
    kysely,
    raw,
    path,
    write: (work) => patiently(path, () => kysely.transaction().execute(work)),
    async close() {
      // kysely closes what it has opened; it has opened nothing when no query ran.
      await kysely.destroy();
      if (raw.isOpen) raw.close();
    },
  };
}

/**
 * Nobody but the owner reads or writes it, whatever the folder and the mask of the process allow; SQLite gives the files
 * beside it the mode of the database. A database in a folder that cannot be written stays as it is.
 */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    for (const one of [path, `${path}-wal`, `${path}-shm`])
      if (existsSync(one) && (statSync(one).mode & 0o077) !== 0) chmodSync(one, 0o600);
  } catch {
    // Opening it says what is wrong.
  }
}

/** What kysely expects of better-sqlite3, on top of node:sqlite, with prepared statements kept. */
function adapter(raw: DatabaseSync, path: string) {
  const kept = new Map<string, { statement: StatementSync; reader: boolean }>();
  const keepAtMost = 100;
  return {
    prepare(sql: string) {
      // A transaction that reads first and writes later could meet a newer state; ours take the write lock at once.
      if (sql === 'begin') sql = 'begin immediate';
      // SQLite has rolled back by itself after a full disk or an I/O error.
      if (sql === 'rollback' && !raw.isTransaction) sql = 'select 1 where 0';
      let known = kept.get(sql);
      if (!known) {
        const statement = orExplained(path, () => raw.prepare(sql));
        // Asked once: listing the columns costs as much as a small query.
        known = { statement, reader: statement.columns().length > 0 };
        if (kept.size >= keepAtMost) kept.delete(kept.keys().next().value ?? '');
        kept.set(sql, known);
      }
      const { statement: ready, reader } = known;
      return {
        reader,
        all: (values: readonly unknown[]) => orExplained(path, () => ready.all(...(values as SQLInputValue[]))),
        run: (values: readonly unknown[]) => orExplained(path, () => ready.run(...(values as SQLInputValue[]))),
        iterate: (values: readonly unknown[]) => ready.iterate(...(values as SQLInputValue[])),
      };
    },
    close: () => raw.close(),
  };
}

/** Failures with a remedy, but for a busy store: that one is tried again further up. */
function orExplained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw primaryCode(error) === busy ? error : explained(error, path);
  }
}

/** Tries again while another process holds the lock; gives up as `store-busy` after a minute. */
export async function patiently<T>(path: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (primaryCode(error) !== busy || performance.now() - start > busyPatienceMs) throw explained(error, path);
      await sleep(Math.min(5 + 5 * attempt, 50));
    }
  }
}

/** SQLite's failures as errors that say what to do. Others pass through. */
export function explained(error: unknown, path: string): unknown {
  if (isIdiographError(error)) return error;
  switch (primaryCode(error)) {
    case undefined:
      return error;
    case busy:
    case 6:
      return new IdiographError('store-busy', 'another process holds the store', {
        path,
        cause: error,
        remedy: 'Wait until the other program has finished, or end it.',
      });
    case 11:
    case 26:
      return new IdiographError('store-corrupt', `the store's database is damaged: ${path}`, {
        path,
        cause: error,
        remedy: 'Restore a backup with `idiograph restore`; keep the damaged folder until that is done.',
      });
    case 3:
    case 8:
    case 10:
    case 13:
    case 14:
      return new IdiographError('store-io', `the store cannot be written: ${message(error)}`, {
        path,
        cause: error,
        remedy: 'See to free space and access rights of the data folder. What was acknowledged is safe; try again.',
      });
    default:
      return error;
  }
}

/** SQLite's result code without its extension, when the error is SQLite's. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
