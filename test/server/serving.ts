import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from '../e2e/cli.ts';

/** A running `idiograph serve`, as somebody started it in a terminal. */
export interface ServingProcess {
  url: string;
  /** Told at the first start only. */
  account?: { name: string; password: string };
  /** The link of one use that a first start prints. */
  link?: string;
  child: ChildProcess;
  /** Everything said so far, both streams. */
  said(): string;
  /** Ends it and resolves with its exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts it on any free port and waits until it says where it is. Rejects with what it said when it ends before. */
export async function startServing(
  data: string,
  options: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<ServingProcess> {
  const args = ['serve', '--no-open', '--json', '--data', data, ...(options.args ?? [])];
  if (!args.includes('--port')) args.push('--port', '0');
  const child = spawn(process.execPath, [launcher, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, IDIOGRAPH_HOME: '', ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const document = await new Promise<{ url: string; account?: ServingProcess['account'] }>((resolve, reject) => {
    child.on('error', reject);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      try {
        const said = JSON.parse(stdout) as { url?: string };
        // Instead of an address there may be an error: then it ends by itself.
        if (said.url !== undefined) resolve({ ...said, url: said.url });
      } catch {
        // Not all of it is there yet.
      }
    });
    void ended.then(([code]) => reject(new ServingFailed(code ?? -1, stderr, stdout)));
  });
  return {
    ...document,
    ...(/https?:\/\/\S+#code=\S+/.exec(stderr) && { link: /https?:\/\/\S+#code=\S+/.exec(stderr)![0] }),
    child,
    said: () => stdout + stderr,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by!;
    },
  };
}

/** It ended before it served. */
export class ServingFailed extends Error {
  readonly code: number;
  readonly stderr: string;
  readonly stdout: string;
  constructor(code: number, stderr: string, stdout: string) {
    super(`serve ended with ${code}: ${stderr}`);
    this.code = code;
    this.stderr = stderr;
    this.stdout = stdout;
  }
}

export type ServedCaller = Awaited<ReturnType<typeof signInOver>>;

/** A session over HTTP, as a script would have one. */
export async function signInOver(url: string, account: { name: string; password: string } | { code: string }) {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  if (!answer.ok) throw new Error(`sign-in gave ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const caller = {
    cookie,
    csrfToken,
    fetch: (path: string, { json, ...init }: RequestInit & { json?: unknown } = {}) => {
      const headers = new Headers(init.headers);
      headers.set('cookie', cookie);
      headers.set('x-csrf-token', csrfToken);
      if (json !== undefined) headers.set('content-type', 'application/json');
      return fetch(`${url}${path}`, {
        ...init,
        headers,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
    },
    /** The JSON of an answer that must be 2xx. */
    async json<T>(path: string, init?: RequestInit & { json?: unknown }): Promise<T> {
      const response = await caller.fetch(path, init);
      if (!response.ok) throw new Error(`${path} gave ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
  return caller;
}
