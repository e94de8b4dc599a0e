/** The other side of taskThread.ts. Reads the store, writes to the cache only. */
import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../../store/open.ts';
import { refusalOf } from '../http/problem.ts';
import { type TaskMessage, type TaskThreadData, tasks } from './tasks.ts';
import type { TaskNews } from './taskThread.ts';

const { store: config } = workerData as TaskThreadData;
const port = parentPort!;
const store = await openStore(config);
const running = new Map<number, AbortController>();
/** More often than this nobody looks, and each message costs. */
const progressEveryMs = 50;

function tell(news: TaskNews, transfer: ArrayBuffer[] = []): void {
  port.postMessage(news, transfer);
}

port.on('message', (message: TaskMessage | { abort: number }) => {
  if ('abort' in message) running.get(message.abort)?.abort();
  else void perform(message);
});

async function perform({ id, name, order, subject, access }: TaskMessage): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const reader = store.reading(access);
  let told = Number.NEGATIVE_INFINITY;
  try {
    const result = await tasks[name](order as never, {
      blobs: {
        bytes: (sha256) => reader.blob(subject, sha256),
        file: (sha256) => reader.blobFile(subject, sha256),
      },
      signal: controller.signal,
      progress(done, total) {
        const now = performance.now();
        if (now - told < progressEveryMs && done < total) return;
        told = now;
        tell({ id, type: 'progress', done, total });
      },
    });
    const bytes = result instanceof Uint8Array && result.buffer instanceof ArrayBuffer ? [result.buffer] : [];
    tell({ id, type: 'done', result }, bytes);
  } catch (error) {
    if (controller.signal.aborted) tell({ id, type: 'aborted' });
    else {
      const { status, problem } = refusalOf(error);
      tell({ id, type: 'failed', status, problem, message: error instanceof Error ? error.message : String(error) });
    }
  } finally {
    running.delete(id);
  }
}
