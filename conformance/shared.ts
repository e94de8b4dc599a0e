import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', 'shared', 'data');

/** Absolute path of a test data set, or undefined on machines that do not have it. */
export function sharedData(path: string): string | undefined {
  const absolute = join(root, path);
  return existsSync(absolute) ? absolute : undefined;
}

/** True when a Debian program can be run here. */
export function hasCommand(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
