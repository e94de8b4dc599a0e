import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readAudit } from '../../src/privacy/audit/read.ts';
import { verifyAudit } from '../../src/privacy/audit/verify.ts';
import { ServingFailed, type ServingProcess, signInOver, startServing } from '../server/serving.ts';
import { idiograph } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-serve-'));
const running: ServingProcess[] = [];
afterEach(async () => {
  for (const one of running.splice(0))
    if (one.child.exitCode === null && one.child.signalCode === null) await one.stop('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answers = (patient: string, date = '2026-01-05') =>
  `patient,instrument,item,answer,date\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((item) => `${patient},PHQ-9,${item},1,${date}\n`).join('')}`;

function inputOf(name: string, content = answers(name)): string {
  const path = join(folder, `input-${name}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'answers.csv'), content);
  return path;
}

async function start(...args: Parameters<typeof startServing>): Promise<ServingProcess> {
  const one = await startServing(...args);
  running.push(one);
  return one;
}

async function failure(args: readonly string[]): Promise<ServingFailed> {
  try {
    const one = await start(join(folder, 'refused'), { args });
    throw new Error(`it serves at ${one.url}`);
  } catch (error) {
    if (error instanceof ServingFailed) return error;
    throw error;
  }
}

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '::',
    '192.0.2.1',
    'example.org',
  ])('beyond this machine (%s) is refused without TLS, with a way out', async (host) => {
    const { code, stderr } = await failure(['--host', host]);
    expect(code).toBe(2);
    expect(stderr).toContain(`--host ${host} would be reachable from other machines without encryption`);
    expect(stderr).toContain('--tls-cert');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('whose port another program has is told, with the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await failure(['--port', String(port)]);
    other.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`port ${port}.*EADDRINUSE`));
    expect(stderr).toContain('--port N');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    [['--port', '99999']],
    [['--port', 'x']],
    [['--tls-cert', '/nowhere.pem']],
    [['--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.key']],
    // Both are there, and neither is PEM.
    [['--tls-cert', fileURLToPath(import.meta.url), '--tls-key', fileURLToPath(import.meta.url)]],
  ])('%j is broken use', async (args) => {
    const { code, stderr } = await failure(args);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

/** One GET that takes a certificate of our own. */
function securely(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    secureRequest(url, { rejectUnauthorized: false, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode!, headers: answer.headers });
    })
      .on('error', reject)
      .end();
  });
}

const openssl = spawnSync('openssl', ['version']).status === 0;
describe.skipIf(!openssl)('with a certificate', () => {
  it('it serves to other machines, over TLS only, with cookies that know it', async () => {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'ignore' },
    );
    const one = await start(join(folder, 'tls'), {
      args: ['--host', '0.0.0.0', '--name', 'localhost,127.0.0.1', '--tls-cert', certificate, '--tls-key', key],
    });
    expect(one.url).toMatch(/^https:/);
    const port = new URL(one.url).port;
    const page = await securely(`https://127.0.0.1:${port}/`);
    expect(page.status).toBe(200);
    expect(page.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
    expect((await securely(`https://127.0.0.1:${port}/`, { host: 'evil.example' })).status).toBe(421);
    const plain = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    expect(plain?.ok ?? false).toBe(false);
    const old = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_1'], {
      input: '',
      encoding: 'utf8',
    });
    expect(old.stdout).not.toMatch(/Cipher is [A-Z]{3}/);
    expect(await one.stop()).toBe(0);
  }, 60_000);
});

