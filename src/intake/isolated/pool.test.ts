import { describe, expect, it } from 'vitest';
import { defaultLimits, type Format, type Read } from '../format.ts';
import { niftiFormat } from '../nifti/format.ts';
import { writeNifti } from '../nifti/write.ts';
import { fileOf } from '../testing.ts';
import { type PoolOptions, type ReadJob, readIsolated } from './pool.ts';

/** A worker that obeys the protocol; what a file is called decides how it misbehaves. */
const misbehaving = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    const current = new Int32Array(workerData.current);
    parentPort.on('message', ({ files }) => {
      const outcomes = [];
      files.forEach((file, index) => {
        Atomics.store(current, 0, index + 1);
        if (file.path.startsWith('hang')) for (;;) {}
        if (file.path.startsWith('exit')) process.exit(3);
        if (file.path.startsWith('hoard')) for (const all = [];;) all.push(new Array(1e5).fill(file));
        outcomes.push([index, { piece: file.path, issues: [] }]);
      });
      Atomics.store(current, 0, 0);
      parentPort.postMessage({ outcomes, finished: true });
    });
  `)}`,
);

async function readAll(names: readonly string[], options: Partial<PoolOptions> = {}) {
  const format = { id: 'any' } as Format;
  async function* jobs(): AsyncGenerator<ReadJob> {
    for (const name of names) yield { file: fileOf(name, name), format };
  }
  const outcomes: Record<string, string> = {};
  const limits = { ...defaultLimits, milliseconds: 1_000 };
  await readIsolated(jobs(), { limits, threads: 2, workerUrl: misbehaving, ...options }, ({ file }, outcome) => {
    outcomes[file.path] = 'piece' in outcome ? String(outcome.piece) : outcome.refused.code;
  });
  return outcomes;
}

describe('readIsolated', () => {
  it('ends a reader that hangs, and reads what else was in its batch', async () => {
    const outcomes = await readAll(['a', 'hang', 'b', 'hang2', 'c']);
    expect(outcomes).toEqual({ a: 'a', b: 'b', c: 'c', hang: 'reader-timeout', hang2: 'reader-timeout' });
  });

  it('replaces a reader that dies or needs too much memory', async () => {
    const outcomes = await readAll(['a', 'exit', 'b', 'hoard', 'c'], {
      heapMb: 24,
      limits: { ...defaultLimits, milliseconds: 10_000 },
    });
    expect(outcomes).toEqual({ a: 'a', b: 'b', c: 'c', exit: 'reader-crashed', hoard: 'reader-crashed' });
  });

  it('rejects when it is aborted, and when its threads cannot start', async () => {
    const signal = AbortSignal.abort();
    await expect(readAll(['a'], { signal })).rejects.toMatchObject({ code: 'aborted' });
    const broken = new URL('data:text/javascript,throw%20new%20Error("no")');
    await expect(readAll(['a'], { workerUrl: broken })).rejects.toThrow('no');
  });

  it('reads with the real worker: pieces come back, refusals too', async () => {
    const grid = { shape: [2, 2, 2, 1] as [number, number, number, number], affineRas: identity };
    const image = writeNifti(grid, new Float32Array(8), { datatype: 'float32' });
    const good = fileOf('good.nii', image);
    const cut = fileOf('cut.nii', image.subarray(0, 370));
    async function* jobs(): AsyncGenerator<ReadJob> {
      for (const file of [good, cut]) yield { file, format: niftiFormat };
    }
    const outcomes: Record<string, Read<unknown>> = {};
    await readIsolated(jobs(), { limits: defaultLimits, threads: 1 }, ({ file }, outcome) => {
      outcomes[file.path] = outcome;
    });
    expect(outcomes['good.nii']).toMatchObject({ piece: { kind: 'image', header: { datatype: 'float32' } } });
    expect(outcomes['cut.nii']).toMatchObject({ refused: { code: 'nifti-truncated' } });
  });
});

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
