import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { IdiographError } from '../../src/dossier/errors.ts';
import { readStaticPage } from '../../src/server/http/staticPage.ts';
import { type Role, roles } from '../../src/server/permissions.ts';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import { everyRoute, requestOf, roleFor, type TestServer, textOf } from './everyRoute.ts';

let server: TestServer;
let callers: Record<Role, TestCaller>;
const subject = 'S0001';

beforeAll(async () => {
  server = await openTestServer({ limit: { take: () => 0 } });
  callers = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await server.signedIn(role)])),
  ) as Record<Role, TestCaller>;
  await server.workspace.store.write([
    { kind: 'subject', id: subject, type: 'patient', label: 'one', composite: false, synthetic: true },
  ]);
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});
afterEach(() => void vi.useRealTimers());

/** Nothing of the machine or of the program's inside. */
function expectClean(text: string, of: string): void {
  expect(text, of).not.toMatch(
    /\n\s+at |node_modules|\.ts:\d|\/tmp\/|\/home\/|\/root|\/work\/|file:\/\/|SQLITE|TypeError|RangeError/,
  );
  expect(text, of).not.toContain(server.data);
}

const names: readonly string[] = [
  '..',
  '../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2fetc',
  '%252e%252e%252fetc',
  '..\\..\\windows',
  '..%5c..%5cwindows',
  'S0001%00.json',
  '%00',
  '%0d%0aset-cookie:%20x=1',
  '%E0%A4%A',
  '%ff%fe',
  '%c0%ae%c0%ae%c0%af',
  'a'.repeat(5_000),
  '%F0%9F%92%A9'.repeat(200),
  "' OR 1=1 --",
  '%27%20OR%201%3D1--',
  'S0001;rm -rf',
  '*',
  '%25',
  '__proto__',
  'constructor',
  'toString',
  '-1',
  '1e309',
  'NaN',
  '\u202eS1000',
];

describe('an id', () => {
  it.each(
    everyRoute.filter(([, { path }]) => path.includes('/:')),
  )('%s: nonsense in any place is 4xx and touches nothing', async (_, spec) => {
    const caller = callers[roleFor(spec)];
    const { path: good, init } = requestOf(spec, { subject });
    const parts = spec.path.split('/');
    const filled = good.split('?')[0]!.split('/');
    for (const [index, part] of parts.entries()) {
      if (!part.startsWith(':')) continue;
      await Promise.all(
        names.map(async (name) => {
          const path = filled
            .with(index, name)
            .join('/')
            .replace(/[\u0080-\uffff ]/g, encodeURIComponent);
          const answer = await caller.fetch(path, init);
          const text = await textOf(answer);
          // A path that leaves the table is the page itself, which reads no address of ours.
          if (text === 'page') return;
          const told = `${spec.method} ${path.slice(0, 100)}: ${text.slice(0, 200)}`;
          // Taking back what is not there is done already.
          expect(answer.status, told).toBeGreaterThanOrEqual(spec.method === 'DELETE' ? 200 : 400);
          expect(answer.status, told).toBeLessThan(500);
          expect(answer.headers.get('set-cookie')).toBeNull();
          expectClean(text, told);
        }),
      );
    }
  });

  it.each(
    everyRoute.filter(([, { query }]) => query !== undefined),
  )('%s: nonsense in a query is refused or left aside', async (_, spec) => {
    const caller = callers[roleFor(spec)];
    for (const field of Object.keys(spec.query!.shape)) {
      await Promise.all(
        names.map(async (value) => {
          const { path, init } = requestOf(spec, { subject });
          const answer = await caller.fetch(`${path.split('?')[0]}?${field}=${value}&${field}=1`, init);
          expect(answer.status, `${field}=${value.slice(0, 50)}`).toBeLessThan(500);
          expectClean(await textOf(answer), field);
        }),
      );
    }
  });
});

