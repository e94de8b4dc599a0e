import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api } from '../../src/server/api/index.ts';
import { type Role, roles } from '../../src/server/permissions.ts';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import { everyRoute, isAbout, mayCall, requestOf, roleFor, type TestServer, textOf } from './everyRoute.ts';
import { identified, plantInto } from './planted.ts';

const at = () => '2026-11-24T10:00:00.000Z';
let server: TestServer;
let callers: Record<Role, TestCaller>;
let subject: string;
const absent = 'S9999';
/** Declared to be the patient of the tests: everything of it is there now. */
const merged = 'S0777';

beforeAll(async () => {
  server = await openTestServer({ now: at });
  [subject] = (await plantInto(server.workspace.store, [identified], at)) as [string];
  await server.workspace.store.write([
    {
      kind: 'subject',
      id: merged,
      type: 'patient',
      label: 'gone',
      composite: false,
      synthetic: true,
      mergedInto: subject,
    },
  ]);
  callers = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await server.signedIn(role)])),
  ) as Record<Role, TestCaller>;
}, 60_000);
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

/** Routes that end or change the session of whoever calls them are called with a session of their own. */
const callerFor = async (name: string, role: Role) =>
  name.startsWith('session.') ? server.signedIn(role) : callers[role];
/** What an answer says, without what differs each time. */
const said = async (response: Response) => {
  const { requestId: _, ...problem } = JSON.parse(await textOf(response)) as Record<string, unknown>;
  return { status: response.status, problem };
};

describe('without a session', () => {
  it('these routes answer and no others', () => {
    const open = everyRoute.filter(([, { permission }]) => permission === 'public').map(([name]) => name);
    expect(open.sort()).toEqual(['session.oidcBegin', 'session.oidcFinish', 'session.options', 'session.signIn']);
  });

  it.each(
    everyRoute.filter(([, { permission }]) => permission !== 'public'),
  )('%s is 401, the same for all', async (_, spec) => {
    const answers = [];
    for (const about of [subject, absent]) {
      const { path, init } = requestOf(spec, { subject: about });
      const { json, ...rest } = init;
      const body =
        json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
      answers.push(await said(await server.send(path, { ...rest, ...body })));
      answers.push(
        await said(await server.send(path, { ...rest, ...body, headers: { cookie: 'idiograph_session=forged' } })),
      );
    }
    const expected = await said(await server.send('/api/no/such/path'));
    for (const answer of answers) expect(answer).toEqual(expected);
    expect(expected).toMatchObject({ status: 401, problem: { code: 'not-signed-in' } });
  });
});

describe.each(roles)('%s', (role) => {
  it.each(everyRoute)('%s: 403 unless the table says yes, whoever it is about', async (name, spec) => {
    for (const about of isAbout(spec, 'subject') ? [subject, absent] : [subject]) {
      const { path, init } = requestOf(spec, { subject: about, into: absent });
      const response = await (await callerFor(name, role)).fetch(path, init);
      if (!mayCall(role, spec)) {
        expect(response.status, `${spec.method} ${path}`).toBe(403);
        expect(await response.json()).toMatchObject({ code: 'not-permitted' });
      } else {
        const text = await textOf(response);
        expect(response.status, `${spec.method} ${path}: ${text.slice(0, 300)}`).toBeLessThan(500);
        expect(text).not.toContain('not-permitted');
        expect(text).not.toContain('"code":"csrf"');
      }
    }
  });
});

