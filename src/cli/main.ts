import { parseArgs } from 'node:util';
import { IdiographError, isIdiographError } from '../dossier/errors.ts';
import { catalogue } from './catalogue.ts';
import type { Command, Invocation, Terminal } from './command.ts';
import { openTerminal } from './terminal.ts';
import { version } from './version.ts';

const common = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

function helpText(): string {
  const width = Math.max(...Object.keys(catalogue).map((name) => name.length));
  return [
    'idiograph: one patient in, one traceable profile out. Research software: it supports a decision, it never makes one.',
    '',
    'usage: idiograph COMMAND [ARGUMENTS] [--json]',
    '       idiograph run FOLDER --out DIR',
    '',
    ...Object.entries(catalogue).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'idiograph COMMAND --help tells more. Exit codes: 0 done, 1 something was found wrong, 2 broken use, 3 nothing could be read.',
  ].join('\n');
}

/** Runs one command line; returns the exit code. Never throws, never prints a stack trace unless IDIOGRAPH_DEBUG is set. */
export async function main(argv: string[]): Promise<number> {
  // `brain lesions` is a command of its own beside `brain`.
  const pair = argv.slice(0, 2).join(' ');
  const [name, ...rest] = Object.hasOwn(catalogue, pair) ? [pair, ...argv.slice(2)] : argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(helpText());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    console.log(version());
    return 0;
  }
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (entry === undefined) {
    console.error(`idiograph: there is no command "${name}". "idiograph --help" lists them.`);
    return 2;
  }
  const terminal = openTerminal(rest.includes('--json'));
  try {
    const { command } = await entry.load();
    const parsed = parse(name, command, rest);
    if (parsed.options.help) {
      terminal.say(`${command.summary}\n\nusage: ${command.usage}`);
      return 0;
    }
    return await command.run(parsed, terminal);
  } catch (error) {
    return explain(name, error, terminal);
  } finally {
    terminal.close();
  }
}

function parse(name: string, command: Command, args: string[]): Invocation {
  try {
    const options = { ...command.options, ...common };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    // An unset variable in a script: taken for the current folder, a patient's data would land there.
    const empty = ['out', 'data', 'packs', 'knowledge'].find((one) => (values as Invocation['options'])[one] === '');
    if (empty !== undefined) throw new Error(`--${empty} is empty`);
    return { positionals, options: values as Invocation['options'] };
  } catch (error) {
    const [what] = (error as Error).message.split('. ');
    throw new IdiographError('usage', what ?? name, { remedy: `usage: ${command.usage}` });
  }
}

/** Says what went wrong and what to do about it, to people and with --json to machines; the exit code follows from the kind. */
function explain(name: string, error: unknown, terminal: Terminal): number {
  if (process.env.IDIOGRAPH_DEBUG) console.error(error);
  const { exitCode, ...told } = describe(error, terminal.signal.aborted);
  terminal.warn(`idiograph ${name}: ${told.message}${told.remedy ? `\nRemedy: ${told.remedy}` : ''}`);
  terminal.document({ error: told });
  return exitCode;
}

function describe(
  error: unknown,
  aborted: boolean,
): { code: string; message: string; remedy?: string; exitCode: number } {
  if (isIdiographError(error) && error.code !== 'aborted') {
    const { code, message, remedy } = error;
    return { code, message, remedy, exitCode: code === 'usage' || code === 'not-found' ? 2 : 1 };
  }
  if (aborted) {
    return {
      code: 'aborted',
      message: 'interrupted',
      remedy: 'What was acknowledged is kept; run the same command again to go on.',
      exitCode: 130,
    };
  }
  const refused = refusedBySystem(error);
  if (refused !== undefined) return refused;
  return {
    code: 'internal',
    message: `an error in the program itself: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Set IDIOGRAPH_DEBUG=1, run again and report what is printed. Nothing that was acknowledged is lost.',
    exitCode: 1,
  };
}

/** What the file system refuses is no fault of the program: a path that cannot be is broken use, the rest is trouble. */
function refusedBySystem(error: unknown): ReturnType<typeof describe> | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error) || !('path' in error)) return undefined;
  const code = String(error.code);
  const path = String(error.path);
  if (['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code)) {
    const message = `${path} is not what it would have to be (${code})`;
    return { code: 'usage', message, remedy: 'Name another path, or move what is there.', exitCode: 2 };
  }
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const remedy = full
    ? 'Free space, or name a folder on another disk; then run the same command again.'
    : 'Check that the path is there and that your account may read and write it; then run the same command again.';
  return { code: 'system', message: `the system refuses ${path} (${code})`, remedy, exitCode: 1 };
}
