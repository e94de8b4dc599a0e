import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import type { TestServer } from './everyRoute.ts';

const start = Date.parse('2026-11-24T10:00:00Z');
let nowMs = start;
const minute = 60_000;
let server: TestServer;
const by = { actor: 'test' };
const password = 'a password for tests';

beforeAll(async () => {
  server = await openTestServer({ now: () => new Date(nowMs).toISOString() });
  await server.signedIn('administrator');
});
beforeEach(() => {
  nowMs = start;
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

const signIn = (body: object, headers: Record<string, string> = {}) =>
  server.send('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const tokenOf = (response: Response) => /idiograph_session=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
const withToken = (token: string | undefined) =>
  server.send('/api/session', { headers: { cookie: `idiograph_session=${token}` } });
async function account(name: string, roles: string[] = ['clinician']) {
  const { account } = await server.workspace.accounts.addAccount({ name, roles }, by);
  await server.workspace.accounts.setPassword(account.id, password, by);
  return account;
}

describe('the cookie of a session', () => {
  it('is out of reach of scripts and of other sites, has no date and no domain, and is unlike any other', async () => {
    await account('ida');
    const cookies = [];
    for (let i = 0; i < 3; i++) cookies.push((await signIn({ name: 'ida', password })).headers.get('set-cookie')!);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; HttpOnly(;|$)/);
      expect(cookie).toMatch(/; SameSite=Strict(;|$)/);
      expect(cookie).toMatch(/; Path=\/(;|$)/);
      expect(cookie).not.toMatch(/Domain|Expires|Max-Age/i);
      // 256 bits in base64url.
      expect(/=([\w-]{43});/.exec(cookie)).not.toBeNull();
    }
    expect(new Set(cookies).size).toBe(3);
  });

  it('over TLS goes over TLS only', async () => {
    const { setSessionCookie, clearSessionCookie } = await import('../../src/server/http/cookies.ts');
    expect(setSessionCookie('x', true)).toMatch(/; Secure/);
    expect(clearSessionCookie(true)).toMatch(/; Secure.*Max-Age=0/);
  });

  it('that somebody planted before sign-in opens nothing after it', async () => {
    await account('fixed');
    const planted = 'A'.repeat(43);
    const answer = await signIn({ name: 'fixed', password }, { cookie: `idiograph_session=${planted}` });
    expect(answer.status).toBe(200);
    expect(tokenOf(answer)).not.toBe(planted);
    expect((await withToken(planted)).status).toBe(401);
  });

  it('of the account before is over when somebody else signs in with the same browser', async () => {
    await account('before');
    await account('after');
    const first = tokenOf(await signIn({ name: 'before', password }))!;
    expect((await withToken(first)).status).toBe(200);
    const second = tokenOf(await signIn({ name: 'after', password }, { cookie: `idiograph_session=${first}` }))!;
    expect((await withToken(first)).status).toBe(401);
    expect(await (await withToken(second)).json()).toMatchObject({ account: { name: 'after' } });
  });

  it('is another one, and so is its token, after a failed sign-in nothing of the old one is lost', async () => {
    await account('firm');
    const token = tokenOf(await signIn({ name: 'firm', password }))!;
    const failed = await signIn(
      { name: 'firm', password: 'wrong password here' },
      { cookie: `idiograph_session=${token}` },
    );
    expect(failed.status).toBe(401);
    expect(failed.headers.get('set-cookie')).toBeNull();
    expect((await withToken(token)).status).toBe(200);
  });

  it('is worth nothing after sign-out, here and kept elsewhere', async () => {
    const caller = await server.signedIn('viewer');
    const out = await caller.fetch('/api/session', { method: 'DELETE' });
    expect(out.headers.get('set-cookie')).toMatch(/idiograph_session=; .*Max-Age=0/);
    expect((await caller.fetch('/api/session')).status).toBe(401);
  });

  it('is kept as a hash only: the database opens no session', async () => {
    const caller = await server.signedIn('viewer');
    const { readFile, readdir } = await import('node:fs/promises');
    const { join } = await import('node:path');
    const folder = join(server.data, 'server');
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    for (const { parentPath, name } of names) {
      const bytes = (await readFile(join(parentPath, name))).toString('latin1');
      expect(bytes.includes(caller.cookie.split('=')[1]!), name).toBe(false);
      expect(bytes.includes(password), name).toBe(false);
    }
  });
});

describe('time', () => {
  it('ends a session that is not used for half an hour, and not before', async () => {
    const caller = await server.signedIn('clinician');
    for (let used = 0; used < 3; used++) {
      nowMs += 29 * minute;
      expect((await caller.fetch('/api/session')).status).toBe(200);
    }
    nowMs += 31 * minute;
    expect((await caller.fetch('/api/session')).status).toBe(401);
  });

  it('ends every session after twelve hours, however much it is used', async () => {
    const caller = await server.signedIn('clinician');
    while (nowMs < start + 12 * 60 * minute) {
      expect((await caller.fetch('/api/session')).status, new Date(nowMs).toISOString()).toBe(200);
      nowMs += 20 * minute;
    }
    nowMs += minute;
    expect((await caller.fetch('/api/session')).status).toBe(401);
  });

  it('put back makes no session immortal and locks nobody out', async () => {
    const caller = await server.signedIn('clinician');
    nowMs = start - 24 * 60 * minute;
    expect((await caller.fetch('/api/session')).status).toBe(200);
    await account('early');
    expect((await signIn({ name: 'early', password })).status).toBe(200);
    nowMs = start + 13 * 60 * minute;
    expect((await caller.fetch('/api/session')).status).toBe(401);
  });
});

describe('what an administrator changes', () => {
  it('counts with the next request, and the browser gets another token', async () => {
    const { id } = await account('turned', ['clinician']);
    const first = await signIn({ name: 'turned', password });
    const token = tokenOf(first)!;
    const { csrfToken } = (await first.json()) as { csrfToken: string };
    await server.workspace.accounts.setRoles(id, ['viewer'], by);
    const post = (cookie: string) =>
      server.send('/api/imports', {
        method: 'POST',
        headers: {
          cookie: `idiograph_session=${cookie}`,
          'content-type': 'application/json',
          'x-csrf-token': csrfToken,
        },
        body: '{}',
      });
    expect((await post(token)).status).toBe(403);
    const rotated = await withToken(token);
    expect(await rotated.json()).toMatchObject({ account: { roles: ['viewer'] } });
    const fresh = tokenOf(rotated)!;
    expect(fresh).not.toBe(token);
    // Requests that were under way still may use the old one, for ten seconds.
    nowMs += 5_000;
    expect((await withToken(token)).status).toBe(200);
    nowMs += 6_000;
    expect((await withToken(token)).status).toBe(401);
    expect((await withToken(fresh)).status).toBe(200);
  });

  it.each(['disable', 'resetPassword', 'signOutEverywhere'] as const)('%s ends all sessions at once', async (how) => {
    const { id } = await account(`gone-${how}`, ['clinician']);
    const tokens = [
      tokenOf(await signIn({ name: `gone-${how}`, password })),
      tokenOf(await signIn({ name: `gone-${how}`, password })),
    ];
    for (const token of tokens) expect((await withToken(token)).status).toBe(200);
    await server.workspace.accounts[how](id, by);
    for (const token of tokens) expect((await withToken(token)).status).toBe(401);
    if (how === 'disable') expect((await signIn({ name: `gone-${how}`, password })).status).toBe(401);
  });

  it('a new password ends the other sessions and keeps the own', async () => {
    await account('changed');
    const other = tokenOf(await signIn({ name: 'changed', password }));
    const mine = await signIn({ name: 'changed', password });
    const token = tokenOf(mine);
    const { csrfToken } = (await mine.json()) as { csrfToken: string };
    const put = (body: object) =>
      server.send('/api/session/password', {
        method: 'PUT',
        headers: {
          cookie: `idiograph_session=${token}`,
          'content-type': 'application/json',
          'x-csrf-token': csrfToken,
        },
        body: JSON.stringify(body),
      });
    expect((await put({ password: 'another good phrase' })).status).toBe(403);
    expect((await put({ current: 'not the password', password: 'another good phrase' })).status).toBe(403);
    expect((await put({ current: password, password: 'short' })).status).toBe(400);
    expect((await put({ current: password, password: 'another good phrase' })).status).toBe(200);
    expect((await withToken(other)).status).toBe(401);
    expect((await withToken(token)).status).toBe(200);
    expect((await signIn({ name: 'changed', password })).status).toBe(401);
  });
});

describe('guessing', () => {
  it('is slowed down for a name, the longer the more, whoever asks and whether or not there is such an account', async () => {
    await account('guessed');
    for (const name of ['guessed', 'nobody of this name']) {
      const answers = [];
      for (let i = 0; i < 7; i++) answers.push(await signIn({ name, password: `wrong guess number ${i}` }));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
      expect(Number(answers[5]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      const texts = await Promise.all(answers.map((answer) => answer.json() as Promise<{ requestId?: string }>));
      expect(JSON.stringify(texts)).not.toMatch(/unknown|no such|exist|disabled/);
    }
    expect((await signIn({ name: 'guessed', password })).status).toBe(429);
    nowMs += 2_000;
    expect((await signIn({ name: 'guessed', password })).status).toBe(200);
  });

  it('many at once does not slip through', async () => {
    await account('stormed');
    nowMs = start + 2 * 60 * minute;
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => signIn({ name: 'stormed', password: `storm number ${i}` })),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true);
  });

  it('a code is good once, ten minutes long', async () => {
    nowMs = start + 5 * 60 * minute;
    const { id } = await account('coded');
    const code = await server.workspace.accounts.makeCode(id, by);
    expect((await signIn({ code })).status).toBe(200);
    expect((await signIn({ code })).status).toBe(401);
    const late = await server.workspace.accounts.makeCode(id, by);
    nowMs += 11 * minute;
    expect((await signIn({ code: late })).status).toBe(401);
  });

  it('takes as long for a name that is not there as for one that is (medians, roughly)', async () => {
    const { verifyPassword } = server.workspace.accounts;
    await account('timed');
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    for (let i = 0; i < 41; i++) {
      for (const [kind, name] of [
        ['known', 'timed'],
        ['unknown', 'nobody at all'],
      ] as const) {
        const begun = performance.now();
        await verifyPassword(name, 'a wrong password');
        times[kind].push(performance.now() - begun);
      }
    }
    const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1]!;
    const ratio = median(times.known) / median(times.unknown);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});

it('two sessions of one account are two: what one does ends nothing of the other', async () => {
  await account('both');
  const [one, two] = [await signIn({ name: 'both', password }), await signIn({ name: 'both', password })];
  const sessions = await Promise.all([one, two].map((answer) => answer.json() as Promise<TestCaller['session']>));
  expect(sessions[0]!.csrfToken).not.toBe(sessions[1]!.csrfToken);
  await server.send('/api/session', {
    method: 'DELETE',
    headers: { cookie: `idiograph_session=${tokenOf(one)}`, 'x-csrf-token': sessions[0]!.csrfToken },
  });
  expect((await withToken(tokenOf(one))).status).toBe(401);
  expect((await withToken(tokenOf(two))).status).toBe(200);
});
