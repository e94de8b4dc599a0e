import { userInfo } from 'node:os';
import type { Terminal } from './command.ts';

/** The terminal of one command line. `close` takes the progress line away and the signal handlers off. */
export function openTerminal(json: boolean): Terminal & { close(): void } {
  const abort = new AbortController();
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    process.stderr.write('\nstopping after the current step; press Ctrl-C again to end at once\n');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  let progressShown = false;
  let lastOnPipe = 0;
  const clearProgress = () => {
    if (progressShown && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    progressShown = false;
  };
  return {
    json,
    signal: abort.signal,
    actor: userName(),
    now: () => new Date().toISOString(),
    say(line) {
      clearProgress();
      (json ? process.stderr : process.stdout).write(`${line}\n`);
    },
    warn(line) {
      clearProgress();
      process.stderr.write(`${line}\n`);
    },
    document(value) {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress(line) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
        progressShown = true;
      } else if (performance.now() - lastOnPipe > 10_000) {
        lastOnPipe = performance.now();
        process.stderr.write(`${line}\n`);
      }
    },
    close() {
      clearProgress();
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
