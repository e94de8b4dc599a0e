import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command says and where. `--json`: one document on standard output and nothing else there. */
export interface Terminal {
  json: boolean;
  /** For people: goes to standard output, or to standard error with --json. */
  say(line: string): void;
  /** Trouble: always standard error. */
  warn(line: string): void;
  /** The document of --json; ignored without it. Call once. */
  document(value: unknown): void;
  /** One document on one line of standard output, with or without --json: for commands that print a line a sample. */
  documentLine(value: unknown): void;
  /** A line that is rewritten in place on a terminal, and now and then on a pipe. */
  progress(line: string): void;
  /** Aborted by the first Ctrl-C; a second one ends the process. */
  signal: AbortSignal;
  /** The only place where the clock is read. */
  now(): string;
  actor: string;
}

export interface Invocation {
  positionals: string[];
  options: Record<string, string | boolean | undefined>;
}

/** A sub-command: one file in commands/. */
export interface Command {
  summary: string;
  usage: string;
  options: ParseArgsOptionsConfig;
  /** Exit code: 0 done, 1 found wrong (verify, doctor), 2 broken use, 3 nothing could be read. */
  run(invocation: Invocation, terminal: Terminal): Promise<number>;
}
