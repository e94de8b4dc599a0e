import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../http/problem.ts';

/** A file of an upload as far as it has arrived. */
export interface HeldFile {
  path: string;
  /** Size of the whole file. */
  bytes: number;
  held: number;
  modified?: number | undefined;
}

/** Which part of which file is being sent. */
export interface PartOrder {
  path: string;
  /** Where the part begins. */
  offset: number;
  /** Size of the whole file. */
  bytes: number;
  modified?: number | undefined;
}

const Begun = z.object({ path: z.string(), bytes: z.number(), modified: z.number().optional() });
const writeBytes = 1 << 20;
const syncBytes = 8 << 20;

/**
 * The files of one upload on disk: whole ones under `uploaded/` at their own path, begun ones under `partial/` beneath a hash
 * of it, so that an import never meets half a file. What an answer says is held was fsynced before.
 */
export function heldFiles(folder: string) {
  const whole = join(folder, 'uploaded');
  const partial = join(folder, 'partial');
  const made = new Set<string>();
  let next = 0;

  const partOf = (path: string) => join(partial, createHash('sha256').update(path).digest('hex').slice(0, 32));

  /** Makes the folders above a file. Returns those whose names must be fsynced. */
  async function makeFolders(target: string): Promise<string[]> {
    const fresh: string[] = [];
    for (let at = dirname(target); at.length > whole.length && !made.has(at); at = dirname(at)) fresh.push(at);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    for (const one of fresh) made.add(one);
    return [dirname(target), ...fresh.map(dirname)];
  }

  /** Brings a finished file to its path. Returns the folders to fsync. */
  async function finish(temporary: string, path: string, modified: number | undefined): Promise<string[]> {
    const target = join(whole, path);
    try {
      const touched = await makeFolders(target);
      if (modified !== undefined) await utimes(temporary, modified / 1000, modified / 1000);
      await rename(temporary, target);
      return touched;
    } catch (error) {
      if (!['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY'].includes(String((error as NodeJS.ErrnoException).code)))
        throw error;
      await rm(temporary, { force: true });
      throw new Refusal(409, {
        code: 'name-taken',
        message: 'A file and a folder of this upload have the same name.',
        remedy: 'Give one of them another name, or send them in two uploads.',
      });
    }
  }

  async function wholeFile(path: string): Promise<{ bytes: number; modified: number } | undefined> {
    const found = await stat(join(whole, path)).catch(() => undefined);
    return found?.isFile() ? { bytes: found.size, modified: Math.round(found.mtimeMs) } : undefined;
  }

  async function begunFile(part: string): Promise<HeldFile | undefined> {
    try {
      const begun = Begun.parse(JSON.parse(await readFile(`${part}.json`, 'utf8')));
      const { size } = await stat(`${part}.data`);
      return { ...begun, held: Math.min(size, begun.bytes) };
    } catch {
      return undefined;
    }
  }

  return {
    folder,
    /** The folder of whole files: what an import reads. */
    whole,

    async make(): Promise<void> {
      for (const one of [whole, partial]) await mkdir(one, { recursive: true, mode: 0o700 });
    },

    /** Everything that has arrived. Leftovers of a killed program go. */
    async list(): Promise<HeldFile[]> {
      const held: HeldFile[] = [];
      for (const entry of await readdir(whole, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name).slice(whole.length + 1);
        const found = await wholeFile(path);
        if (found) held.push({ path, bytes: found.bytes, held: found.bytes, modified: found.modified });
      }
      for (const name of await readdir(partial)) {
        if (name.endsWith('.json')) {
          const begun = await begunFile(join(partial, name.slice(0, -5)));
          if (begun) held.push(begun);
        } else if (name.endsWith('.part')) await rm(join(partial, name), { force: true });
      }
      return held;
    },

    /**
     * Writes a part of a file where the last one ended. `took` is told of all bytes before they are written and throws to stop. Throws
     * 409 with `details.held` when the part does not begin there; nothing is written then.
     */
    async writePart(
      { path, offset, bytes, modified }: PartOrder,
      pieces: AsyncIterable<Uint8Array>,
      took: (bytes: number) => void | Promise<void>,
    ): Promise<HeldFile> {
      const there = await wholeFile(path);
      const unchanged = there?.bytes === bytes && (modified === undefined || Math.abs(there.modified - modified) < 2);
      if (unchanged) {
        if (offset === bytes) return { path, bytes, held: bytes, modified };
        throw elsewhere(bytes);
      }
      const part = partOf(path);
      const begun = await begunFile(part);
      const same = begun?.bytes === bytes && begun.modified === modified;
      const held = same ? begun.held : 0;
      if (offset !== held) throw elsewhere(held);
      if (!same) {
        await rm(`${part}.data`, { force: true });
        await writeNew(`${part}.json`, JSON.stringify({ path, bytes, modified }));
      }
      const file = await open(`${part}.data`, constants.O_WRONLY | constants.O_CREAT, 0o600);
      let end = offset;
      try {
        end = await copy(pieces, file, offset, bytes, took);
      } finally {
        // What has arrived before a cut is kept as well.
        await file.datasync();
        await file.close();
      }
      if (end < bytes) return { path, bytes, held: end, modified };
      const touched = await finish(`${part}.data`, path, modified);
      await rm(`${part}.json`, { force: true });
      await syncAll(touched);
      return { path, bytes, held: bytes, modified };
    },

    /** Writes a whole small file. Its name is safe after `settle` with the folders that it returns. */
    async writeWhole(path: string, content: Uint8Array, modified: number | undefined): Promise<string[]> {
      const temporary = join(partial, `${process.pid}-${next++}.part`);
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.datasync();
      } finally {
        await file.close();
      }
      return finish(temporary, path, modified);
    },

    settle: syncAll,

    /** What has arrived of a file that is not whole. */
    async begun(path: string): Promise<HeldFile | undefined> {
      return begunFile(partOf(path));
    },

    /** Forgets what has arrived of one file in part. */
    async dropPart(path: string): Promise<void> {
      for (const ending of ['json', 'data']) await rm(`${partOf(path)}.${ending}`, { force: true });
    },

    /** Forgets all files that have arrived in part only. */
    async dropPartial(): Promise<void> {
      await rm(partial, { recursive: true, force: true });
      await mkdir(partial, { mode: 0o700 });
    },

    /** Removes the content and leaves what was said about it. */
    async clear(): Promise<void> {
      for (const one of [whole, partial]) await rm(one, { recursive: true, force: true, maxRetries: 5 });
      made.clear();
    },
  };
}

