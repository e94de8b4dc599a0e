import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A temporary folder for archive members. Only its owner can read it; it goes away with `remove`, at the latest when the process exits. */
export interface Spool {
  /** Writes a stream to a new file. `count` is told of each piece and throws to stop. */
  write(stream: Readable, count: (bytes: number) => void): Promise<string>;
  /** Removes one file that is not needed any more. */
  drop(diskPath: string): void;
  remove(): void;
}

const prefix = 'idiograph-intake-';

/** A killed process cannot clean up: what it unpacked is removed by the next one. */
function removeOrphans(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0;
    if (!(pid > 0) || isAlive(pid)) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // It belongs to another user.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Files are named by number: nothing that an archive says reaches the file system. The folder is made on first use. */
export function makeSpool(parent = tmpdir()): Spool {
  let directory: string | undefined;
  let next = 0;
  const remove = () => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    directory = undefined;
    process.off('exit', remove);
  };
  return {
    async write(stream, count) {
      if (directory === undefined) {
        mkdirSync(parent, { recursive: true });
        removeOrphans(parent);
        directory = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
        process.on('exit', remove);
      }
      const diskPath = join(directory, String(next++));
      // Synchronous writes: most members are small, and a stream for each would cost ten times the writing.
      const descriptor = openSync(diskPath, 'wx', 0o600);
      try {
        let pieces: Uint8Array[] = [];
        let held = 0;
        for await (const piece of stream as AsyncIterable<Uint8Array>) {
          count(piece.length);
          pieces.push(piece);
          held += piece.length;
          if (held < 2 ** 20) continue;
          writeAll(descriptor, pieces);
          pieces = [];
          held = 0;
        }
        writeAll(descriptor, pieces);
        return diskPath;
      } catch (error) {
        rmSync(diskPath, { force: true });
        throw error;
      } finally {
        closeSync(descriptor);
      }
    },
    drop: (diskPath) => rmSync(diskPath, { force: true }),
    remove,
  };
}

function writeAll(descriptor: number, pieces: readonly Uint8Array[]): void {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
  }
}
