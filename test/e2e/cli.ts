import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  seconds: number;
}

export const launcher = join(import.meta.dirname, '..', '..', 'bin', 'idiograph.js');

/** Runs a command line as a user would, with the Node that runs the test. */
export function idiograph(...args: string[]): Promise<Outcome> {
  const start = performance.now();
  const child = spawn(process.execPath, [launcher, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, IDIOGRAPH_HOME: '' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, stdout, stderr, seconds: (performance.now() - start) / 1000 }),
    );
  });
}