export type HeldFiles = ReturnType<typeof heldFiles>;

/** Copies what comes to `file` from `offset` on, never beyond `bytes`. Returns where it ended. */
async function copy(
  pieces: AsyncIterable<Uint8Array>,
  file: FileHandle,
  offset: number,
  bytes: number,
  took: (bytes: number) => void | Promise<void>,
): Promise<number> {
  let end = offset;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let unsynced = 0;
  let syncing: Promise<void> | undefined;
  /** The disk works while more arrives, so that the last wait is short. What fails here fails again at the end. */
  const syncAhead = (written: number) => {
    unsynced += written;
    if (unsynced < syncBytes || syncing !== undefined) return;
    unsynced = 0;
    syncing = file
      .datasync()
      .catch(() => {})
      .finally(() => {
        syncing = undefined;
      });
  };
  const flush = async () => {
    const batch = waiting;
    const batchBytes = waitingBytes;
    waiting = [];
    waitingBytes = 0;
    if (batchBytes === 0) return;
    await took(batchBytes);
    let { bytesWritten } = await file.writev(batch, end);
    end += bytesWritten;
    syncAhead(batchBytes);
    // A disk that is nearly full takes a part: the rest says why.
    if (bytesWritten === batchBytes) return;
    const rest = Buffer.concat(batch).subarray(bytesWritten);
    for (let at = 0; at < rest.byteLength; at += bytesWritten) {
      ({ bytesWritten } = await file.write(rest, at, rest.byteLength - at, end));
      end += bytesWritten;
    }
  };
  try {
    for await (const piece of pieces) {
      if (end + waitingBytes + piece.byteLength > bytes) {
        throw new Refusal(400, {
          code: 'longer-than-said',
          message: `The file was said to have ${bytes} bytes, and more came.`,
          remedy: 'The file has changed meanwhile: send it again from its beginning.',
        });
      }
      waiting.push(piece);
      waitingBytes += piece.byteLength;
      if (waitingBytes >= writeBytes) await flush();
    }
    await flush();
    return end;
  } catch (error) {
    await flush();
    throw error;
  } finally {
    await syncing;
  }
}

function elsewhere(held: number): Refusal {
  return new Refusal(409, {
    code: 'wrong-offset',
    message: `Of this file ${held} bytes are held: go on from there.`,
    details: { held },
  });
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function syncAll(folders: readonly string[]): Promise<void> {
  await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      const handle = await open(folder, constants.O_RDONLY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),
  );
}
