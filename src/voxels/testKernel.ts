import { threadId } from 'node:worker_threads';
import type { Kernel } from './parallel.ts';

export interface TestSetup {
  factor: number;
  failAt?: number;
  /** The thread that calls; with `isDeadly` all others die at their first block. */
  caller?: number;
  isDeadly?: boolean;
}

/**
 * A kernel for the tests of parallel.ts: adds to each item, so that an item that is computed twice shows. `begun`: one number,
 * the last thread besides the caller that began a block.
 */
export const kernel: Kernel<TestSetup> = ({ factor, failAt, caller, isDeadly }, { out, begun }) => {
  return (from, to) => {
    if (begun && threadId !== caller) {
      Atomics.store(begun as Int32Array, 0, threadId);
      Atomics.notify(begun as Int32Array, 0);
      if (isDeadly) process.exit(1);
    }
    for (let item = from; item < to; item++) {
      if (item === failAt) throw new Error(`item ${item}`);
      out![item]! += Math.sin(item * factor) + 1;
    }
  };
};
