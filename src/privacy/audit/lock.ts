import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdiographError } from '../../dossier/errors.ts';

export interface ChainLock {
  /** Runs `work` while no other process, and nobody else in this one, changes the chain. Throws `store-busy`. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

const sqliteBusy = 5;
/** Nothing is ever written to it: a journal in a file would be made for each hold, and could not be on a full disk. */
const beginAlone = 'pragma journal_mode = memory; begin exclusive';

/**
 * The lock is the operating system's on an empty SQLite file: it goes with the process that holds it, however that ends, so
 * that nobody has to guess from a process id whether its owner still lives. Taking it costs some 50 microseconds.
 */
export function openLock(directory: string, patienceMs: number): ChainLock {
  const path = join(directory, 'audit.lock');
  const database = new DatabaseSync(path, { timeout: 0 });
  return {
    async hold(work) {
      await take(database, path, patienceMs);
      try {
        return await work();
      } finally {
        database.exec('rollback');
      }
    },
    close: () => database.close(),
  };
}

async function take(database: DatabaseSync, path: string, patienceMs: number): Promise<void> {
  const start = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      database.exec(beginAlone);
      return;
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
      if (code !== sqliteBusy) throw error;
      if (performance.now() - start > patienceMs) {
        throw new IdiographError('store-busy', 'another program holds the audit chain', {
          path,
          remedy: 'Wait until it has finished, or end it: without an audit line nothing is done.',
        });
      }
      await sleep(Math.min(1 + attempt, 20));
    }
  }
}
