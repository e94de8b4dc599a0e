import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A temporary folder for archive members. Only its owner can read it; it goes away with `remove`, at the latest when the process exits. */
export interface Spool {
  /** Writes a stream to a new file. `count` is told of each piece and throws to stop. */
  write(stream: Readable, count: (bytes: number) => void): Promise<string>;
  /** Removes one file that is not needed any more. */
  drop(diskPath: string): void;
  remove(): void;
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
        directory = mkdtempSync(join(parent, 'idiograph-intake-'));
        process.on('exit', remove);
      }
      const diskPath = join(directory, String(next++));
      const counted = new Transform({
        transform(piece: Buffer, _encoding, done) {
          try {
            count(piece.length);
            done(null, piece);
          } catch (error) {
            done(error as Error);
          }
        },
      });
      try {
        await pipeline(stream, counted, createWriteStream(diskPath, { mode: 0o600 }));
      } catch (error) {
        rmSync(diskPath, { force: true });
        throw error;
      }
      return diskPath;
    },
    drop: (diskPath) => rmSync(diskPath, { force: true }),
    remove,
  };
}
