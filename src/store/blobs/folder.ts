import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 as hashOf } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { checkSha256, checkSubjectId } from '../records.ts';
import { limitConcurrency } from './limit.ts';

/** The part of `node:fs/promises` that blobs are written with; tests put a failing disk here. */
export type Files = Pick<typeof nodeFiles, 'open' | 'rename' | 'mkdir' | 'rm' | 'readFile' | 'stat'>;

/** Files under `<directory>/<subject>/<first two digits>/<sha256>`; written once, never changed. */
export interface BlobFolder {
  readonly directory: string;
  path(subject: string, sha256: string): string;
  /**
   * Brings bytes to their place: temporary file beside it, fsync, rename. The name itself is safe after `settle`.
   * `written` is false when the file was there already.
   */
  place(subject: string, bytes: Uint8Array | { file: string }): Promise<Placed>;
  /** Fsyncs the folders in which files were placed. */
  settle(placed: readonly Placed[]): Promise<void>;
  has(subject: string, sha256: string, bytes: number): Promise<boolean>;
  /** Bytes whose hash was checked. Throws `integrity`. */
  read(subject: string, sha256: string): Promise<Uint8Array>;
  /** The same as a stream; it errors instead of ending when the hash is wrong. */
  stream(subject: string, sha256: string): Promise<ReadableStream<Uint8Array>>;
  removeSubject(subject: string): Promise<void>;
}

export interface Placed {
  subject: string;
  sha256: string;
  bytes: number;
  written: boolean;
}

/** Marks a file that is being written: `.<sha or random>.<pid>.part`. */
export const temporaryName = /^\.[0-9a-f]+\.(\d+)\.part$/;

const chunkBytes = 1 << 20;
/** Files up to here are read whole, which saves the copy when they are there already. */
const smallBytes = 8 << 20;