describe('the end', () => {
  it('by SIGTERM comes within five seconds with streams, uploads and half-sent requests under way, and is clean', async () => {
    const data = join(folder, 'ended');
    const one = await start(data);
    const caller = await signInOver(one.url, one.account!);
    const events = await caller.fetch('/api/events');
    expect(events.status).toBe(200);
    const { port } = new URL(one.url);
    const half = connect(Number(port), '127.0.0.1', () =>
      half.write('POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Le'),
    );
    half.on('error', () => {});
    const upload = (await (await caller.fetch('/api/imports', { method: 'POST', json: {} })).json()) as { id: string };
    const slow = request(`${one.url}/api/imports/${upload.id}/part`, {
      method: 'PUT',
      headers: { cookie: caller.cookie, 'x-csrf-token': caller.csrfToken },
    });
    slow.on('error', () => {});
    slow.write(Buffer.alloc(1000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = performance.now();
    expect(await one.stop('SIGTERM'), one.said()).toBe(0);
    const took = performance.now() - begun;
    console.log(`ended ${(took / 1000).toFixed(1)} s after SIGTERM`);
    expect(took).toBeLessThan(5_000 * Math.max(1, loadavg()[0]! / availableParallelism()));
    expect(one.said()).not.toMatch(/\n\s+at /);
    await events.body?.cancel().catch(() => undefined);
    half.destroy();
    expect(await verifyAudit(join(data, 'server', 'audit'))).toMatchObject({ intact: true, uncovered: 0 });
  }, 60_000);

  it('by Ctrl-C is the same', async () => {
    const one = await start(join(folder, 'ctrl-c'));
    expect([0, 130]).toContain(await one.stop('SIGINT'));
    expect(one.said()).not.toMatch(/\n\s+at /);
  }, 30_000);
});

describe('the first start', () => {
  it('says how to sign in, once, and keeps no secret in the clear', async () => {
    const data = join(folder, 'first');
    const first = await start(data);
    expect(first.said()).toMatch(/password: /);
    const { name, password } = first.account!;
    const caller = await signInOver(first.url, { name, password });
    expect((await caller.fetch('/api/session')).status).toBe(200);
    const code = /#code=(\S+)/.exec(first.link!)![1]!;
    await signInOver(first.url, { code });
    await expect(signInOver(first.url, { code })).rejects.toThrow('401');
    expect(await first.stop()).toBe(0);
    const second = await start(data);
    expect(second.account).toBeUndefined();
    expect(second.link).toBeUndefined();
    expect(second.said()).not.toContain(password);
    // A session goes on over a restart.
    expect((await fetch(`${second.url}/api/session`, { headers: { cookie: caller.cookie } })).status).toBe(200);
    for (const path of readdirSync(join(data, 'server'), { recursive: true, withFileTypes: true })) {
      if (!path.isFile()) continue;
      const bytes = readFileSync(join(path.parentPath, path.name), 'latin1');
      for (const secret of [password, code, caller.cookie.split('=')[1]!])
        expect(bytes.includes(secret), path.name).toBe(false);
    }
    expect(await second.stop()).toBe(0);
  }, 60_000);

  it('answers /health without a session, and nothing of the data there', async () => {
    const one = await start(join(folder, 'health'));
    const health = await fetch(`${one.url}/health`);
    expect(health.status).toBe(200);
    const text = await health.text();
    expect(JSON.parse(text)).toMatchObject({ status: 'ok' });
    expect(text).not.toMatch(/\/tmp|patients|subjects/);
    expect((await fetch(`${one.url}/api/patients`)).status).toBe(401);
    expect(await one.stop()).toBe(0);
  }, 30_000);
});

describe('command line and server on one store', () => {
  it('see what the other does, at once, and harm nothing', async () => {
    const data = join(folder, 'shared');
    const one = await start(data);
    const caller = await signInOver(one.url, one.account!);
    const json = async <T>(path: string) => (await (await caller.fetch(path)).json()) as T;
    const list = () => json<{ rows: { subject: string }[] }>('/api/patients');
    expect((await list()).rows).toEqual([]);
    const imported = await idiograph('import', inputOf('shared'), '--data', data, '--json');
    expect(imported.code, imported.stderr).toBe(0);
    const [subject] = (JSON.parse(imported.stdout) as { subjects: { subject: string }[] }).subjects;
    expect((await list()).rows).toMatchObject([{ subject: subject!.subject }]);
    const at = `/api/patients/${subject!.subject}`;
    const before = await json<{ rooms: unknown[] }>(`${at}/head`);
    // Reading goes on while the command line writes.
    let stop = false;
    const statuses = new Set<number>();
    const reading = (async () => {
      while (!stop) {
        const answer = await caller.fetch(`${at}/page`);
        await answer.text();
        statuses.add(answer.status);
      }
    })();
    const worked = await Promise.all([
      idiograph('workup', subject!.subject, '--data', data),
      idiograph('import', inputOf('other'), '--data', data),
      idiograph('import', inputOf('shared', answers('shared', '2026-02-05')), '--data', data),
    ]);
    for (const { code, stderr } of worked) expect(code, stderr).toBe(0);
    stop = true;
    await reading;
    expect([...statuses]).toEqual([200]);
    const after = await json<{ rooms: unknown[] }>(`${at}/head`);
    expect(after.rooms.length).toBeGreaterThan(before.rooms.length);
    expect((await list()).rows).toHaveLength(2);
    const { checks } = await json<{ checks: { id: string; state: string }[] }>(`${at}/plan`);
    const noted = await idiograph(
      'note',
      checks[0]!.id,
      '--data',
      data,
      '--type',
      'safety-action',
      '--text',
      'spoken with today',
    );
    expect(noted.code, noted.stderr).toBe(0);
    expect((await caller.fetch(`${at}/plan`)).status).toBe(200);
    expect((await idiograph('doctor', '--deep', '--data', data)).code).toBe(0);
    expect((await idiograph('audit', 'verify', '--data', data)).code).toBe(0);
    expect(await one.stop()).toBe(0);
    expect(one.said()).not.toMatch(/request [0-9a-f-]{36}:/);
  }, 120_000);
});

describe('kill -9', () => {
  it('loses no session, no line and nothing that was acknowledged', async () => {
    const data = join(folder, 'killed');
    let one = await start(data);
    const { account } = one;
    const caller = await signInOver(one.url, account!);
    const imported = await idiograph('import', inputOf('killed'), '--data', data, '--json');
    const [{ subject }] = (JSON.parse(imported.stdout) as { subjects: [{ subject: string }] }).subjects;
    const form = `/api/patients/${subject}/questionnaires/gad-7/draft`;
    let version = 0;
    let killing: Promise<unknown> | undefined;
    for (let i = 0; i < 200; i++) {
      const saved = await caller
        .fetch(form, { method: 'PUT', json: { answers: { '1': i % 4 }, filledBy: 'patient', basedOn: version } })
        .catch(() => undefined);
      if (saved?.status !== 200) break;
      ({ version } = (await saved.json()) as { version: number });
      if (i === 20) killing = one.stop('SIGKILL');
    }
    expect(await killing).toBe('SIGKILL');
    const begun = performance.now();
    one = await start(data, { args: ['--port', new URL(one.url).port] });
    expect(performance.now() - begun).toBeLessThan(15_000);
    const again = await caller.fetch(`/api/patients/${subject}/questionnaires/gad-7`);
    expect(again.status, 'the session goes on').toBe(200);
    const { draft } = (await again.json()) as { draft: { version: number } };
    expect(draft.version).toBeGreaterThanOrEqual(version);
    expect(draft.version).toBeLessThanOrEqual(version + 1);
    expect(await one.stop()).toBe(0);
    const verdict = await verifyAudit(join(data, 'server', 'audit'));
    expect(verdict).toMatchObject({ intact: true, problems: [] });
    const chain = readdirSync(join(data, 'server', 'audit'))
      .filter((name) => name.startsWith('chain'))
      .map((name) => readFileSync(join(data, 'server', 'audit', name), 'utf8'))
      .join('');
    expect(chain.split('"route":"questionnaires.save"').length - 1).toBeGreaterThanOrEqual(version);
    expect((await idiograph('doctor', '--deep', '--data', data)).code).toBe(0);
  }, 90_000);
});

/** A file system of a few megabytes, where this account may make one. */
function smallDisk(path: string): boolean {
  mkdirSync(path, { recursive: true });
  return process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', path]).status === 0;
}

describe('a full disk', () => {
  it('is said with 507, nothing half is kept, and it goes on when there is room again', async ({ skip }) => {
    const data = join(folder, 'full');
    if (!smallDisk(data)) skip('only root can mount a small file system: a full disk was not tested');
    try {
      const one = await start(data);
      const caller = await signInOver(one.url, one.account!);
      const imported = await idiograph('import', inputOf('full'), '--data', data, '--json');
      expect(imported.code, imported.stderr).toBe(0);
      const [{ subject }] = (JSON.parse(imported.stdout) as { subjects: [{ subject: string }] }).subjects;
      const form = `/api/patients/${subject}/questionnaires/gad-7`;
      const save = (basedOn: number) =>
        caller.fetch(`${form}/draft`, { method: 'PUT', json: { answers: { '1': 1 }, filledBy: 'patient', basedOn } });
      expect((await save(0)).status).toBe(200);
      const filler = join(data, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'], { stdio: 'ignore' });
      spawnSync('sh', ['-c', `while echo xxxxxxxxxxxxxxxx >> ${filler} 2>/dev/null; do :; done`], {
        timeout: 3000,
        stdio: 'ignore',
      });
      const refused = new Set<number>();
      for (let i = 0; i < 40; i++) {
        const answer = await save(1 + i);
        const text = await answer.text();
        expect(text).not.toContain(data);
        refused.add(answer.status);
      }
      expect(refused.has(500), [...refused].join()).toBe(false);
      expect(refused.has(507), [...refused].join()).toBe(true);
      // Reading goes on, each use with its line on disk, and the house says what is the matter.
      const chainBytes = () => statSync(join(data, 'server', 'audit', 'chain-000000000001.jsonl')).size;
      const before = chainBytes();
      for (let i = 0; i < 300; i++) {
        const page = await caller.fetch(`/api/patients/${subject}/page`);
        expect(page.status, (await page.text()) + one.said()).toBe(200);
      }
      expect(chainBytes() - before).toBeGreaterThan(300 * 200);
      const health = await fetch(`${one.url}/health`);
      expect([health.status, await health.json()]).toMatchObject([200, { status: 'read-only' }]);
      expect(await caller.json('/api/house')).toMatchObject({ audit: { state: 'reserve' } });
      rmSync(filler);
      await vi.waitFor(
        async () => expect(await (await fetch(`${one.url}/health`)).json()).toMatchObject({ status: 'ok' }),
        {
          timeout: 10_000,
          interval: 100,
        },
      );
      const { draft } = (await (await caller.fetch(form)).json()) as { draft: { version: number } };
      expect((await save(draft.version)).status).toBe(200);
      expect(await one.stop()).toBe(0);
      expect(await verifyAudit(join(data, 'server', 'audit'))).toMatchObject({ intact: true });
      expect((await idiograph('doctor', '--deep', '--data', data)).code).toBe(0);
    } finally {
      for (const one of running.splice(0)) if (one.child.exitCode === null) await one.stop('SIGKILL');
      spawnSync('umount', ['-l', data]);
    }
  }, 90_000);
});

it('nothing of a store lies open to other accounts of the machine, also in a folder that is open to them', async () => {
  const data = join(folder, 'modes');
  mkdirSync(join(data, 'server'), { recursive: true, mode: 0o755 });
  const one = await start(data);
  // What lies in a closed folder is closed.
  const open = readdirSync(data).filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0);
  expect(existsSync(join(data, 'store.sqlite-wal'))).toBe(true);
  expect(await one.stop()).toBe(0);
  expect(open).toEqual([]);
}, 30_000);

describe('connections', () => {
  it('beyond the configured number are closed as they come, and let in again when others go', async () => {
    const data = join(folder, 'many');
    configure(data, { connections: { most: 20, ofOneAddress: 10 } });
    const one = await start(data);
    const { port } = new URL(one.url);
    const opened = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => {});
        const open = await new Promise<boolean>((resolve) => {
          socket.once('close', () => resolve(false));
          setTimeout(() => resolve(true), 500);
        });
        return { socket, open };
      }),
    );
    expect(opened.filter(({ open }) => open)).toHaveLength(10);
    const full = await fetch(`${one.url}/health`).catch(() => undefined);
    expect(full).toBeUndefined();
    for (const { socket } of opened) socket.destroy();
    await vi.waitFor(async () => expect((await fetch(`${one.url}/health`)).status).toBe(200), { timeout: 5_000 });
    expect(await one.stop()).toBe(0);
  }, 30_000);
});

