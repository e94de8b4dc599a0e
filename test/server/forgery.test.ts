import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role, roles } from '../../src/server/permissions.ts';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import { everyRoute, requestOf, roleFor, routesByMethod, type TestServer } from './everyRoute.ts';

const host = '127.0.0.1:4110';
let server: TestServer;
let callers: Record<Role, TestCaller>;
const subject = 'S0001';

beforeAll(async () => {
  server = await openTestServer();
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

const changing = routesByMethod('POST', 'PUT', 'DELETE').filter(([, { permission }]) => permission !== 'public');
const problem = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string }),
});

/** A request as a browser sends it: with the cookie, and with these headers in the place of those of our page. */
function send(caller: TestCaller, route: (typeof everyRoute)[number], headers: Record<string, string>) {
  const { path, init } = requestOf(route[1], { subject });
  const { json, ...rest } = init;
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  return server.send(path, {
    ...rest,
    ...body,
    headers: { cookie: caller.cookie, 'content-type': 'application/json', ...headers },
  });
}

describe('a change that another site makes the browser send', () => {
  it.each(changing)('%s needs the token of this very session', async (...route) => {
    const caller = callers[roleFor(route[1])];
    const other = await server.signedIn(roleFor(route[1]));
    const { csrfToken } = caller.session;
    const wrong: Record<string, string>[] = [
      {},
      { 'x-csrf-token': '' },
      { 'x-csrf-token': other.session.csrfToken },
      { 'x-csrf-token': csrfToken.toLowerCase() },
      { 'x-csrf-token': csrfToken.slice(0, -1) },
      { 'x-csrf-token': `${csrfToken}, ${csrfToken}` },
      { 'x-csrf-token': caller.cookie.split('=')[1]! },
    ];
    for (const headers of wrong)
      expect(await problem(await send(caller, route, headers)), JSON.stringify(headers)).toMatchObject({
        status: 403,
        code: 'csrf',
      });
  });

  it.each(changing)('%s is refused from another origin even with the token', async (...route) => {
    const caller = callers[roleFor(route[1])];
    const token = { 'x-csrf-token': caller.session.csrfToken };
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:4111' },
      { origin: 'http://localhost:4110' },
      { origin: 'null' },
      { origin: 'nonsense' },
      { origin: '' },
      { origin: `http://${host}.evil.example` },
      { origin: `http://${host}@evil.example` },
      { origin: 'file://' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign)
      expect(await problem(await send(caller, route, { ...token, ...headers })), JSON.stringify(headers)).toMatchObject(
        {
          status: 403,
          code: 'foreign-origin',
        },
      );
  });

  it('of the own origin goes on', async () => {
    const { clinician } = callers;
    for (const headers of [
      { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      {},
    ]) {
      const answer = await clinician.fetch('/api/imports', { method: 'POST', json: {}, headers });
      expect(answer.status).toBe(200);
    }
  });

  it('no token in an address, a body or a cookie stands for the header', async () => {
    const { clinician } = callers;
    const { csrfToken } = clinician.session;
    const answer = await server.send(`/api/imports?x-csrf-token=${csrfToken}&csrfToken=${csrfToken}`, {
      method: 'POST',
      headers: { cookie: `${clinician.cookie}; x-csrf-token=${csrfToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ csrfToken }),
    });
    expect(await problem(answer)).toMatchObject({ status: 403, code: 'csrf' });
  });

  it('a method in a header or a query changes nothing', async () => {
    const { clinician } = callers;
    const answer = await clinician.fetch('/api/session?_method=DELETE', {
      headers: { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
    });
    expect(answer.status).toBe(200);
    expect((await clinician.fetch('/api/session')).status).toBe(200);
  });

  it('sign-in from another site is refused too: nobody is signed in as somebody else', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const answer = await server.send('/api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'x', password: 'y' }),
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });
});

describe('a form or a script of another site', () => {
  const json = everyRoute.filter(([, { body }]) => body !== undefined && body !== 'stream');

  it.each(json)('%s takes no body that a form can send', async (...route) => {
    const caller = callers[roleFor(route[1])];
    for (const type of [
      'text/plain',
      'text/plain;charset=application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=application/json',
      'application/jsonp',
      'application/json-patch+json',
      '',
    ]) {
      const answer = await send(caller, route, { 'x-csrf-token': caller.session.csrfToken, 'content-type': type });
      expect(await problem(answer), type).toMatchObject({ status: 415, code: 'media-type' });
    }
  });

  it('gets no permission by CORS, whatever it asks', async () => {
    for (const [, spec] of everyRoute) {
      const { path } = requestOf(spec, { subject });
      const answer = await server.send(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': spec.method,
          'access-control-request-headers': 'x-csrf-token',
        },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      await answer.text();
    }
  });
});

describe('the name of the server', () => {
  it.each([
    'evil.example',
    'evil.example:4110',
    '127.0.0.1',
    '127.0.0.1:4111',
    '127.0.0.1:4110.evil.example',
    'localhost:4110@evil.example',
    '127.0.0.1:4110, evil.example',
    '[::ffff:127.0.0.1]:4110',
    '0.0.0.0:4110',
    '2130706433:4110',
    '127.1:4110',
    '',
  ])('%j is not ours: nothing is answered under it, not even the page', async (name) => {
    for (const path of ['/', '/api/session', '/health', '/api/session/options']) {
      const answer = await server.app.request(`http://${host}${path}`, {
        headers: { host: name, cookie: callers.clinician.cookie },
      });
      expect(answer.status, path).toBe(421);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await answer.text()).not.toContain('account');
    }
  });

  it('is not taken from what a proxy says', async () => {
    const answer = await server.send('/api/session', {
      headers: { host: 'evil.example', 'x-forwarded-host': host, forwarded: `host=${host}` },
    });
    expect(answer.status).toBe(421);
  });

  it('is the same in capital letters', async () => {
    const answer = await server.send('/api/session', { headers: { host: host.toUpperCase() } });
    expect(answer.status).toBe(401);
  });
});
