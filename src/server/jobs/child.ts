/** The process that does one job: with a connection of its own to the store, at low priority, ended with its parent. */
import { constants, setPriority } from 'node:os';
import { isIdiographError } from '../../dossier/errors.ts';
import type { StoreConfig } from '../../dossier/store.ts';
import { openStore } from '../../store/open.ts';
import type { JobProblem, JobProgress, WorkedSubject } from './job.ts';
import { openJobTable } from './jobTable.ts';
import { doJob, type JobOrder } from './work.ts';

export type ToChild = { type: 'do'; order: JobOrder; store: StoreConfig; jobs: string } | { type: 'stop' };
export type FromChild =
  | { type: 'progress'; progress: JobProgress }
  | { type: 'imported' }
  | { type: 'done'; worked: WorkedSubject[] }
  | { type: 'stopped' }
  | { type: 'failed'; problem: JobProblem };

const controller = new AbortController();
/** More often than this nobody looks. */
const progressEveryMs = 200;

process.on('message', (message: ToChild) => {
  if (message.type === 'stop') controller.abort();
  else void work(message).then(end, (error) => end({ type: 'failed', problem: problemOf(error) }));
});
// Nobody is there to be told any more; the store is safe at any moment, and whoever comes next goes on from there.
process.on('disconnect', () => process.exit(1));

async function work({ order, store: config, jobs }: Extract<ToChild, { type: 'do' }>): Promise<FromChild> {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Some systems do not let us; then the work is as urgent as everything else.
  }
  const table = await openJobTable(jobs);
  const store = await openStore(config);
  let told = Number.NEGATIVE_INFINITY;
  let stage = '';
  try {
    const worked = await doJob(store, order, {
      signal: controller.signal,
      now: () => new Date().toISOString(),
      progress(progress) {
        const now = performance.now();
        if (progress.stage === stage && now - told < progressEveryMs) return;
        told = now;
        stage = progress.stage;
        tell({ type: 'progress', progress });
      },
      async imported(imported, files) {
        await table.keepImported(order.id, imported, files);
        tell({ type: 'imported' });
      },
    });
    return { type: 'done', worked };
  } catch (error) {
    if (controller.signal.aborted && (isIdiographError(error, 'aborted') || (error as Error).name === 'AbortError'))
      return { type: 'stopped' };
    throw error;
  } finally {
    await store.close();
    await table.close();
  }
}

function tell(message: FromChild): void {
  // A parent that was killed meanwhile hears nothing; `disconnect` ends this process.
  process.send?.(message, () => {});
}

function end(message: FromChild): void {
  process.send?.(message, () => process.exit(0));
}

function problemOf(error: unknown): JobProblem {
  if (isIdiographError(error)) {
    const { code, message, remedy } = error;
    return { code, message, ...(remedy !== undefined && { remedy }) };
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'disk-full',
      message: 'The disk of the data folder is full. What was acknowledged is kept.',
      remedy: 'Free space, then start the job again: it goes on from there.',
    };
  }
  return {
    code: 'internal',
    message: `An error in the program itself: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Start the job again; if it stays, report it with the version.',
  };
}
