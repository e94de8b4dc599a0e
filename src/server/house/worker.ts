/** The other side of thread.ts: does one task and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { isIdiographError } from '../../dossier/errors.ts';
import { type TaskName, type TaskTypes, tasks } from './tasks.ts';

const { name, order } = workerData as { name: TaskName; order: TaskTypes[TaskName]['order'] };
try {
  parentPort!.postMessage({ result: await tasks[name](order as never) });
} catch (error) {
  const known = isIdiographError(error) ? { code: error.code, remedy: error.remedy } : {};
  parentPort!.postMessage({ failed: error instanceof Error ? error.message : String(error), ...known });
}