export function blobFolder(directory: string, files: Files = nodeFiles): BlobFolder {
  // Four threads do the fsyncs; a few more in flight keep them busy while hashes are computed.
  const limited = limitConcurrency(16);
  const path = (subject: string, sha256: string) => {
    checkSubjectId(subject);
    checkSha256(sha256);
    return join(directory, subject, sha256.slice(0, 2), sha256);
  };
  const made = new Map<string, Promise<void>>();

  /** Creates a folder and fsyncs the one that holds it, once each. */
  function makeFolder(folder: string): Promise<void> {
    let making = made.get(folder);
    if (!making) {
      making = (async () => {
        if (folder !== directory) await makeFolder(dirname(folder));
        const created = await files.mkdir(folder, { recursive: folder === directory, mode: 0o700 }).then(
          () => true,
          (error) => {
            if (error.code === 'EEXIST') return false;
            throw error;
          },
        );
        if (created) await syncFolder(dirname(folder), files);
      })();
      making.catch(() => made.delete(folder));
      made.set(folder, making);
    }
    return making;
  }

  async function writeTemporary(folder: string, fill: (file: nodeFiles.FileHandle) => Promise<void>): Promise<string> {
    const temporary = join(folder, `.${randomBytes(8).toString('hex')}.${process.pid}.part`);
    const file = await files.open(temporary, 'wx', 0o600);
    try {
      await fill(file);
      await file.sync();
      await file.close();
    } catch (error) {
      await file.close().catch(() => {});
      await files.rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    return temporary;
  }

  async function nameIt(temporary: string, target: string): Promise<void> {
    try {
      await makeFolder(dirname(target));
      await files.rename(temporary, target);
    } catch (error) {
      await files.rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }

  async function has(subject: string, sha256: string, bytes: number): Promise<boolean> {
    const found = await files.stat(path(subject, sha256)).catch(() => undefined);
    return found?.size === bytes;
  }

  async function placeBytes(subject: string, bytes: Uint8Array): Promise<Placed> {
    const placed = { subject, sha256: hashOf(bytes), bytes: bytes.byteLength };
    if (await has(subject, placed.sha256, placed.bytes)) return { ...placed, written: false };
    const target = path(subject, placed.sha256);
    await inFolder(dirname(target), async () => {
      await nameIt(await writeTemporary(dirname(target), (file) => file.writeFile(bytes)), target);
    });
    return { ...placed, written: true };
  }

  /** The hash of a file is known only when it has been read; so a large one is copied first and named afterwards. */
  async function placeFile(subject: string, source: string): Promise<Placed> {
    const { size } = await files.stat(source).catch((cause) => {
      throw new IdiographError('not-found', `no file to keep at ${source}`, { file: source, cause });
    });
    if (size <= smallBytes) return placeBytes(subject, await files.readFile(source));
    const folder = join(directory, subject);
    const hash = createHash('sha256');
    let bytes = 0;
    const input = await files.open(source, constants.O_RDONLY);
    try {
      return await inFolder(folder, async () => {
        const temporary = await writeTemporary(folder, async (output) => {
          const chunk = Buffer.allocUnsafe(chunkBytes);
          for (;;) {
            const { bytesRead } = await input.read(chunk, 0, chunk.byteLength, null);
            if (bytesRead === 0) break;
            const part = chunk.subarray(0, bytesRead);
            hash.update(part);
            await output.writeFile(part);
            bytes += bytesRead;
          }
        });
        const sha256 = hash.digest('hex');
        if (await has(subject, sha256, bytes)) {
          await files.rm(temporary, { force: true });
          return { subject, sha256, bytes, written: false };
        }
        await nameIt(temporary, path(subject, sha256));
        return { subject, sha256, bytes, written: true };
      });
    } finally {
      await input.close();
    }
  }

  /** An erasure may have taken the folder away since it was made: then it is made again, once. */
  async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
    await makeFolder(folder);
    try {
      return await work();
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
      for (const known of made.keys()) if (known !== directory) made.delete(known);
      await makeFolder(folder);
      return work();
    }
  }

  return {
    directory,
    path,
    has,
    place: (subject, bytes) => {
      checkSubjectId(subject);
      return limited(() => (bytes instanceof Uint8Array ? placeBytes(subject, bytes) : placeFile(subject, bytes.file)));
    },
    async settle(placed) {
      const folders = new Set<string>();
      for (const { subject, sha256 } of placed) folders.add(dirname(path(subject, sha256)));
      await Promise.all([...folders].map((folder) => syncFolder(folder, files)));
    },
    async read(subject, sha256) {
      const at = path(subject, sha256);
      const bytes = await files.readFile(at).catch((cause) => {
        throw unreadable(at, subject, sha256, cause);
      });
      if (hashOf(bytes) !== sha256) throw damaged(at, subject, sha256);
      return bytes;
    },
    async stream(subject, sha256) {
      const at = path(subject, sha256);
      await files.stat(at).catch((cause) => {
        throw unreadable(at, subject, sha256, cause);
      });
      return checkedStream(at, subject, sha256);
    },
    async removeSubject(subject) {
      checkSubjectId(subject);
      // Another process may still be placing files there.
      await files.rm(join(directory, subject), { recursive: true, force: true, maxRetries: 30, retryDelay: 10 });
      made.clear();
      await syncFolder(directory, files).catch((error) => {
        if (!isCode(error, 'ENOENT')) throw error;
      });
    },
  };
}

/** Makes names in a folder survive a power cut. */
export async function syncFolder(folder: string, files: Pick<Files, 'open'> = nodeFiles): Promise<void> {
  const handle = await files.open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function checkedStream(at: string, subject: string, sha256: string): Promise<ReadableStream<Uint8Array>> {
  const hash = createHash('sha256');
  const chunks = createReadStream(at, { highWaterMark: chunkBytes })[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (!done) {
        hash.update(value);
        controller.enqueue(value);
      } else if (hash.digest('hex') === sha256) {
        controller.close();
      } else {
        controller.error(damaged(at, subject, sha256));
      }
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

function unreadable(path: string, subject: string, sha256: string, cause: unknown): IdiographError {
  const missing = isCode(cause, 'ENOENT');
  return new IdiographError('integrity', `blob ${sha256} of ${subject} ${missing ? 'is missing' : 'cannot be read'}`, {
    blob: `${subject}/${sha256}`,
    path,
    cause,
    remedy: 'Import the original file again, or restore a backup.',
  });
}

function damaged(path: string, subject: string, sha256: string): IdiographError {
  return new IdiographError('integrity', `blob ${sha256} of ${subject} does not have that hash any more`, {
    blob: `${subject}/${sha256}`,
    path,
    remedy: 'Remove the damaged file and import the original again, or restore a backup.',
  });
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
