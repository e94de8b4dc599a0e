import { execFileSync } from 'node:child_process';
import { threadId } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { inParallel, type ParallelWork, sharedFloat64, sharedInt32, ThreadLost } from './parallel.ts';
import type { TestSetup } from './testKernel.ts';

const module = new URL('./testKernel.ts', import.meta.url).href;
const items = 5000;

async function sums(how: Partial<ParallelWork<TestSetup>> & { setup?: TestSetup } = {}): Promise<Float64Array> {
  const out = sharedFloat64(how.items ?? items);
  const work = { module, setup: { factor: 3 }, items, block: 64, threads: 2, ...how };
  await inParallel<TestSetup>({ ...work, arrays: { out, ...how.arrays } });
  return out;
}

it('computes every item once, with the same bits on one thread and on three, time and again', async () => {
  const one = await sums({ threads: 1 });
  expect(one[4999]).toBe(Math.sin(4999 * 3) + 1);
  for (let round = 0; round < 5; round++) expect(await sums({ threads: 3 })).toEqual(one);
  expect(await Promise.all([2, 4, 3].map((threads) => sums({ threads })))).toEqual([one, one, one]);
});

it('starts no thread for little work, and does nothing for none', async () => {
  expect(await sums({ threads: 4, items: 100 })).toHaveLength(100);
  expect(await sums({ threads: 4, items: 0 })).toHaveLength(0);
});

/** Work at which the caller holds back until another thread has begun. */
function late(isDeadly = false) {
  const begun = sharedInt32(1);
  const setup: TestSetup = { factor: 3, caller: threadId, isDeadly };
  return { setup, arrays: { begun }, first: () => void Atomics.wait(begun, 0, 0, 10_000), begun };
}

it('gives the next work to the thread that did the last', async () => {
  const [one, next] = [late(), late()];
  await sums(one);
  await sums(next);
  expect(one.begun[0]).toBeGreaterThan(0);
  expect(next.begun[0]).toBe(one.begun[0]);
});

it('rejects with what a kernel throws, on any thread, and with what progress throws; the next work is not troubled', async () => {
  await expect(sums({ setup: { factor: 1, failAt: 4000 } })).rejects.toThrow('item 4000');
  const stop = () => {
    throw new Error('stopped');
  };
  await expect(sums({ progress: stop })).rejects.toThrow('stopped');
  await expect(sums({ first: stop })).rejects.toThrow('stopped');
  expect(await sums()).toEqual(await sums({ threads: 1 }));
});

it('computes what a thread that died has left, or says that it cannot', async () => {
  expect(await sums({ ...late(true), threads: 3 })).toEqual(await sums({ threads: 1 }));
  await expect(sums({ ...late(true), inPlace: true })).rejects.toThrow(ThreadLost);
  expect(await sums()).toEqual(await sums({ threads: 1 }));
});

/** What a process says that runs a script with `work`, which sums into `out` on two threads. */
function ran(script: string): number[] {
  const start = `
    import { inParallel, sharedFloat64 } from '${new URL('./parallel.ts', import.meta.url)}';
    const work = (out) => inParallel({ module: '${module}', setup: { factor: 3 }, arrays: { out }, items: ${items}, block: 64, threads: 2 });
  `;
  const args = ['--input-type=module', '-e', start + script];
  return execFileSync(process.execPath, args, { timeout: 60_000 }).toString().split(' ').map(Number);
}

it('keeps no process waiting', () => {
  const [value, waitedMs] = ran(`
    const out = sharedFloat64(${items});
    await work(out);
    const done = performance.now();
    process.on('exit', () => console.log(out[1], performance.now() - done));
  `);
  expect(value).toBe(Math.sin(3) + 1);
  // A thread that held the process would do so for ten seconds.
  expect(waitedMs).toBeLessThan(5000);
});

it('gives back the memory of works that are over', () => {
  const [megabytes] = ran(`
    for (let time = 0; time < 16; time++) await work(sharedFloat64(2 ** 23).fill(1));
    console.log(process.memoryUsage().rss / 2 ** 20);
  `);
  expect(megabytes).toBeLessThan(700);
});
