import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Oidc, type OidcConfig, openOidc } from './oidc.ts';
import { type Forger, startForger } from './testing/forger.ts';
import { openTestAccounts, type TestAccounts } from './testing/openTest.ts';
import { startProvider, type TestProvider } from './testing/provider.ts';

const redirectUri = 'http://127.0.0.1:9/api/session/oidc/callback';
const client = { id: 'idiograph', secret: 'a secret of the test client', redirectUri };
const from = { remote: '127.0.0.1' };
let test: TestAccounts;

const configFor = (issuer: string): OidcConfig => ({
  issuer,
  clientId: client.id,
  clientSecret: client.secret,
  roleClaim: 'groups',
  roleMap: { doctors: ['clinician'], office: ['administrator', 'viewer'] },
  label: 'Hospital account',
});
const open = (issuer: string): Oidc => openOidc(configFor(issuer), { ...test, redirectUri });

beforeEach(async () => {
  test = await openTestAccounts();
});
afterEach(() => test.close());

describe('with a real provider over HTTP', () => {
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await startProvider(client);
  });
  afterAll(() => provider.close());

  async function through(oidc: Oidc, returnTo?: string) {
    const begun = await oidc.begin(returnTo);
    return { begun, callback: await provider.visit(begun.url) };
  }

  it('makes an account at the first sign-in and finds it at the next', async () => {
    provider.person = { sub: 'p-1', preferred_username: 'mara', groups: ['doctors', 'unknown'] };
    const oidc = open(provider.issuer);
    const first = await through(oidc, '/patients/S0001?tab=plan');
    expect(new URL(first.begun.url).searchParams.get('code_challenge_method')).toBe('S256');
    const done = await oidc.finish(first.callback, first.begun.cookie, from);
    expect(done).toMatchObject({
      ok: true,
      returnTo: '/patients/S0001?tab=plan',
      session: { account: { name: 'mara', roles: ['clinician'], hasPassword: false } },
    });
    const second = await through(oidc);
    await oidc.finish(second.callback, second.begun.cookie, from);
    expect(await test.accounts.list()).toHaveLength(1);
    expect(test.lines.map(({ route, outcome }) => [route, outcome])).toEqual([
      ['account.sign-in-oidc', 'ok'],
      ['account.sign-in-oidc', 'ok'],
    ]);
  });

  it('never joins a local account of the same name, and gives it no password', async () => {
    await test.accounts.addAccount({ name: 'Mara', roles: ['administrator'] }, { actor: 'test' });
    provider.person = { sub: 'p-2', preferred_username: 'mara', groups: ['doctors'] };
    const oidc = open(provider.issuer);
    const { begun, callback } = await through(oidc);
    const done = await oidc.finish(callback, begun.cookie, from);
    expect(done).toMatchObject({ ok: true, session: { account: { name: 'mara (2)', roles: ['clinician'] } } });
    expect(await test.accounts.signIn({ name: 'mara (2)', password: '', remote: '127.0.0.1' })).toMatchObject({
      ok: false,
    });
  });

  it('makes no account when no claim gives a role', async () => {
    const oidc = open(provider.issuer);
    for (const groups of [['unknown'], [], undefined, 'toString', [{}]]) {
      provider.person = { sub: 'p-3', preferred_username: 'tom', groups };
      const { begun, callback } = await through(oidc);
      expect(await oidc.finish(callback, begun.cookie, from)).toMatchObject({ ok: false, reason: 'refused' });
    }
    expect(await test.accounts.list()).toEqual([]);
  });

  it('follows the claims: other roles next time, none ends the sessions', async () => {
    const oidc = open(provider.issuer);
    const signIn = async (groups: string[]) => {
      provider.person = { sub: 'p-4', preferred_username: 'ada', groups };
      const { begun, callback } = await through(oidc);
      return oidc.finish(callback, begun.cookie, from);
    };
    const first = await signIn(['doctors']);
    if (!first.ok) throw new Error('refused');
    await signIn(['office']);
    expect(await test.accounts.session(first.token)).toMatchObject({
      account: { roles: ['administrator', 'viewer'] },
      rotationDue: true,
    });
    expect(await signIn([])).toMatchObject({ ok: false });
    expect(await test.accounts.session(first.token)).toBeUndefined();
  });

  it('does not sign a disabled account in', async () => {
    await test.accounts.addAccount({ name: 'boss', roles: ['administrator'] }, { actor: 'test' });
    provider.person = { sub: 'p-5', preferred_username: 'eve', groups: ['doctors'] };
    const oidc = open(provider.issuer);
    const first = await through(oidc);
    const done = await oidc.finish(first.callback, first.begun.cookie, from);
    if (!done.ok) throw new Error('refused');
    await test.accounts.disable(done.session.account.id, { actor: 'test' });
    const second = await through(oidc);
    expect(await oidc.finish(second.callback, second.begun.cookie, from)).toMatchObject({ ok: false });
  });

  it('takes a callback once, from the browser that began, within ten minutes', async () => {
    provider.person = { sub: 'p-6', preferred_username: 'kim', groups: ['doctors'] };
    const oidc = open(provider.issuer);
    const wrongState = await through(oidc);
    const other = new URL(wrongState.callback);
    other.searchParams.set('state', 'another');
    expect(await oidc.finish(other, wrongState.begun.cookie, from)).toMatchObject({ ok: false });

    const wrongBrowser = await through(oidc);
    expect(await oidc.finish(wrongBrowser.callback, wrongState.begun.cookie, from)).toMatchObject({ ok: false });
    expect(await oidc.finish(wrongBrowser.callback, undefined, from)).toMatchObject({ ok: false });
    // Once tried from elsewhere it is used up.
    expect(await oidc.finish(wrongBrowser.callback, wrongBrowser.begun.cookie, from)).toMatchObject({ ok: false });

    const late = await through(oidc);
    test.pass(10 * 60_000);
    expect(await oidc.finish(late.callback, late.begun.cookie, from)).toMatchObject({ ok: false });
    expect(await test.accounts.list()).toEqual([]);

    const good = await through(oidc);
    expect(await oidc.finish(good.callback, good.begun.cookie, from)).toMatchObject({ ok: true });
    expect(await oidc.finish(good.callback, good.begun.cookie, from)).toMatchObject({ ok: false });
  });

  it('does not take a code that was already redeemed, or one of another attempt', async () => {
    provider.person = { sub: 'p-7', preferred_username: 'lee', groups: ['doctors'] };
    const oidc = open(provider.issuer);
    const first = await through(oidc);
    await oidc.finish(first.callback, first.begun.cookie, from);
    const second = await through(oidc);
    const mixed = new URL(second.callback);
    mixed.searchParams.set('code', first.callback.searchParams.get('code')!);
    expect(await oidc.finish(mixed, second.begun.cookie, from)).toMatchObject({ ok: false });
    expect(test.lines.at(-1)).toMatchObject({ outcome: 'denied', actor: 'anonymous' });
  });

  it('a person who cancels is refused and nothing remains', async () => {
    provider.person = undefined;
    const oidc = open(provider.issuer);
    const { begun, callback } = await through(oidc, '/patients');
    expect(callback.searchParams.get('error')).toBe('access_denied');
    expect(await oidc.finish(callback, begun.cookie, from)).toMatchObject({ ok: false, returnTo: '/patients' });
    expect(await test.accounts.list()).toEqual([]);
  });

  it('a provider that is away is said, and asked again later', async () => {
    const gone = await startProvider(client);
    await gone.close();
    await expect(open(gone.issuer).begin()).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('with a provider that lies', () => {
  let forger: Forger;
  beforeAll(async () => {
    forger = await startForger(client.id, client.secret);
  });
  afterAll(() => forger.close());

  // The library looks at the real time.
  const longAgo = Math.floor(Date.now() / 1000) - 7200;
  it.each<[string, Forger['lie'], boolean]>([
    ['nothing', {}, true],
    ['nonce', { claims: { nonce: 'another' } }, false],
    ['no nonce', { claims: { nonce: undefined } }, false],
    ['audience', { claims: { aud: 'another' } }, false],
    ['audiences without its own name', { claims: { aud: ['another', 'third'] } }, false],
    ['issuer', { claims: { iss: 'https://another.example' } }, false],
    ['expired', { claims: { exp: longAgo, iat: longAgo - 300 } }, false],
    ['another key', { signedBy: 'another' }, false],
    ['no signature', { signedBy: 'nobody' }, false],
    ['signed with the client secret', { signedBy: 'secret' }, false],
  ])('%s', async (_, lie, accepted) => {
    forger.lie = lie;
    const oidc = open(forger.issuer);
    const begun = await oidc.begin();
    const done = await oidc.finish(forger.answer(begun.url), begun.cookie, from);
    expect(done.ok).toBe(accepted);
    expect(await test.accounts.list()).toHaveLength(accepted ? 1 : 0);
  });
});

it.each([
  ['http://idp.example', redirectUri],
  ['http://127.0.0.1.example.org', redirectUri],
  ['https://idp.example', 'http://workspace.example/callback'],
])('%s and %s would send secrets in clear', (issuer, back) => {
  expect(() => openOidc(configFor(issuer), { ...test, redirectUri: back })).toThrow(/needs https/);
});