describe('a JSON body', () => {
  const json = everyRoute.filter(([, { body }]) => body !== undefined && body !== 'stream');
  const bad: readonly [what: string, text: string][] = [
    ['nothing', ''],
    ['no JSON', '{'],
    ['a number', '1e999'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a prototype', '{"__proto__":{"roles":["administrator"]}}'],
    ['a constructor', '{"constructor":{"prototype":{"x":1}}}'],
    ['a prototype deep inside', '{"seen":{"a":[{"__proto__":1}]}}'],
    ['a prototype spelt otherwise', '{"\\u005f_proto__":{"x":1}}'],
    ['depth', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['depth of objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['two documents', '{}{}'],
    ['a byte order mark and nonsense', '\ufeff{]'],
  ];

  it.each(json)('%s: is refused with 400 when it is not as the table says', async (_, spec) => {
    const caller = callers[roleFor(spec)];
    const { path, init } = requestOf(spec, { subject });
    const { json: __, ...rest } = init;
    for (const [what, text] of bad) {
      const answer = await caller.fetch(path, { ...rest, body: text, headers: { 'content-type': 'application/json' } });
      const said = await textOf(answer);
      expect([400, 404, 422], `${what}: ${answer.status} ${said.slice(0, 200)}`).toContain(answer.status);
      expectClean(said, what);
    }
    const wrongBytes = await caller.fetch(path, {
      ...rest,
      body: new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
      headers: { 'content-type': 'application/json' },
    });
    expect([400, 404]).toContain(wrongBytes.status);
    expect(({} as { roles?: unknown; x?: unknown }).roles).toBeUndefined();
  });

  it('too long is 413, told at once where the length is stated and as soon as it shows where not', async () => {
    const { clinician } = callers;
    const stated = await clinician.fetch('/api/imports', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', 'content-length': '999999999' },
    });
    expect(stated.status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const unstated = await clinician.fetch('/api/imports', {
      method: 'POST',
      body: endless,
      headers: { 'content-type': 'application/json' },
      ...({ duplex: 'half' } as object),
    });
    expect(unstated.status).toBe(413);
    expect(sent).toBeLessThan(6 * 2 ** 20);
  });

  it('too slow is 408 after half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const trickle = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"text":')),
    });
    const asked = callers.clinician.fetch('/api/patients/search', {
      method: 'POST',
      body: trickle,
      headers: { 'content-type': 'application/json' },
      ...({ duplex: 'half' } as object),
    });
    // The request is read in real time; only the clock that it is measured with is ours.
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(31_000);
    expect((await asked).status).toBe(408);
  });
});

describe('an answer', () => {
  it('carries the policy and the other headers, whatever it is', async () => {
    const { clinician } = callers;
    const answers: [string, Response][] = [
      ['page', await server.send('/')],
      ['page of a path', await server.send('/patients/S0001')],
      ['file', await server.send('/assets/none.js')],
      ['health', await server.send('/health')],
      ['signed out', await server.send('/api/session')],
      ['no such path', await clinician.fetch('/api/nothing')],
      ['no such method', await server.send('/', { method: 'DELETE' })],
      ['document', await clinician.fetch('/api/openapi.json')],
    ];
    for (const [name, spec] of everyRoute) {
      const { path, init } = requestOf(spec, { subject });
      const caller = name.startsWith('session.') ? await server.signedIn(roleFor(spec)) : callers[roleFor(spec)];
      answers.push([name, await caller.fetch(path, init)]);
    }
    for (const [what, { headers }] of answers) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, what).toContain("default-src 'none'");
      expect(policy, what).not.toMatch(
        /script-src[^;]*'unsafe-inline'|script-src[^;]*'unsafe-eval'|script-src[^;]*(?:https?:|\*|data:)/,
      );
      expect(policy, what).toMatch(/frame-ancestors '(none|self)'/);
      expect(headers.get('x-content-type-options'), what).toBe('nosniff');
      expect(headers.get('x-frame-options'), what).toMatch(/^(DENY|SAMEORIGIN)$/);
      expect(headers.get('referrer-policy'), what).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy'), what).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy'), what).toBe('same-origin');
      expect(headers.get('permissions-policy'), what).toContain('camera=()');
      expect(headers.get('x-request-id'), what).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.has('server') || headers.has('x-powered-by'), what).toBe(false);
    }
    for (const [what, answer] of answers) {
      if (/json/.test(answer.headers.get('content-type') ?? '') && answer.status !== 405)
        expect(answer.headers.get('cache-control') ?? (what === 'document' ? 'no-store' : ''), what).toMatch(
          /no-store/,
        );
      await textOf(answer);
    }
  });

  it('to a failure of the program has neither stack nor folder, and the log gets it', async () => {
    const { clinician } = callers;
    const { models } = server.workspace;
    const broken = vi.spyOn(models, 'of');
    for (const error of [
      new Error(`secret of ${server.data}`),
      new IdiographError('store-io', `cannot write ${server.data}/server/audit/chain`, {
        directory: server.data,
        remedy: `See ${server.data}/x.`,
      }),
      new IdiographError('integrity', `the chain does not hold (${server.data}/server)`, {
        path: `${server.data}/server`,
      }),
    ]) {
      broken.mockRejectedValueOnce(error);
      const answer = await clinician.fetch(`/api/patients/${subject}/page`);
      expect(answer.status).toBe(500);
      expectClean(await answer.text(), error.message);
    }
    expect(server.errors.splice(0)).toHaveLength(3);
    broken.mockRestore();
  });

  it('waits for its audit line: without one it does not leave', async () => {
    const { clinician } = callers;
    const append = vi.spyOn(server.workspace.audit, 'append');
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    append.mockRejectedValueOnce(
      new IdiographError('store-io', 'the audit line cannot be written (ENOSPC)', {
        directory: server.data,
        cause: full,
      }),
    );
    const answer = await clinician.fetch(`/api/patients/${subject}/head`);
    expect(answer.status).toBe(507);
    const text = await answer.text();
    expect(text).toContain('audit-full');
    expectClean(text, 'full disk');
    append.mockRestore();
    server.errors.splice(0);
    expect((await clinician.fetch(`/api/patients/${subject}/head`)).status).toBe(200);
  });
});