describe('behind a proxy that ends TLS', () => {
  const name = 'idiograph.example.org';
  const through = { host: name, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.1, 198.51.100.7' };

  it('cookies are for TLS only, the other side is the one that the proxy saw, and nothing goes in clear', async () => {
    const data = join(folder, 'proxied');
    configure(data, { names: [name], trustedProxy: ['127.0.0.1'] });
    const one = await start(data);
    const signIn = await plainly(one.url, '/api/session', { ...through, origin: `https://${name}` }, one.account);
    expect(signIn.status).toBe(200);
    expect(String(signIn.headers['set-cookie'])).toMatch(/; Secure/);
    expect(signIn.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
    const page = await plainly(one.url, '/', through);
    expect(page.status).toBe(200);
    for (const bare of [{ ...through, 'x-forwarded-proto': 'http' }, { host: name }]) {
      const refused = await plainly(one.url, '/api/session', bare);
      expect([refused.status, refused.text]).toMatchObject([403, expect.stringContaining('not-encrypted')]);
      expect(refused.headers['strict-transport-security']).toBeUndefined();
    }
    // Whoever works on the machine itself goes past the proxy.
    expect((await fetch(`${one.url}/health`)).status).toBe(200);
    expect(await one.stop()).toBe(0);
    const { lines } = await readAudit(join(data, 'server', 'audit'));
    expect(lines.find(({ route }) => route === 'session.signIn')).toMatchObject({ remote: '198.51.100.7' });
  }, 30_000);

  it('nobody is taken at their word where no proxy is named', async () => {
    const data = join(folder, 'unproxied');
    configure(data, { names: [name] });
    const one = await start(data);
    const { port } = new URL(one.url);
    const forged = { ...through, host: `${name}:${port}` };
    const signIn = await plainly(one.url, '/api/session', forged, one.account);
    expect(signIn.status).toBe(200);
    expect(String(signIn.headers['set-cookie'])).not.toMatch(/; Secure/);
    expect(await one.stop()).toBe(0);
    const { lines } = await readAudit(join(data, 'server', 'audit'));
    expect(lines.find(({ route }) => route === 'session.signIn')).toMatchObject({ remote: '127.0.0.1' });
  }, 30_000);
});

function configure(data: string, config: object): void {
  mkdirSync(join(data, 'server'), { recursive: true });
  writeFileSync(join(data, 'server', 'config.json'), JSON.stringify(config), { mode: 0o600 });
}

/** A request with headers that `fetch` would set by itself. */
function plainly(url: string, path: string, headers: Record<string, string>, json?: object) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = request(
      new URL(path, url),
      {
        method: json ? 'POST' : 'GET',
        headers: { ...headers, ...(json && { 'content-type': 'application/json' }) },
        agent: false,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (more: string) => {
          text += more;
        });
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
      },
    );
    sent.on('error', reject).end(json && JSON.stringify(json));
  });
}
