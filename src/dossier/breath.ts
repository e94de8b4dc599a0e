import { setImmediate } from 'node:timers/promises';
import { IdiographError } from './errors.ts';
import type { WriteControl } from './store.ts';

/** Lets others of this thread have a turn now and then, and ends what nobody wants any more. */
export type Breath = (done: number) => Promise<void>;

/** Call it between pieces of work of a few milliseconds, with the share that is done. Throws `aborted`. */
export function breathing({ signal, onProgress }: WriteControl = {}, everyMs = 200): Breath {
  let last = performance.now();
  return async (done) => {
    if (performance.now() - last < everyMs) return;
    onProgress?.(done);
    await setImmediate();
    if (signal?.aborted) {
      throw new IdiographError('aborted', 'the writing was interrupted; nothing of it was kept', {
        remedy: 'Do the same again.',
      });
    }
    last = performance.now();
  };
}
