import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import { type AuditEntry, bounded, type ChainEntry } from './entry.ts';
import { deriveKeys, keyPath, makeSecret, readSecret } from './key.ts';
import { openLock } from './lock.ts';
import { openReserve } from './reserve.ts';
import { listSegments } from './segments.ts';
import { type ChainWriter, chainWriter } from './writer.ts';

export interface AuditOptions {
  /** ISO 8601 time; read once for each line when it is written. */
  now(): string;
  /** The 32 secret bytes; default: the key file, made at the first start. */
  key?: Uint8Array;
  /** A signed checkpoint after so many lines (1,000) ... */
  checkpointEvery?: number;
  /** ... or so long after the first line that none covers (60,000). */
  checkpointAfterMs?: number;
  /** A new file begins when the last one has this size (64 MiB). */
  segmentBytes?: number;
  /** How long to wait for another process that holds the chain (10,000). */
  patienceMs?: number;
  /** Room that is put aside on the disk for lines when it is full (none). */
  reserveBytes?: number;
}

/** Whether lines can be written, and out of what. */
export interface AuditRoom {
  /** `reserve`: the disk is full and lines are written out of what was put aside; `failing`: the last line was not written. */
  state: 'ok' | 'reserve' | 'failing';
  heldBytes: number;
  wantedBytes: number;
}

export interface Audit {
  readonly directory: string;
  /**
   * Resolves when the line is on disk. Lines that arrive while another is being written go to disk together. Rejects with
   * `store-io` (full disk), `store-busy` (another process does not let go) or `integrity` (the chain was tampered with);
   * then nothing of the line is kept and what it stands for must not be answered.
   */
  append(entry: AuditEntry): Promise<void>;
  /** How lines can be written at this moment; tries now and then to put room aside again. */
  room(): Promise<AuditRoom>;
  /** Signs what no checkpoint covers yet. */
  checkpoint(): Promise<void>;
  /** Writes what is waiting, signs, lets go. */
  close(): Promise<void>;
}

interface Waiting {
  entry: ChainEntry;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Opens the chain in this folder, or begins one. Several processes may have it open: each takes a lock for the few
 * milliseconds of a write and first reads what the others have added. Throws `integrity`, `store-io`, `store-busy`.
 */
export async function openAudit(directory: string, options: AuditOptions): Promise<Audit> {
  const { now, checkpointEvery = 1000, checkpointAfterMs = 60_000, segmentBytes = 2 ** 26 } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = openLock(directory, options.patienceMs ?? 10_000);
  const reserve = await openReserve(directory, options.reserveBytes ?? 0);
  let lastFillMs = Number.NEGATIVE_INFINITY;
  let failing = false;
  let chain: ChainWriter;
  let mended: string[] = [];
  let waiting: Waiting[] = [];
  let tail: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function commit(batch: Waiting[], sign: boolean): Promise<void> {
    const told = await lock
      .hold(async () => {
        try {
          await chain.toEnd();
          const notes = mended.map(
            (reason): ChainEntry => ({
              actor: 'idiograph',
              action: 'mend',
              route: 'audit.open',
              outcome: 'ok',
              reason,
            }),
          );
          if (notes.length + batch.length > 0) await chain.write([...notes, ...batch.map(({ entry }) => entry)]);
          mended = [];
          failing = false;
          for (const { resolve } of batch) resolve();
          batch = [];
          const { uncovered } = chain.head;
          if (uncovered >= checkpointEvery || (sign && uncovered > 0)) await chain.sign();
        } catch (error) {
          await chain.forget();
          throw error;
        }
      })
      .then(
        () => undefined,
        (error: unknown) => explainedIo(error, directory),
      );
    if (told === undefined) return;
    failing = true;
    for (const { reject } of batch) reject(told);
    if (sign) throw told;
  }

  /** One thing at a time, in order. */
  function queue(job: () => Promise<void>): Promise<void> {
    const done = tail.then(job);
    tail = done.catch(() => {});
    return done;
  }

  async function writeWaiting(): Promise<void> {
    // What comes in the same turn of the event loop goes along.
    await nextTurn();
    const batch = waiting;
    waiting = [];
    await commit(batch, false);
    if (chain.head.uncovered === 0 || timer !== undefined || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      // A failure shows itself at the next line, which looks for the end of the chain anew.
      void checkpoint().catch(() => {});
    }, checkpointAfterMs);
    timer.unref();
  }

  const checkpoint = () => queue(() => commit([], true));

  async function refill(): Promise<void> {
    if (closed || reserve.heldBytes >= reserve.wantedBytes || performance.now() - lastFillMs < refillAfterMs) return;
    lastFillMs = performance.now();
    // Under the lock, so that two processes do not both add to it.
    await queue(() => lock.hold(() => reserve.fill())).catch(() => {});
  }

  try {
    await lock.hold(async () => {
      await reserve.fill();
      const path = keyPath(directory);
      if (options.key === undefined && (await listSegments(directory)).length === 0) {
        if (existsSync(path)) mended.push('there was a key but no chain: a new chain begins');
        else await makeSecret(path);
      }
      const keys = deriveKeys(options.key ?? readSecret(path));
      chain = chainWriter({ directory, keys, now, segmentBytes, reserve, mended: (what) => mended.push(...what) });
      await chain.toEnd();
    });
    // What was mended is told at once, not with the first line that comes.
    if (mended.length > 0) await commit([], false);
  } catch (error) {
    lock.close();
    throw explainedIo(error, directory);
  }

  return {
    directory,
    append(entry) {
      if (closed) return Promise.reject(new IdiographError('usage', 'the audit chain is closed'));
      const kept = bounded(entry);
      return new Promise<void>((resolve, reject) => {
        waiting.push({ entry: kept, resolve, reject });
        if (waiting.length === 1) void queue(writeWaiting);
      });
    },
    async room() {
      await refill();
      const { heldBytes, wantedBytes } = reserve;
      return { state: failing ? 'failing' : heldBytes < wantedBytes ? 'reserve' : 'ok', heldBytes, wantedBytes };
    },
    checkpoint,
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      try {
        await checkpoint();
      } finally {
        await chain.forget();
        lock.close();
      }
    },
  };
}

const refillAfterMs = 1_000;

function explainedIo(error: unknown, directory: string): unknown {
  if (isIdiographError(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new IdiographError('store-io', `the audit line cannot be written (${code || String(error)})`, {
    directory,
    cause: error,
    remedy: 'See to free space and access rights of the data folder. What was acknowledged is safe.',
  });
}
