import { Worker } from 'node:worker_threads';
import type { TrialPlan } from '../dossier/trial.ts';
import type { Rates, Truth } from './simulate.ts';

export interface PowerOrder {
  plan: TrialPlan;
  truth: Truth;
  runs: number;
}

/** Simulates in a thread of its own. `progress` hears 0..1; an aborted `signal` ends the thread. */
export function powerInThread(
  order: PowerOrder,
  { progress, signal }: { progress?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<Rates> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./powerWorker.ts', import.meta.url), { workerData: order });
  const end = () => void worker.terminate();
  signal?.addEventListener('abort', end, { once: true });
  return new Promise<Rates>((resolve, reject) => {
    worker.on('message', (message: { done: number } | { rates: Rates }) => {
      if ('done' in message) progress?.(message.done);
      else resolve(message.rates);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(signal?.reason ?? new Error('the simulation ended before it was done')));
  }).finally(() => signal?.removeEventListener('abort', end));
}
