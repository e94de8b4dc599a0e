import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { StoreConfig } from '../../dossier/store.ts';
import type { FromChild, ToChild } from './child.ts';
import type { JobProblem, JobProgress, WorkedSubject } from './job.ts';
import type { JobOrder } from './work.ts';

export type Outcome =
  | { type: 'done'; worked: WorkedSubject[] }
  | { type: 'stopped' }
  | { type: 'failed'; problem: JobProblem }
  /** The process ended without a word: killed, out of memory, or a crash of native code. */
  | { type: 'crashed'; how: string };

export interface RunningChild {
  readonly pid: number | undefined;
  readonly outcome: Promise<Outcome>;
  /** Asks it to stop; ends it when it has not done so after `graceMs`. */
  stop(graceMs: number): void;
}

/**
 * Does a job in a process of its own. A scan of hundreds of slices blocks a thread for a second at a time and may need
 * gigabytes; in a process of its own neither reaches the requests that this one answers.
 */
export function runInChild(
  order: JobOrder,
  store: StoreConfig,
  jobs: string,
  told: { progress(progress: JobProgress): void; imported(): void },
): RunningChild {
  const child: ChildProcess = fork(join(import.meta.dirname, 'child.ts'), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const outcome = new Promise<Outcome>((resolve) => {
    let last: Outcome | undefined;
    child.on('message', (message: FromChild) => {
      if (message.type === 'progress') told.progress(message.progress);
      else if (message.type === 'imported') told.imported();
      else last = message;
    });
    child.on('error', (error) => resolve({ type: 'crashed', how: error.message }));
    child.on('exit', (code, signal) => resolve(last ?? { type: 'crashed', how: signal ?? `exit code ${code}` }));
  });
  const send = (message: ToChild) => {
    if (child.connected) child.send(message, () => {});
  };
  send({ type: 'do', order, store, jobs });
  return {
    pid: child.pid,
    outcome,
    stop(graceMs) {
      send({ type: 'stop' });
      const end = setTimeout(() => child.kill('SIGKILL'), graceMs);
      end.unref();
      void outcome.then(() => clearTimeout(end));
    },
  };
}
