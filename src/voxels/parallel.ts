import { availableParallelism } from 'node:os';
import { type ErrorCode, IdiographError } from '../dossier/errors.ts';
import { onThread } from './workerPool.ts';

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
  /** What the calling thread does before it takes blocks, when the others are at work; kernels that need it wait for it. */
  first?: () => void;
  /**
   * The kernel overwrites what it reads, so that a block that a thread has begun cannot be computed again: when a thread dies,
   * the work rejects with {@link ThreadLost}. Default: a block that a dead thread had is computed by the caller.
   */
  inPlace?: boolean;
  /** Called between blocks of the calling thread with the share that is done. What it throws ends the work. */
  progress?: (fraction: number) => void;
}

/** What a thread is given. */
export interface ParallelOrder {
  module: string;
  setup: unknown;
  arrays: SharedArrays;
  items: number;
  block: number;
  /** `[next block, blocks done, stop]` */
  counters: Int32Array<SharedArrayBuffer>;
  /** 1 for each block that is done. */
  done: Uint8Array<SharedArrayBuffer>;
}

/** What a thread says at the end: nothing, or what went wrong. */
export interface ParallelAnswer {
  error?: unknown;
  wrongUse?: { code: ErrorCode; message: string; fields: Record<string, unknown> };
}

/** A thread died in the middle of work that cannot be done twice; the arrays are of no use any more. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
}

export const sharedFloat32 = (length: number) => new Float32Array(shared(length * Float32Array.BYTES_PER_ELEMENT));
export const sharedFloat64 = (length: number) => new Float64Array(shared(length * Float64Array.BYTES_PER_ELEMENT));
export const sharedInt32 = (length: number) => new Int32Array(shared(length * Int32Array.BYTES_PER_ELEMENT));
export const sharedUint16 = (length: number) => new Uint16Array(shared(length * Uint16Array.BYTES_PER_ELEMENT));
export const sharedUint8 = (length: number) => new Uint8Array(shared(length));

function shared(bytes: number): SharedArrayBuffer {
  countBytes(bytes);
  return new SharedArrayBuffer(bytes);
}

let uncounted = 0;
const countEvery = 2 ** 28;

/**
 * Lets the collector of this thread know of so many bytes. V8 counts plain buffers and collects when they get many, but not
 * shared ones: those of works that are over would stay for good. A plain one of their size that nobody touches takes no memory.
 */
export function countBytes(bytes: number): void {
  uncounted += bytes;
  if (uncounted < countEvery) return;
  void new ArrayBuffer(uncounted);
  uncounted = 0;
}

const yieldEveryMs = 50;

/**
 * Runs a kernel over all items on several threads of which the caller is one. Blocks are handed out as threads get free;
 * the result is the same bits for any number of threads, and when one of them dies. Settles when no thread works on it any more.
 * Rejects with what the kernel, `first` or `progress` throws.
 */
export async function inParallel<Setup>(work: ParallelWork<Setup>): Promise<void> {
  const { module, setup, arrays, items, progress } = work;
  const block = work.block ?? 512;
  if (!(block >= 1) || !(items >= 0))
    throw new IdiographError('usage', `${items} items in blocks of ${block} cannot be computed`);
  const threads = items < 4 * block ? 1 : (work.threads ?? Math.min(4, availableParallelism()));
  const blocks = Math.ceil(items / block);
  const counters = sharedInt32(3);
  const order: ParallelOrder = { module, setup, arrays, items, block, counters, done: sharedUint8(blocks) };
  const bytes = Object.values(arrays).reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  const others = Array.from({ length: threads - 1 }, () => onThread<ParallelAnswer>(order, bytes));
  try {
    work.first?.();
    let since = performance.now();
    for await (const _ of computeBlocks(order)) {
      progress?.(Atomics.load(counters, 1) / blocks);
      if (performance.now() - since < yieldEveryMs) continue;
      // The event loop of the caller also has others to serve.
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
    for (const outcome of await Promise.all(others)) if ('answer' in outcome) throwTrouble(outcome.answer);
    if (Atomics.load(counters, 1) < blocks) {
      if (work.inPlace) throw new ThreadLost('a thread ended before its work was done');
      await computeLeft(order);
    }
    // The others may have had all blocks.
    progress?.(1);
  } finally {
    stop(order);
    await Promise.all(others);
  }
}

/** Computes blocks that nobody has until all are taken or the work was stopped; yields after each. */
export async function* computeBlocks(order: ParallelOrder): AsyncGenerator<void> {
  const { counters, done } = order;
  const range = await rangeOf(order);
  while (Atomics.load(counters, 2) === 0) {
    const at = Atomics.add(counters, 0, 1);
    if (at >= done.length) return;
    computeBlock(order, range, at);
    yield;
  }
}

/** No thread takes another block of this. */
export function stop({ counters }: ParallelOrder): void {
  Atomics.store(counters, 2, 1);
}

/** Blocks that were taken by a thread that is gone. */
async function computeLeft(order: ParallelOrder): Promise<void> {
  const range = await rangeOf(order);
  for (let at = 0; at < order.done.length; at++) if (Atomics.load(order.done, at) === 0) computeBlock(order, range, at);
}

function computeBlock({ items, block, counters, done }: ParallelOrder, range: ItemRange, at: number): void {
  range(at * block, Math.min(items, (at + 1) * block));
  Atomics.store(done, at, 1);
  Atomics.add(counters, 1, 1);
}

async function rangeOf({ module, setup, arrays }: ParallelOrder): Promise<ItemRange> {
  const { kernel } = (await import(module)) as { kernel: Kernel<unknown> };
  return kernel(setup, arrays);
}

function throwTrouble({ error, wrongUse }: ParallelAnswer): void {
  if (wrongUse) throw new IdiographError(wrongUse.code, wrongUse.message, wrongUse.fields);
  if (error !== undefined) throw error;
}
