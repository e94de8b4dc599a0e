import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all, whoever is killed, runs out of space or writes the same file meanwhile; the folder is
 * made. A link is followed, and what is no plain file (a pipe, /dev/null) is written to as it is: a rename would take its place.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const target = standing(path);
  if (target !== undefined && !statSync(target).isFile()) {
    writeFileSync(target, content);
    return;
  }
  const whole = target ?? path;
  mkdirSync(dirname(whole), { recursive: true });
  const part = partOf(whole);
  try {
    writeFileSync(part, content);
    renameSync(part, whole);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
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