describe('what is not there', () => {
  it.each(
    everyRoute.filter(([, spec]) => isAbout(spec, 'subject')),
  )('%s does not tell an absent patient from one that was never there', async (_, spec) => {
    const caller = callers[roleFor(spec)];
    const answers = [];
    for (const about of [absent, 'S0000', 'no-such-id-anywhere', '__proto__', 'constructor']) {
      const { path, init } = requestOf(spec, { subject: about });
      const { status, problem } = await said(await caller.fetch(path, init));
      const text = JSON.stringify(problem).replaceAll(about, 'ID');
      expect([400, 404], `${spec.method} ${path}: ${text}`).toContain(status);
      answers.push(`${status} ${text}`);
    }
    expect(new Set(answers).size, answers.join('\n')).toBe(1);
  });

  it.each(
    everyRoute.filter(([, spec]) => isAbout(spec, 'subject') && isAbout(spec, 'record')),
  )('%s does not tell a record of another patient from none', async (_, spec) => {
    const other = await server.workspace.store.nextSubjectId();
    await server.workspace.store.write([
      { kind: 'subject', id: other, type: 'patient', label: 'other', composite: false, synthetic: true },
    ]);
    const caller = callers[roleFor(spec)];
    const reader = server.workspace.store.reading({ purpose: 'maintenance', actor: 'test' });
    const foreign = [
      ...(await reader.list(subject, 'source')),
      ...(await reader.list(subject, 'artifact')),
      ...(await reader.list(subject, 'finding')).slice(0, 1),
    ].map(({ id }) => id);
    const answers = [];
    for (const record of [...foreign, 'no-such-record', subject]) {
      const { path, init } = requestOf(spec, { subject: other, record });
      const { status, problem } = await said(await caller.fetch(path, init));
      answers.push(`${status} ${JSON.stringify(problem).replaceAll(record, 'ID')}`);
    }
    expect(new Set(answers).size, answers.join('\n')).toBe(1);
    // Taking back what is not there is done already.
    expect(answers[0]).toMatch(spec.method === 'DELETE' ? /^[24]/ : /^4/);
  });

  it('methods and paths that no route has do nothing', async () => {
    const known = new Set(everyRoute.map(([, { method, path }]) => `${method} ${path}`));
    for (const path of new Set(everyRoute.map(([, spec]) => spec.path))) {
      const concrete = path.replace(/:\w+/g, subject);
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY']) {
        if (known.has(`${method} ${path}`)) continue;
        // Another route may have this very path where a parameter of this one stands.
        const twin = everyRoute.some(([, spec]) => spec.method === method && matches(spec.path, concrete));
        if (twin) continue;
        const response = await callers.clinician.fetch(concrete, { method });
        expect([403, 404, 405], `${method} ${concrete}`).toContain(response.status);
        expect((await server.send(concrete, { method })).status).toBeGreaterThanOrEqual(400);
      }
    }
    for (const path of ['/api', '/api/', '/api/patients/', '/api/../api/session', '/api//session', '/API/session']) {
      const response = await server.send(path);
      const text = await response.text();
      expect(text === 'page' || response.status >= 400, `${path} ${response.status} ${text}`).toBe(true);
    }
  });
});

it('several roles together may what each of them may, and no more', async () => {
  const both = await server.signedIn('researcher', 'administrator');
  for (const [name, spec] of everyRoute) {
    if (spec.permission === 'public' || name.startsWith('session.') || spec.method !== 'GET') continue;
    const { path } = requestOf(spec, { subject });
    const response = await both.fetch(path);
    await textOf(response);
    const allowed = mayCall('researcher', spec) || mayCall('administrator', spec);
    expect(response.status === 403, name).toBe(!allowed);
  }
});

it('an account whose password somebody else made may change it and nothing else', async () => {
  const by = { actor: 'test' };
  const made = await server.workspace.accounts.addAccount(
    { name: 'newcomer', roles: ['clinician', 'administrator'] },
    by,
  );
  const signIn = await server.send('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'newcomer', password: made.generated }),
  });
  const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!;
  const { csrfToken } = (await signIn.json()) as { csrfToken: string };
  for (const [name, spec] of everyRoute) {
    if (spec.permission === 'public' || name.startsWith('session.')) continue;
    const { path, init } = requestOf(spec, { subject });
    const { json, ...rest } = init;
    const response = await server.send(path, {
      ...rest,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      headers: { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' },
    });
    expect(await said(response), name).toMatchObject({ status: 403, problem: { code: 'must-change-password' } });
  }
  expect(Object.keys(api)).toContain('session.changePassword');
});

/** Whether a path of the table stands for this address. */
function matches(path: string, concrete: string): boolean {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(concrete);
}
