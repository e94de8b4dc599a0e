import { Worker } from 'node:worker_threads';
import type { Dossier } from '../dossier/analysis.ts';
import type { Json } from '../dossier/canonical.ts';
import { type ErrorCode, IdiographError, isIdiographError } from '../dossier/errors.ts';
import type { Access, StoreConfig } from '../dossier/store.ts';
import type { Drafts, Line } from './context.ts';
import type { Places } from './surroundings.ts';

/** All that a worker thread needs to make one run: plain data. */
export interface Order {
  /** URL of the module whose `analyses` holds the analysis. */
  registry: string;
  analysis: string;
  version: string;
  run: string;
  inputs: Record<string, string[]>;
  options: Record<string, Json>;
  dossier: Dossier;
  store: StoreConfig;
  access: Access;
  places: Places;
}

/** `stop[0]` becomes 1 when the run should end; it is seen even by a loop that never returns to the event loop. */
export type OrderWithStop = Order & { stop: Int32Array };

export type News =
  | { type: 'progress'; fraction: number; doing: string | undefined }
  | { type: 'done'; drafts: Drafts }
  | { type: 'failed'; fault: Fault };

/** An error without its stack, as it crosses threads. */
export interface Fault {
  code: ErrorCode | undefined;
  message: string;
  remedy: string | undefined;
}

export function faultOf(error: unknown): Fault {
  return {
    code: isIdiographError(error) ? error.code : undefined,
    message: error instanceof Error ? error.message : String(error),
    remedy: isIdiographError(error) ? error.remedy : undefined,
  };
}

function errorOf({ code, message, remedy }: Fault): Error {
  if (code === undefined) return new Error(message);
  return new IdiographError(code, message, remedy === undefined ? {} : { remedy });
}

/**
 * Makes one run on a thread of its own, which ends with it: its memory goes back whole (WebAssembly memory never shrinks)
 * and no state of one run can reach the next. Costs the start of a thread, which heavy runs do not notice.
 * On abort the run is asked to stop and, after `graceMs`, ended. Settles when the thread is gone.
 */
export async function performOnThread(order: Order, line: Omit<Line, 'stopped'>, graceMs: number): Promise<Drafts> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData: OrderWithStop = { ...order, stop };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  let timer: NodeJS.Timeout | undefined;
  const halt = () => {
    Atomics.store(stop, 0, 1);
    worker.postMessage('stop');
    timer = setTimeout(() => void worker.terminate(), graceMs);
  };
  if (line.signal.aborted) halt();
  line.signal.addEventListener('abort', halt, { once: true });
  try {
    return await new Promise<Drafts>((resolve, reject) => {
      worker.on('message', (news: News) => {
        if (news.type === 'progress') line.progress(news.fraction, news.doing);
        else if (news.type === 'done') resolve(news.drafts);
        else reject(errorOf(news.fault));
      });
      worker.on('error', (error) => reject(errorOf(faultOf(error))));
      worker.on('exit', () => {
        if (line.signal.aborted) reject(new IdiographError('aborted', `${order.analysis} was stopped`));
        else reject(new Error('its thread ended without a result'));
      });
    });
  } finally {
    clearTimeout(timer);
    line.signal.removeEventListener('abort', halt);
    await worker.terminate();
  }
}
