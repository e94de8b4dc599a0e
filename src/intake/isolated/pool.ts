import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { IdiographError } from '../../dossier/errors.ts';
import { issue } from '../../dossier/issue.ts';
import type { Format, InputFile, Limits, Read } from '../format.ts';
import type { BatchOrder, BatchReply, FileOrder, WorkerData } from './protocol.ts';

export interface ReadJob {
  file: InputFile;
  format: Pick<Format, 'id'>;
}

export interface PoolOptions {
  limits: Limits;
  /** Reading threads; default: one for each core but one, at most 4. */
  threads?: number;
  /** JavaScript heap of one thread, MiB. */
  heapMb?: number;
  signal?: AbortSignal;
  /** The module that the threads run. */
  workerUrl?: URL;
}

/** Time for one file in ms: the limit, and one more second for each 5 MB, so that honest large files are not cut off. */
function allowedMs(bytes: number, limits: Pick<Limits, 'milliseconds'>): number {
  return limits.milliseconds + bytes / 5_000;
}

const batchFiles = 64;
const batchBytes = 32 * 2 ** 20;
const startupMs = 30_000;
const watchMs = 50;

/** One reading thread and the batch that it is at. */
interface Lane {
  worker: Worker;
  current: Int32Array;
  batch: ReadJob[];
  answered: Set<number>;
  seen: number;
  since: number;
  dead: boolean;
}

/**
 * Reads files on worker threads under limits of time and memory. `take` gets each outcome as it comes, in any order.
 * A thread that hangs or runs out of memory is ended and replaced; its file is refused (`reader-timeout`,
 * `reader-crashed`) and what else was in its batch is read by another.
 * Rejects with `aborted` when the signal says so; all threads are ended in every case.
 */
export async function readIsolated(
  jobs: AsyncIterable<ReadJob>,
  options: PoolOptions,
  take: (job: ReadJob, outcome: Read<unknown>) => void,
): Promise<void> {
  const { limits, signal } = options;
  const threads = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  const workerUrl = options.workerUrl ?? new URL('./worker.ts', import.meta.url);
  const lanes = new Set<Lane>();
  const again: ReadJob[] = [];
  const source = jobs[Symbol.asyncIterator]();
  let exhausted = false;
  let failure: unknown;
  let wake = () => {};

  const startLane = (): Lane => {
    const shared = new SharedArrayBuffer(4);
    const worker = new Worker(workerUrl, {
      workerData: { current: shared } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMb ?? 320, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    const lane: Lane = {
      worker,
      current: new Int32Array(shared),
      batch: [],
      answered: new Set(),
      seen: 0,
      since: 0,
      dead: false,
    };
    worker.on('message', ({ outcomes, finished }: BatchReply) => {
      if (lane.dead) return;
      for (const [index, outcome] of outcomes) {
        lane.answered.add(index);
        take(lane.batch[index]!, outcome);
      }
      if (finished) lane.batch = [];
      wake();
    });
    worker.on('error', (error) => endLane(lane, 'reader-crashed', error));
    worker.on('exit', () => endLane(lane, 'reader-crashed', undefined));
    lanes.add(lane);
    return lane;
  };

  const endLane = (lane: Lane, code: 'reader-timeout' | 'reader-crashed', error: unknown) => {
    if (lane.dead) return;
    lane.dead = true;
    lanes.delete(lane);
    void lane.worker.terminate();
    const at = Atomics.load(lane.current, 0) - 1;
    lane.batch.forEach((job, index) => {
      if (lane.answered.has(index)) return;
      if (index === at) take(job, { refused: refusal(code, job, limits, error) });
      else again.push(job);
    });
    // A thread that dies before it reads anything would die again and again.
    if (at < 0 && lane.batch.length > 0) failure ??= error ?? new Error('a reading thread ended before it began');
    lane.batch = [];
    wake();
  };

  const watch = setInterval(() => {
    const now = performance.now();
    for (const lane of lanes) {
      if (lane.batch.length === 0) continue;
      const at = Atomics.load(lane.current, 0);
      const mark = at + lane.answered.size * 1e6;
      if (mark !== lane.seen) {
        lane.seen = mark;
        lane.since = now;
      }
      const allowed = at === 0 ? startupMs : allowedMs(lane.batch[at - 1]!.file.bytes, limits);
      if (now - lane.since > allowed) endLane(lane, 'reader-timeout', undefined);
    }
  }, watchMs);

  const nextBatch = async (): Promise<ReadJob[]> => {
    const batch: ReadJob[] = [];
    let bytes = 0;
    while (batch.length < batchFiles && bytes < batchBytes) {
      let job = again.shift();
      if (job === undefined) {
        if (exhausted) break;
        const next = await source.next();
        if (next.done) {
          exhausted = true;
          break;
        }
        job = next.value;
      }
      bytes += job.file.bytes;
      batch.push(job);
    }
    return batch;
  };

  const dispatch = (lane: Lane, batch: ReadJob[]) => {
    lane.batch = batch;
    lane.answered = new Set();
    lane.seen = -1;
    lane.since = performance.now();
    const files = batch.map(
      ({ file, format }): FileOrder => ({
        format: format.id,
        path: file.path,
        diskPath: file.diskPath,
        bytes: file.bytes,
        head: file.head,
      }),
    );
    lane.worker.postMessage({ files, limits } satisfies BatchOrder);
  };

  const aborted = () => {
    failure ??= new IdiographError('aborted', 'the import was interrupted');
    wake();
  };
  signal?.addEventListener('abort', aborted);
  if (signal?.aborted) aborted();
  try {
    while (failure === undefined) {
      let idle = [...lanes].find((lane) => lane.batch.length === 0);
      if (idle === undefined && lanes.size < threads) idle = startLane();
      if (idle !== undefined) {
        const batch = await nextBatch();
        if (batch.length > 0) {
          if (idle.dead) again.push(...batch);
          else dispatch(idle, batch);
          continue;
        }
        if ([...lanes].every((lane) => lane.batch.length === 0) && again.length === 0) break;
      }
      if (again.length > 0 && idle !== undefined) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (failure !== undefined) resolve();
      });
    }
    if (failure !== undefined) throw failure;
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', aborted);
    const live = [...lanes];
    for (const lane of live) lane.dead = true;
    await Promise.all(live.map((lane) => lane.worker.terminate()));
    await source.return?.();
  }
}

function refusal(code: 'reader-timeout' | 'reader-crashed', { file }: ReadJob, limits: Limits, error: unknown) {
  const remedy = 'The file is probably damaged or hostile: copy or export it again.';
  if (code === 'reader-timeout') {
    const seconds = (allowedMs(file.bytes, limits) / 1000).toFixed(1);
    return issue('error', code, `Reading took longer than ${seconds} s and was stopped.`, {
      place: file.path,
      remedy: `${remedy} An honest file needs a larger limits.milliseconds.`,
    });
  }
  const reason = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const message = reason ? 'Reading needed more memory than allowed and was stopped.' : 'The reader ended abruptly.';
  return issue('error', code, message, { place: file.path, remedy });
}