describe('a header', () => {
  it('that comes in is never put into an answer', async () => {
    const { clinician } = callers;
    for (const [name, value] of [
      ['x-request-id', 'mine'],
      ['origin', 'http://127.0.0.1:4110'],
      ['user-agent', '<script>'],
      ['x-forwarded-for', '10.0.0.1'],
      ['if-none-match', '"*"'],
      ['accept-language', '<b>'],
    ]) {
      const answer = await clinician.fetch('/api/session', { headers: { [name!]: value! } });
      const all = [...answer.headers.values()].join('\n') + (await answer.text());
      expect(all).not.toContain(value!.length > 4 ? value! : 'mine');
    }
  });

  it('of a cookie is read exactly, and broken ones are no session', async () => {
    const good = callers.clinician.cookie;
    const [name, token] = good.split('=') as [string, string];
    for (const cookie of [
      `${name}=`,
      `${name}=${token}x`,
      `${name}=${token.toUpperCase()}`,
      `${name}="${token}"`,
      `${name}x=${token}`,
      `x${name}=${token}`,
      `${name}%3D${token}`,
      `${name}=%00${token}`,
      `${name}=${'a'.repeat(10_000)}`,
      `${name}=evil; ${name}=${token}`,
      'null',
      '; ; =',
    ])
      expect((await server.send('/api/session', { headers: { cookie } })).status, cookie.slice(0, 80)).toBe(401);
    expect((await server.send('/api/session', { headers: { cookie: `a=b; ${good}; c` } })).status).toBe(200);
  });
});

describe('files of the page', () => {
  let folder: string;
  let page: Awaited<ReturnType<typeof readStaticPage>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'idiograph-page-'));
    await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
    await writeFile(join(folder, 'dist', 'index.html'), 'the page');
    await writeFile(join(folder, 'dist', 'assets', 'a.js'), 'the script');
    await writeFile(join(folder, 'secret.txt'), 'the secret');
    page = await readStaticPage(join(folder, 'dist'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/../../secret.txt',
    '//etc/passwd',
    '/assets/a.js%00.txt',
    '/assets//a.js',
    '/assets/',
    `/${'a/'.repeat(3000)}`,
    '/%',
    '/secret.txt',
    '/__proto__',
  ])('%s leads nowhere else', async (path) => {
    const answer = page.answer(new Request(`http://${'127.0.0.1:4110'}${path}`));
    expect(await answer.text()).not.toContain('secret');
  });

  it('are what was built, with a name of their content', async () => {
    const answer = page.answer(new Request('http://127.0.0.1:4110/assets/a.js'));
    expect(await answer.text()).toBe('the script');
    const same = page.answer(
      new Request('http://127.0.0.1:4110/assets/a.js', { headers: { 'if-none-match': answer.headers.get('etag')! } }),
    );
    expect(same.status).toBe(304);
  });
});
