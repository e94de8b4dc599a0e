import { Worker } from 'node:worker_threads';

/**
 * Threads that wait for work, so that the next work finds them started, their modules loaded and their code optimised.
 * Waiting threads keep no process alive. What they last worked on may stay in memory until they end, after a while.
 */
const idle: Thread[] = [];
const mostIdle = 3;
const idleMs = 10_000;
const idleMsOfLarge = 500;
const largeBytes = 2 ** 28;

interface Thread {
  worker: Worker;
  /** Takes what the thread says; nobody waits for an idle one. */
  settle?: ((outcome: Outcome<unknown>) => void) | undefined;
  isGone: boolean;
  end?: NodeJS.Timeout;
}

/** What came of an order: the answer of the thread, or that the thread is gone. */
export type Outcome<Answer> = { answer: Answer } | { lost: true };

/**
 * Hands an order to a thread that runs `parallelWorker.ts`: a waiting one, or a new one. Never rejects; a thread that cannot be
 * started is a lost one.
 * @param bytes of shared memory that the order names
 */
export async function onThread<Answer>(order: unknown, bytes: number): Promise<Outcome<Answer>> {
  const thread = takeIdle() ?? start();
  if (!thread) return { lost: true };
  const outcome = await new Promise<Outcome<unknown>>((resolve) => {
    thread.settle = resolve;
    thread.worker.ref();
    thread.worker.postMessage(order);
  });
  thread.settle = undefined;
  if (idle.length < mostIdle && !thread.isGone) putIdle(thread, bytes > largeBytes ? idleMsOfLarge : idleMs);
  else await thread.worker.terminate();
  return outcome as Outcome<Answer>;
}

function start(): Thread | undefined {
  try {
    const worker = new Worker(new URL('./parallelWorker.ts', import.meta.url));
    const thread: Thread = { worker, isGone: false };
    const lose = (): void => {
      thread.isGone = true;
      dropIdle(thread);
      thread.settle?.({ lost: true });
    };
    worker.on('message', (answer: unknown) => thread.settle?.({ answer }));
    worker.on('error', lose);
    worker.on('exit', lose);
    return thread;
  } catch {
    return undefined;
  }
}

function putIdle(thread: Thread, afterMs: number): void {
  thread.worker.unref();
  thread.end = setTimeout(() => {
    dropIdle(thread);
    void thread.worker.terminate();
  }, afterMs);
  thread.end.unref();
  idle.push(thread);
}

function takeIdle(): Thread | undefined {
  const thread = idle.pop();
  clearTimeout(thread?.end);
  return thread;
}

function dropIdle(thread: Thread): void {
  const at = idle.indexOf(thread);
  if (at < 0) return;
  clearTimeout(thread.end);
  idle.splice(at, 1);
}
