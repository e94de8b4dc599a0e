import { expect, it } from 'vitest';
import { inParallel, sharedFloat64 } from './parallel.ts';

const module = new URL('./testKernel.ts', import.meta.url).href;

async function sums(threads: number, items = 5000, block = 64): Promise<Float64Array> {
  const out = sharedFloat64(items);
  await inParallel({ module, setup: { factor: 3 }, arrays: { out }, items, block, threads });
  return out;
}

it('computes every item once, with the same bits on one thread and on three', async () => {
  const [one, three] = [await sums(1), await sums(3)];
  expect(one[4999]).toBe(Math.sin(4999 * 3) + 1);
  expect(three).toEqual(one);
});

it('starts no thread for little work, and does nothing for none', async () => {
  expect(await sums(4, 100)).toHaveLength(100);
  expect(await sums(4, 0)).toHaveLength(0);
});

it('rejects with what a kernel throws, on any thread, and with what progress throws', async () => {
  const run = (setup: object, progress?: () => void) =>
    inParallel({
      ...{ module, setup, arrays: { out: sharedFloat64(5000) }, items: 5000, block: 64, threads: 2 },
      ...(progress && { progress }),
    });
  await expect(run({ factor: 1, failAt: 4000 })).rejects.toThrow('item 4000');
  const stop = () => {
    throw new Error('stopped');
  };
  await expect(run({ factor: 1 }, stop)).rejects.toThrow('stopped');
});
