import { existsSync, statSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../dossier/canonical.ts';
import { checkpointText, lastCheckpoint, noCheckpoint } from './checkpoint.ts';
import { endFile, endText } from './end.ts';
import { type AuditLine, type ChainEntry, lineMac, lineText } from './entry.ts';
import { after, appendCheckpoint, catchUp, emptyHead, type Head, recover } from './head.ts';
import type { AuditKeys } from './key.ts';
import { isFull, type Reserve } from './reserve.ts';
import { segmentPath, syncDirectory } from './segments.ts';

export interface WriterOptions {
  directory: string;
  keys: AuditKeys;
  /** ISO 8601 time; read once for each line when it is written. */
  now(): string;
  /** A new file begins when the last one has this size. */
  segmentBytes: number;
  reserve: Pick<Reserve, 'give'>;
  /** Told what a killed program had left and was mended, as soon as it is. */
  mended(what: readonly string[]): void;
}

/** The end of the chain on disk and how it grows. Everything but `head` is called under the lock of the chain only. */
export interface ChainWriter {
  readonly head: Head;
  /** Makes `head` that of the chain as it is on disk now. */
  toEnd(): Promise<void>;
  /** One write and one fdatasync for all entries. Rejects with nothing of them kept. */
  write(entries: readonly ChainEntry[]): Promise<void>;
  /** A line that announces a checkpoint, then the checkpoint, signed. */
  sign(): Promise<void>;
  /** Lets go of the files: their end is looked for anew. */
  forget(): Promise<void>;
}

export function chainWriter({ directory, keys, now, segmentBytes, reserve, mended }: WriterOptions): ChainWriter {
  let head: Head = emptyHead;
  /** Undefined: the end of the chain must be looked for (again). */
  let file: FileHandle | undefined;
  let endNote: FileHandle | undefined;
  let inode = 0;

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
    mended(found.mended);
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

  async function sign(): Promise<void> {
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

  return {
    get head() {
      return head;
    },
    toEnd,
    write,
    sign,
    forget,
  };
}

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
