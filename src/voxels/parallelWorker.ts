/** The other side of parallel.ts: computes blocks until there are none, and ends. */
import { workerData } from 'node:worker_threads';
import { type Kernel, type ParallelOrder, takeBlock } from './parallel.ts';

const { module, setup, arrays, items, block, counters } = workerData as ParallelOrder;
const { kernel } = (await import(module)) as { kernel: Kernel<unknown> };
const range = kernel(setup, arrays);
const blocks = Math.ceil(items / block);
for (;;) {
  const at = takeBlock(counters, blocks);
  if (at === undefined) break;
  range(at * block, Math.min(items, (at + 1) * block));
  Atomics.add(counters, 1, 1);
}
