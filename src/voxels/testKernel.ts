import type { Kernel } from './parallel.ts';

/** A kernel for the tests of parallel.ts: adds to each item, so that an item that is computed twice shows. */
export const kernel: Kernel<{ factor: number; failAt?: number }> = ({ factor, failAt }, { out }) => {
  return (from, to) => {
    for (let item = from; item < to; item++) {
      if (item === failAt) throw new Error(`item ${item}`);
      out![item]! += Math.sin(item * factor) + 1;
    }
  };
};
