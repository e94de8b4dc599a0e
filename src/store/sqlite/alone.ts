import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdiographError } from '../../dossier/errors.ts';
import { explained, makePrivate } from './database.ts';

/** Stands beside the database and stays empty: only its lock matters. */
export const lockName = 'import.lock';

const patienceMs = 10 * 60_000;
const busy = 5;

/**
 * Runs `work` while no other process, and nobody else in this one, runs any in this folder. The lock is the operating
 * system's on an empty SQLite file: it goes with the process that holds it, however that ends, and nobody is left to guess
 * whether it is stale. Only its owner can open it, so that nobody else holds it. Throws `store-busy` after ten minutes, `aborted`.
 */
export async function alone<T>(directory: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const path = join(directory, lockName);
  let lock: DatabaseSync;
  try {
    makePrivate(path);
    lock = new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw explained(error, path);
  }
  try {
    await take(lock, path, signal);
    return await work();
  } finally {
    if (lock.isTransaction) lock.exec('rollback');
    lock.close();
  }
}

async function take(lock: DatabaseSync, path: string, signal: AbortSignal | undefined): Promise<void> {
  const start = performance.now();
  for (;;) {
    if (signal?.aborted) throw new IdiographError('aborted', 'interrupted while another import was under way');
    try {
      // Nothing is ever written to it: no journal, which could not be made on a full disk.
      lock.exec('pragma journal_mode = memory; begin exclusive');
      return;
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
      if (code !== busy || performance.now() - start > patienceMs) throw explained(error, path);
    }
    await sleep(50);
  }
}
