import type { Command, Invocation, Terminal } from './command.ts';

/** Runs a command as `--json` would and returns its exit code, what it said and warned of, and its document. */
export async function runCommand<T>(
  command: Command,
  positionals: string[],
  options: Invocation['options'] = {},
  more: Partial<Terminal> = {},
): Promise<{ code: number; said: string[]; document: T }> {
  const said: string[] = [];
  let document: unknown;
  const terminal: Terminal = {
    json: true,
    say: (line) => said.push(line),
    warn: (line) => said.push(line),
    document: (value) => {
      document = value;
    },
    documentLine: () => {},
    progress: () => {},
    signal: new AbortController().signal,
    now: () => '2026-03-10T12:00:00Z',
    actor: 'test',
    ...more,
  };
  const code = await command.run({ positionals, options }, terminal);
  return { code, said, document: document as T };
}
