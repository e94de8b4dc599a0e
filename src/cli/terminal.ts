import { userInfo } from 'node:os';
import type { Terminal } from './command.ts';

/**
 * Names of files and people come from outside: what would steer the terminal (escape sequences, line ends, reversed
 * writing) is shown as a question mark. A message of several lines comes in as several lines.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '?');
}

/** The same for a line that holds names: a line end in a name must not make a second line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '?');
}

/** A pipe whose reader has gone is no reason to stop the work. */
function outliveReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(1);
  });
}

/** The terminal of one command line. `close` takes the progress line away and the signal handlers off. */
export function openTerminal(json: boolean): Terminal & { close(): void } {
  const abort = new AbortController();
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    process.stderr.write('\nstopping after the current step; press Ctrl-C again to end at once\n');
  };
  for (const stream of [process.stdout, process.stderr]) outliveReader(stream);
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
      (json ? process.stderr : process.stdout).write(`${printable(line)}\n`);
    },
    warn(line) {
      clearProgress();
      process.stderr.write(`${printable(line)}\n`);
    },
    document(value) {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    documentLine(value) {
      clearProgress();
      process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    progress(text) {
      const line = oneLine(text);
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
