import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../dossier/store.ts';
import type { Home } from '../home.ts';
import { openJobTable } from '../jobs/jobTable.ts';
import { takeRunnerLock } from '../jobs/runnerLock.ts';
import { openDrafts } from '../questionnaires/drafts.ts';
import { openDiskCache } from '../volumes/diskCache.ts';

/** Whoever keeps something of a patient beside the store. Called again until it succeeds; ids never come back. */
export interface Forgetter {
  forgetSubjects(subjects: readonly string[]): Promise<void>;
}

const lookEveryMs = 2_000;

/**
 * Has everybody forget the subjects that were erased, whichever process erased them: at the start all that ever were, later
 * within seconds of the erasure.
 */
export function watchErasures(store: Store, forgetters: readonly Forgetter[]): { close(): Promise<void> } {
  const reader = store.reading({ purpose: 'maintenance', actor: 'server' });
  const forgotten = new Set<string>();
  let sequence = -1;
  let looking: Promise<void> = Promise.resolve();
  let closed = false;

  async function look(): Promise<void> {
    const now = await reader.sequence();
    if (now === sequence || closed) return;
    const erased = (await store.tombstones()).map(({ subject }) => subject).filter((one) => !forgotten.has(one));
    if (erased.length > 0) {
      for (const one of forgetters) await one.forgetSubjects(erased);
      for (const one of erased) forgotten.add(one);
    }
    sequence = now;
  }

  const again = () => {
    // A store that is busy, a file that is held: the next look tries again, because the sequence was not taken over.
    looking = looking.then(look).catch(() => undefined);
  };
  again();
  const timer = setInterval(again, lookEveryMs);
  timer.unref();
  return {
    async close() {
      closed = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/**
 * The same on a folder that no server works on. False when one does: it forgets them itself, and what it holds open must
 * not be taken away under its hands.
 */
export async function forgetOnDisk(home: Home, subjects: readonly string[]): Promise<boolean> {
  if (!existsSync(home.server)) return true;
  const jobs = join(home.server, 'jobs');
  const lock = existsSync(jobs) ? takeRunnerLock(jobs) : undefined;
  if (existsSync(jobs) && lock === undefined) return false;
  try {
    if (existsSync(jobs)) {
      const table = await openJobTable(jobs);
      for (const { id, upload } of await table.naming(subjects)) {
        if (upload !== undefined) await rm(join(home.uploads, upload), { recursive: true, force: true });
        await table.remove([id]);
      }
      table.emptyLog();
      await table.close();
    }
    if (existsSync(join(home.server, 'drafts.sqlite'))) {
      const drafts = await openDrafts(home.server);
      await drafts.forgetSubjects(subjects);
      await drafts.close();
    }
    for (const folder of [join(home.cache, 'volumes'), join(home.server, 'drawings')])
      await openDiskCache(folder, Number.POSITIVE_INFINITY).forget(subjects);
    return true;
  } finally {
    lock?.release();
  }
}
