import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const launcher = join(import.meta.dirname, '..', '..', 'bin', 'idiograph.js');

/** `idiograph serve` in a process of its own, to be used and to be killed. */
export interface Served {
  url: string;
  /** Present at the first start of a folder. */
  account?: { name: string; password: string };
  process: ChildProcess;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

export async function startServer(data: string): Promise<Served> {
  const child = spawn(process.execPath, [launcher, 'serve', '--json', '--no-open', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, IDIOGRAPH_HOME: '' },
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const document = await new Promise<{ url: string; account?: { name: string; password: string } }>(
    (resolve, reject) => {
      let text = '';
      child.stdout?.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        try {
          resolve(JSON.parse(text));
        } catch {
          // The rest of the document is still to come.
        }
      });
      child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${errors}`)));
    },
  );
  return {
    ...document,
    process: child,
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

export interface Caller {
  fetch(path: string, init?: RequestInit & { json?: unknown }): Promise<Response>;
  /** The JSON of an answer that must be 2xx. */
  json<T>(path: string, init?: RequestInit & { json?: unknown }): Promise<T>;
}

/** A signed-in account. */
export async function signIn(url: string, name: string, password: string): Promise<Caller> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  if (!answer.ok) throw new Error(`sign-in gave ${answer.status}: ${await answer.text()}`);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
  const session = (await answer.json()) as { csrfToken: string };
  const caller: Caller = {
    fetch(path, { json, ...init } = {}) {
      const headers = new Headers(init.headers);
      headers.set('cookie', cookie);
      headers.set('x-csrf-token', session.csrfToken);
      if (json !== undefined) headers.set('content-type', 'application/json');
      return fetch(url + path, { ...init, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) });
    },
    async json<T>(path: string, init?: RequestInit & { json?: unknown }) {
      const response = await caller.fetch(path, init);
      if (!response.ok) throw new Error(`${path} gave ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
  return caller;
}
