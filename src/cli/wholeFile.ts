import {
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all, whoever is killed, runs out of space or writes the same file meanwhile; the folder is
 * made. A link is followed, and what is no plain file (a pipe, /dev/null) is written to as it is: a rename would take its place.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  writeBy(path, (to) => writeFileSync(to, content));
}

/** The same for lines that would not fit into one text; each gets its line feed. */
export function writeWholeLines(path: string, lines: Iterable<string>): void {
  writeBy(path, (to) => {
    const file = openSync(to, 'w');
    try {
      let waiting: string[] = [];
      let length = 0;
      const flush = () => {
        // A write may take a part only.
        const bytes = Buffer.from(waiting.join(''));
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
        [waiting, length] = [[], 0];
      };
      for (const line of lines) {
        waiting.push(line, '\n');
        length += line.length;
        if (length > 1_000_000) flush();
      }
      flush();
    } finally {
      closeSync(file);
    }
  });
}

function writeBy(path: string, write: (to: string) => void): void {
  const target = standing(path);
  if (target !== undefined && !statSync(target).isFile()) {
    write(target);
    return;
  }
  const whole = target ?? path;
  mkdirSync(dirname(whole), { recursive: true });
  const part = partOf(whole);
  try {
    write(part);
    renameSync(part, whole);
  } catch (error) {
    rmSync(part, { force: true });
    // The name that was asked for says more than that of the part.
    throw Object.assign(error as NodeJS.ErrnoException, { path: whole });
  }
}

function standing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function partOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.part`);
}

const partName = /^\..+\.(\d+)\.part$/;

/** Whether a name is that of a file which a process was killed over. */
export function isLeft(name: string): boolean {
  const pid = Number(partName.exec(name)?.[1]);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
