import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the right to do the jobs of this folder, or undefined when another process has it. It is the operating system's lock
 * on an empty file: it goes with its process, however that ends.
 */
export function takeRunnerLock(directory: string): { release(): void } | undefined {
  const lock = new DatabaseSync(join(directory, 'jobs.lock'), { timeout: 0 });
  try {
    // Nothing is ever written to it: no journal, which could not be made on a full disk.
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch {
    lock.close();
    return undefined;
  }
  return {
    release() {
      if (!lock.isOpen) return;
      lock.exec('rollback');
      lock.close();
    },
  };
}
