import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionView } from './api/session.ts';
import { createApp } from './http/app.ts';
import { openRateLimit, type RateLimit } from './http/rateLimit.ts';
import { openWorkspace } from './openWorkspace.ts';
import type { Role } from './permissions.ts';

const host = '127.0.0.1:4110';
/** Enough to be seen, little to write for each of many servers. */
const auditReserveBytes = 2 ** 17;
const cheap = { memoryKiB: 1024, passes: 1, lanes: 1 };
const by = { actor: 'test' };

/** One signed-in account: requests with its cookie and CSRF token. */
export interface TestCaller {
  session: SessionView;
  cookie: string;
  /** Any request; a plain object as `json` becomes the body. */
  fetch(path: string, init?: RequestInit & { json?: unknown }): Promise<Response>;
  /** The JSON of an answer that must be 2xx. */
  json<T = Record<string, unknown>>(path: string, init?: RequestInit & { json?: unknown }): Promise<T>;
}

/** The whole application over a fresh data folder, without a port. Close it after use. */
export async function openTestServer(
  options: { now?: () => string; limit?: RateLimit; config?: object; secure?: boolean } = {},
) {
  const data = await mkdtemp(join(tmpdir(), 'idiograph-server-'));
  const now = options.now ?? (() => new Date().toISOString());
  if (options.config !== undefined) {
    await mkdir(join(data, 'server'));
    await writeFile(join(data, 'server', 'config.json'), JSON.stringify(options.config), { mode: 0o600 });
  }
  const workspace = await openWorkspace({ data, version: '0.0.0', now, passwordCost: cheap, auditReserveBytes });
  const unlimited = openRateLimit(1e9, 1e9, () => performance.now());
  const errors: unknown[] = [];
  const app = createApp({
    workspace,
    page: { answer: () => new Response('page') },
    hosts: new Set([host]),
    limits: { session: options.limit ?? unlimited, anonymous: options.limit ?? unlimited },
    health: async () => ({ status: 'ok' }),
    onError: (error) => errors.push(error),
    peerOf: () => ({ remote: '127.0.0.1', secure: options.secure ?? false }),
  });
  const send = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('host')) headers.set('host', host);
    return Promise.resolve(app.request(`http://${host}${path}`, { ...init, headers }));
  };
  return {
    workspace,
    app,
    data,
    /** Errors of the program itself: expected to stay empty. */
    errors,
    /** A request of nobody. */
    send,
    async signedIn(...roles: Role[]): Promise<TestCaller> {
      const name = `${roles.join('-')}-${Math.trunc(performance.now() * 1000)}`;
      const { account } = await workspace.accounts.addAccount({ name, roles }, by);
      const password = 'a password for tests';
      await workspace.accounts.setPassword(account.id, password, by);
      const answer = await send('/api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password }),
      });
      if (answer.status !== 200) throw new Error(`sign-in gave ${answer.status}: ${await answer.text()}`);
      const session = (await answer.json()) as SessionView;
      const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
      const fetch: TestCaller['fetch'] = (path, { json, ...init } = {}) => {
        const headers = new Headers(init.headers);
        headers.set('cookie', cookie);
        headers.set('x-csrf-token', session.csrfToken);
        if (json !== undefined) headers.set('content-type', 'application/json');
        return send(path, { ...init, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) });
      };
      return {
        session,
        cookie,
        fetch,
        async json<T>(path: string, init?: RequestInit & { json?: unknown }) {
          const response = await fetch(path, init);
          if (!response.ok) throw new Error(`${path} gave ${response.status}: ${await response.text()}`);
          return (await response.json()) as T;
        },
      };
    },
    async close() {
      await workspace.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
