import { existsSync, statSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sha256 } from '../../dossier/canonical.ts';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import { checkpointText, lastCheckpoint, noCheckpoint } from './checkpoint.ts';
import { endFile, endText } from './end.ts';
import { type AuditEntry, type AuditLine, bounded, type ChainEntry, lineMac, lineText } from './entry.ts';
import { after, appendCheckpoint, catchUp, emptyHead, type Head, recover } from './head.ts';
import { type AuditKeys, deriveKeys, keyPath, makeSecret, readSecret } from './key.ts';
import { openLock } from './lock.ts';
import { isFull, openReserve } from './reserve.ts';
import { listSegments, segmentPath, syncDirectory } from './segments.ts';

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
  let keys: AuditKeys;
  let head: Head = emptyHead;
  /** Undefined: the end of the chain must be looked for (again). */
  let file: FileHandle | undefined;
  let endNote: FileHandle | undefined;
  let inode = 0;
  let mended: string[] = [];
  let waiting: Waiting[] = [];
  let tail: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function forget(): Promise<void> {
    const handles = [file, endNote];
    file = undefined;
    endNote = undefined;
    for (const handle of handles) await handle?.close().catch(() => {});
  }

  async function openSegment(firstSeq: number): Promise<FileHandle> {
    const path = segmentPath(directory, firstSeq);
    const fresh = !existsSync(path);
    const handle = await open(path, fresh ? 'wx+' : 'r+', 0o600);
    if (fresh) await syncDirectory(directory);
    inode = (await handle.stat()).ino;
    return handle;
  }

  /** Under the lock: makes `head` and `file` those of the chain as it is on disk now. */
  async function toEnd(): Promise<void> {
    if (file !== undefined) {
      // In this thread: handing it to another one takes longer than the question.
      const { size, ino } = statSync(segmentPath(directory, head.firstSeq));
      const moved = existsSync(segmentPath(directory, head.seq + 1)) && head.firstSeq !== head.seq + 1;
      if (ino === inode && size === head.bytes && !moved) return;
      const caught = ino === inode && size > head.bytes ? await catchUp(directory, head, keys) : undefined;
      if (caught !== undefined) {
        head = caught;
        return;
      }
      await forget();
    }
    const found = await recover(directory, keys);
    head = found.head;
    mended.push(...found.mended);
    endNote = await open(join(directory, endFile), 'r+');
    file = await openSegment(head.firstSeq);
  }

  /** Does it again with room from the reserve as long as the disk is full and the reserve is not used up. */
  async function withReserve(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isFull(error) || !(await reserve.give())) throw error;
      }
    }
  }

  const write = (entries: readonly ChainEntry[]) => withReserve(() => writeOnce(entries));

  /** Under the lock: one write and one fdatasync for all entries. */
  async function writeOnce(entries: readonly ChainEntry[]): Promise<void> {
    if (head.bytes >= segmentBytes) {
      const next = await openSegment(head.seq + 1);
      await file?.close().catch(() => {});
      file = next;
      head = { ...head, firstSeq: head.seq + 1, bytes: 0 };
    }
    const handle = file!;
    const texts: string[] = [];
    let next = head;
    for (const entry of entries) {
      const at = entry.at ?? now();
      const back = isBack(next.at, at) ? { note: 'clock-back' as const } : undefined;
      const body = { ...entry, ...back, seq: next.seq + 1, at };
      const line: AuditLine = { ...body, mac: lineMac(keys.mac, next.mac, body) };
      const text = `${lineText(line)}\n`;
      texts.push(text);
      next = after(next, line, Buffer.byteLength(text));
    }
    try {
      await writeAll(handle, Buffer.from(texts.join('')), head.bytes);
      await handle.datasync();
    } catch (error) {
      // Nobody was told that these lines are written: none of them may stay.
      await handle.truncate(head.bytes).catch(() => {});
      throw error;
    }
    head = next;
    noteEnd();
  }

  /** Not made durable: after a loss of power it is behind the chain, which is no harm. */
  function noteEnd(): void {
    try {
      if (endNote !== undefined) writeSync(endNote.fd, endText(keys.mac, head), 0);
    } catch {
      // The lines are on disk and were promised; the next group writes the note again.
    }
  }

  async function announce(): Promise<void> {
    const number = head.checkpoint + 1;
    const entry: ChainEntry = {
      actor: 'idiograph',
      action: 'checkpoint',
      route: 'audit.checkpoint',
      outcome: 'ok',
      checkpoint: { number, latest: head.latest, noted: true },
    };
    await write([entry]);
    const last = await lastCheckpoint(directory);
    const previous = last.text === undefined ? noCheckpoint : sha256(last.text);
    const { seq, mac, at } = head;
    const text = checkpointText(keys, { number, seq, mac, at }, previous);
    await withReserve(() => appendCheckpoint(directory, text));
    if (last.absent) await syncDirectory(directory);
  }

  async function commit(batch: Waiting[], sign: boolean): Promise<void> {
    const told = await lock
      .hold(async () => {
        try {
          await toEnd();
          const notes = mended.map(
            (reason): ChainEntry => ({
              actor: 'idiograph',
              action: 'mend',
              route: 'audit.open',
              outcome: 'ok',
              reason,
            }),
          );
          if (notes.length + batch.length > 0) await write([...notes, ...batch.map(({ entry }) => entry)]);
          mended = [];
          failing = false;
          for (const { resolve } of batch) resolve();
          batch = [];
          if (head.uncovered >= checkpointEvery || (sign && head.uncovered > 0)) await announce();
        } catch (error) {
          await forget();
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
    if (head.uncovered === 0 || timer !== undefined || closed) return;
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
      keys = deriveKeys(options.key ?? readSecret(path));
      await toEnd();
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
        await forget();
        lock.close();
      }
    },
  };
}

const refillAfterMs = 1_000;

/** Lines of several processes may overtake each other by a moment; that is no clock that was put back. */
function isBack(before: string, at: string): boolean {
  return at < before && Date.parse(before) - Date.parse(at) > 1000;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function explainedIo(error: unknown, directory: string): unknown {
  if (isIdiographError(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new IdiographError('store-io', `the audit line cannot be written (${code || String(error)})`, {
    directory,
    cause: error,
    remedy: 'See to free space and access rights of the data folder. What was acknowledged is safe.',
  });
}
