import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider, type TestProvider } from '../accounts/testing/provider.ts';
import { openTestServer } from '../testing.ts';

const origin = 'http://127.0.0.1:4110';
const client = {
  id: 'idiograph',
  secret: 'a secret of the test client',
  redirectUri: `${origin}/api/session/oidc/callback`,
};
let provider: TestProvider;
let server: Awaited<ReturnType<typeof openTestServer>>;

beforeAll(async () => {
  provider = await startProvider(client);
  server = await openTestServer({
    config: {
      oidc: {
        issuer: provider.issuer,
        clientId: client.id,
        clientSecret: client.secret,
        roleClaim: 'groups',
        roleMap: { doctors: ['clinician'] },
        label: 'Hospital account',
      },
    },
  });
});
afterAll(async () => {
  await server.close();
  await provider.close();
});

const cookieOf = (response: Response, name: string) =>
  response.headers.getSetCookie().find((one) => one.startsWith(`${name}=`));

async function begin(query = '') {
  const response = await server.send(`/api/session/oidc${query}`);
  expect(response.status).toBe(302);
  const cookie = cookieOf(response, 'idiograph_oidc')!;
  return { url: response.headers.get('location')!, cookie, pair: cookie.split(';')[0]! };
}
const path = (url: URL) => url.pathname + url.search;

describe('sign-in through the provider of the site', () => {
  it('is offered under its label', async () => {
    const options = await (await server.send('/api/session/options')).json();
    expect(options).toMatchObject({ oidc: { label: 'Hospital account' } });
  });

  it('ends signed in, at the page that was asked for, by a page of our own', async () => {
    provider.person = { sub: 'p-1', preferred_username: 'mara', groups: ['doctors'] };
    const { url, cookie, pair } = await begin('?returnTo=/patients/S1%3Fa%3D%22b');
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax; Max-Age=600$/);
    const back = await server.send(path(await provider.visit(url)), { headers: { cookie: pair } });
    expect(back.status).toBe(200);
    expect(await back.text()).toContain('content="0;url=/patients/S1?a=%22b"');
    expect(cookieOf(back, 'idiograph_session')).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(cookieOf(back, 'idiograph_oidc')).toContain('Max-Age=0');
    const session = cookieOf(back, 'idiograph_session')!.split(';')[0]!;
    const seen = await (await server.send('/api/session', { headers: { cookie: session } })).json();
    expect(seen).toMatchObject({ account: { name: 'mara', roles: ['clinician'] } });
  });

  it.each([
    ['without the cookie of the attempt', { groups: ['doctors'] }, false],
    ['without a role', { groups: ['porters'] }, true],
    ['when the person cancels', undefined, true],
  ])('is refused on the sign-in page %s, and the chain says so', async (_, claims, withCookie) => {
    provider.person = claims && { sub: 'p-2', preferred_username: 'tom', ...claims };
    const { url, pair } = await begin();
    const back = await server.send(path(await provider.visit(url)), { headers: withCookie ? { cookie: pair } : {} });
    expect(back.status).toBe(403);
    expect(await back.text()).toContain('content="0;url=/#sign-in=refused"');
    expect(cookieOf(back, 'idiograph_session')).toBeUndefined();
    expect((await server.workspace.accounts.list()).map(({ name }) => name)).not.toContain('tom');
  });

  it('never sends anybody to another place', async () => {
    provider.person = { sub: 'p-1', preferred_username: 'mara', groups: ['doctors'] };
    const { url, pair } = await begin('?returnTo=//evil.example/x');
    const back = await server.send(path(await provider.visit(url)), { headers: { cookie: pair } });
    expect(await back.text()).toContain('content="0;url=/"');
  });

  it('begins under the name to which the provider comes back', async () => {
    server.workspace.served.url = 'http://localhost:4110';
    const elsewhere = await server.send('/api/session/oidc?returnTo=/accounts');
    server.workspace.served.url = undefined;
    expect(elsewhere.headers.get('location')).toBe('http://localhost:4110/api/session/oidc?returnTo=/accounts');
    expect(elsewhere.headers.getSetCookie()).toEqual([]);
  });
});

it('a provider that cannot be reached is said so on the sign-in page', async () => {
  const alone = await openTestServer({
    config: {
      oidc: { issuer: 'http://127.0.0.1:9', clientId: 'x', roleClaim: 'g', roleMap: { a: ['viewer'] }, label: 'Away' },
      sessions: { idleMinutes: 5 },
    },
  });
  try {
    const begun = await alone.send('/api/session/oidc');
    expect(begun.status).toBe(503);
    expect(await begun.text()).toContain('content="0;url=/#sign-in=unavailable"');
    expect((await alone.signedIn('viewer')).session.idleSeconds).toBe(300);
  } finally {
    await alone.close();
  }
});
it('without one, there is no such way', async () => {
  const plain = await openTestServer();
  try {
    expect((await plain.send('/api/session/oidc')).status).toBe(404);
    expect((await plain.send('/api/session/oidc/callback?code=x&state=y')).status).toBe(404);
  } finally {
    await plain.close();
  }
});
