import { Worker } from 'node:worker_threads';
import { IdiographError } from '../../dossier/errors.ts';
import type { Access, StoreConfig } from '../../dossier/store.ts';
import { type Problem, Refusal } from '../http/problem.ts';
import type { TaskName, TaskThreadData, TaskTypes } from './tasks.ts';

export type TaskNews =
  | { id: number; type: 'progress'; done: number; total: number }
  | { id: number; type: 'done'; result: unknown }
  | { id: number; type: 'aborted' }
  | { id: number; type: 'failed'; status: number; problem: Problem; message: string };

export interface TaskThread {
  /** Throws what the task refuses, `aborted` when the signal stops it. */
  run<K extends TaskName>(
    name: K,
    order: TaskTypes[K]['order'],
    of: { subject: string; access: Access; signal?: AbortSignal; progress?(done: number, total: number): void },
  ): Promise<TaskTypes[K]['result']>;
  /** Starts the thread where it does not run. */
  warm(): void;
  close(): Promise<void>;
}

interface Waiting {
  resolve(result: never): void;
  reject(error: unknown): void;
  progress: ((done: number, total: number) => void) | undefined;
}

/** Ends after this long without work: it holds a connection to the store and decoders. */
const idleMs = 60_000;

/** One thread beside the server, started when it is first needed. Tasks that wait for the disk run side by side in it. */
export function openTaskThread(store: StoreConfig): TaskThread {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();

  function start(): Worker {
    const data: TaskThreadData = { store };
    const made = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data });
    made.on('message', (news: TaskNews) => {
      const one = waiting.get(news.id);
      if (news.type === 'progress') return one?.progress?.(news.done, news.total);
      waiting.delete(news.id);
      if (news.type === 'done') one?.resolve(news.result as never);
      else if (news.type === 'aborted') one?.reject(new IdiographError('aborted', 'the image is not needed any more'));
      else one?.reject(news.status >= 500 ? new Error(news.message) : new Refusal(news.status, news.problem));
      rest();
    });
    const gone = (cause?: unknown) => {
      if (worker === made) worker = undefined;
      const left = [...waiting.values()];
      waiting.clear();
      for (const one of left) one.reject(new Error('the thread of the images ended', { cause }));
    };
    made.on('error', gone);
    made.on('exit', () => gone());
    made.unref();
    return made;
  }

  function rest(): void {
    clearTimeout(idle);
    if (waiting.size > 0 || worker === undefined) return;
    worker.unref();
    idle = setTimeout(() => {
      const ended = worker;
      worker = undefined;
      void ended?.terminate();
    }, idleMs);
    idle.unref();
  }

  return {
    run(name, order, { subject, access, signal, progress }) {
      signal?.throwIfAborted();
      clearTimeout(idle);
      worker ??= start();
      const thread = worker;
      thread.ref();
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject, progress });
        signal?.addEventListener('abort', () => thread.postMessage({ abort: id }), { once: true });
        thread.postMessage({ id, name, order, subject, access });
      });
    },
    warm() {
      worker ??= start();
      rest();
    },
    async close() {
      clearTimeout(idle);
      const ended = worker;
      worker = undefined;
      await ended?.terminate();
    },
  };
}
