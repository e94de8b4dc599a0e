import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { IdiographError } from '../dossier/errors.ts';

/** Typed arrays over shared memory: threads see the same bytes. */
export type SharedArray =
  | Float32Array<SharedArrayBuffer>
  | Float64Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Uint16Array<SharedArrayBuffer>
  | Uint8Array<SharedArrayBuffer>;

/** Arrays of a kernel by name. */
export type SharedArrays = Readonly<Record<string, SharedArray>>;

/** Computes items `from`..`to - 1`: reads shared arrays, writes its own items of others. */
export type ItemRange = (from: number, to: number) => void;

/**
 * What a module exports as `kernel` to be run by {@link inParallel}: allocates its scratch once, then computes ranges. An
 * item's result must depend on `setup`, the arrays and the item alone, never on items before it: then neither the number
 * of threads nor their order can change a bit.
 */
export type Kernel<Setup> = (setup: Setup, arrays: SharedArrays) => ItemRange;

export interface ParallelWork<Setup> {
  /** `import.meta.url` of the module that exports `kernel`. */
  module: string;
  /** Plain data that crosses threads by copy. */
  setup: Setup;
  arrays: SharedArrays;
  /** How many items there are: voxels of a mask, slices, rows. */
  items: number;
  /** Items that one thread takes at a time. Default 512. */
  block?: number;
  /** Default: one for each core, at most 4; one when there are fewer than `4 * block` items. */
  threads?: number;
  /** Called between blocks of the calling thread with the share that is done. What it throws ends the work. */
  progress?: (fraction: number) => void;
}

/** What a worker thread is started with. */
export interface ParallelOrder {
  module: string;
  setup: unknown;
  arrays: SharedArrays;
  items: number;
  block: number;
  /** `[next block, blocks done, stop]` */
  counters: Int32Array<SharedArrayBuffer>;
}

export const sharedFloat32 = (length: number) =>
  new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
export const sharedFloat64 = (length: number) =>
  new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
export const sharedInt32 = (length: number) =>
  new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
export const sharedUint16 = (length: number) =>
  new Uint16Array(new SharedArrayBuffer(length * Uint16Array.BYTES_PER_ELEMENT));
export const sharedUint8 = (length: number) => new Uint8Array(new SharedArrayBuffer(length));

const yieldEveryMs = 50;

/**
 * Runs a kernel over all items on several threads of which the caller is one. Blocks are handed out as threads get free;
 * the result is the same bits for any number of threads. Settles when all threads are gone.
 * Rejects with what the kernel or `progress` throws.
 */
export async function inParallel<Setup>(work: ParallelWork<Setup>): Promise<void> {
  const { module, setup, arrays, items, progress } = work;
  const block = work.block ?? 512;
  if (!(block >= 1) || !(items >= 0))
    throw new IdiographError('usage', `${items} items in blocks of ${block} cannot be computed`);
  const threads = items < 4 * block ? 1 : (work.threads ?? Math.min(4, availableParallelism()));
  const counters = sharedInt32(3);
  const order: ParallelOrder = { module, setup, arrays, items, block, counters };
  const others = Array.from({ length: threads - 1 }, () => startThread(order));
  const blocks = Math.ceil(items / block);
  try {
    const { kernel } = (await import(module)) as { kernel: Kernel<Setup> };
    const range = kernel(setup, arrays);
    let since = performance.now();
    for (;;) {
      const at = takeBlock(counters, blocks);
      if (at === undefined) break;
      range(at * block, Math.min(items, (at + 1) * block));
      Atomics.add(counters, 1, 1);
      progress?.(Atomics.load(counters, 1) / blocks);
      if (performance.now() - since < yieldEveryMs) continue;
      // The event loop of the caller also has others to serve.
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
    await Promise.all(others.map(({ done }) => done));
  } finally {
    Atomics.store(counters, 2, 1);
    await Promise.all(others.map(({ worker }) => worker.terminate()));
  }
  if (Atomics.load(counters, 1) !== blocks) throw new Error('a thread ended before its work was done');
}

/** The next block that nobody has, or undefined when all are taken or the work was stopped. */
export function takeBlock(counters: Int32Array, blocks: number): number | undefined {
  if (Atomics.load(counters, 2) === 1) return undefined;
  const at = Atomics.add(counters, 0, 1);
  return at < blocks ? at : undefined;
}

function startThread(order: ParallelOrder): { worker: Worker; done: Promise<void> } {
  const worker = new Worker(new URL('./parallelWorker.ts', import.meta.url), { workerData: order });
  const done = new Promise<void>((resolve, reject) => {
    worker.on('error', (error) => {
      Atomics.store(order.counters, 2, 1);
      reject(error);
    });
    worker.on('exit', () => resolve());
  });
  // It is awaited only at the end; until then a failure is not unhandled.
  done.catch(() => {});
  return { worker, done };
}
