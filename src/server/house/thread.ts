import { Worker } from 'node:worker_threads';
import { type ErrorCode, IdiographError } from '../../dossier/errors.ts';
import type { TaskName, TaskTypes } from './tasks.ts';

/** Does a task in a thread of its own, so that no request waits for it. Throws what the task throws. */
export function inThread<K extends TaskName>(name: K, order: TaskTypes[K]['order']): Promise<TaskTypes[K]['result']> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { name, order } });
  worker.unref();
  type Answer = { result: TaskTypes[K]['result'] } | { failed: string; code?: ErrorCode; remedy?: string };
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: Answer) => {
      if ('result' in answer) resolve(answer.result);
      else if (answer.code === undefined) reject(new Error(answer.failed));
      else
        reject(
          new IdiographError(answer.code, answer.failed, answer.remedy === undefined ? {} : { remedy: answer.remedy }),
        );
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`the thread of ${name} ended before it was done`)));
  });
}
