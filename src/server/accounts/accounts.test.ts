import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccounts, type SignedIn } from './accounts.ts';
import { openTestAccounts, quick, type TestAccounts } from './testing/openTest.ts';

let test: TestAccounts;
const by = { actor: 'account-of-the-tester', remote: '127.0.0.1' };
const password = 'several words nobody connects';
beforeEach(async () => {
  test = await openTestAccounts();
});
afterEach(() => test.close());

const signIn = (name: string, given = password, more = {}) =>
  test.accounts.signIn({ name, password: given, remote: '127.0.0.1', ...more });
async function signedIn(name = 'ada', more = {}) {
  const done = await signIn(name, password, more);
  if (!done.ok) throw new Error(`not signed in: ${done.reason}`);
  return done;
}
async function ada(roles = ['clinician']) {
  await test.accounts.addAccount({ name: 'boss', roles: ['administrator'], password }, by);
  const { account } = await test.accounts.addAccount({ name: 'ada', roles, password }, by);
  return account;
}

describe('accounts', () => {
  it('the first is owner, once, with a password that is told once', async () => {
    const first = await test.accounts.firstAccount(by);
    expect(first?.account).toMatchObject({
      name: 'owner',
      roles: ['clinician', 'administrator'],
      mustChangePassword: false,
    });
    expect(await test.accounts.firstAccount(by)).toBeUndefined();
    expect(await signIn('owner', first!.password)).toMatchObject({ ok: true });
    expect(JSON.stringify(test.lines)).not.toContain(first!.password);
    expect(statSync(join(test.directory, 'accounts.sqlite')).mode & 0o777).toBe(0o600);
  });

  it('two processes that start at once make one', async () => {
    const other = await test.another();
    const made = await Promise.all([test.accounts.firstAccount(by), other.firstAccount(by)]);
    expect(made.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await other.list()).toHaveLength(1);
  });

  it('a name is taken once, in whatever case', async () => {
    await ada();
    await expect(test.accounts.addAccount({ name: ' ADA ', roles: ['viewer'] }, by)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await test.accounts.byName('Ada')).toMatchObject({ name: 'ada' });
  });

  it.each([
    [{ name: '', roles: ['viewer'] }],
    [{ name: 'a\u202eb', roles: ['viewer'] }],
    [{ name: 'x'.repeat(65), roles: ['viewer'] }],
    [{ name: 'tom', roles: [] }],
    [{ name: 'tom', roles: ['king'] }],
    [{ name: 'tom', roles: ['viewer'], password: 'short' }],
    [{ name: 'tom', roles: ['viewer'], password: 'tom and his friends' }],
  ])('refuses %j', async (given) => {
    await expect(test.accounts.addAccount(given, by)).rejects.toMatchObject({ code: 'usage' });
    expect(test.lines).toEqual([]);
  });

  it.each(['anonymous', 'CLI:root', `account-${'0'.repeat(24)}`])('no account is called %s', async (name) => {
    const added = test.accounts.addAccount({ name, roles: ['viewer'] }, by);
    await expect(added).rejects.toMatchObject({ code: 'usage' });
  });

  it('a password that somebody else made must be changed', async () => {
    const { account, generated } = await test.accounts.addAccount({ name: 'tom', roles: ['viewer'] }, by);
    const done = await signIn('tom', generated);
    expect(done).toMatchObject({ ok: true, session: { account: { mustChangePassword: true } } });
    await expect(test.accounts.setPassword(account.id, generated!, by)).rejects.toThrow(/old one/);
    await test.accounts.setPassword(account.id, password, by);
    expect(await signIn('tom', generated)).toMatchObject({ ok: false });
    expect((await signedIn('tom')).session.account.mustChangePassword).toBe(false);
  });

  it('the last administrator stays', async () => {
    const first = await test.accounts.firstAccount(by);
    const id = first!.account.id;
    await expect(test.accounts.disable(id, by)).rejects.toMatchObject({ code: 'conflict' });
    await expect(test.accounts.setRoles(id, ['clinician'], by)).rejects.toMatchObject({ code: 'conflict' });
    const { account } = await test.accounts.addAccount({ name: 'boss', roles: ['administrator'], password }, by);
    await test.accounts.disable(id, by);
    await expect(test.accounts.disable(account.id, by)).rejects.toMatchObject({ code: 'conflict' });
    await test.accounts.enable(id, by);
    expect(await signIn('owner', first!.password)).toMatchObject({ ok: true });
  });

  it('each change has its audit line, and without the line there is no change', async () => {
    const account = await ada();
    await test.accounts.setRoles(account.id, ['viewer'], by);
    await test.accounts.resetPassword(account.id, by);
    await test.accounts.disable(account.id, by);
    expect(test.lines.map(({ route, actor, record }) => [route, actor, record === account.id])).toEqual([
      ['account.add', by.actor, false],
      ['account.add', by.actor, true],
      ['account.roles', by.actor, true],
      ['account.reset', by.actor, true],
      ['account.disable', by.actor, true],
    ]);
    const deaf = await openAccounts(test.directory, {
      ...test,
      cost: quick,
      record: () => Promise.reject(new Error('disk full')),
    });
    await expect(deaf.enable(account.id, by)).rejects.toThrow('disk full');
    await expect(deaf.signIn({ name: 'boss', password, remote: '127.0.0.1' })).rejects.toThrow('disk full');
    await deaf.close();
    expect(await test.accounts.get(account.id)).toMatchObject({ disabled: true });
  });

  it('no audit line holds a password, a token or a name that was typed', async () => {
    await ada();
    const done = await signedIn();
    await signIn('a secret typed as a name', 'another secret');
    const text = JSON.stringify(test.lines);
    for (const secret of [password, done.token, done.csrf, 'typed', 'another secret'])
      expect(text).not.toContain(secret);
    expect(test.lines.at(-1)).toMatchObject({ actor: 'anonymous', outcome: 'denied' });
  });
});

describe('sessions', () => {
  it('a token opens its session until it is signed out', async () => {
    await ada();
    const { token, csrf } = await signedIn();
    expect(await test.accounts.session(token)).toMatchObject({ csrf, account: { name: 'ada' }, idleSeconds: 1800 });
    expect(await test.accounts.session(`${token}x`)).toBeUndefined();
    expect(await test.accounts.session('')).toBeUndefined();
    await test.accounts.signOut(token);
    expect(await test.accounts.session(token)).toBeUndefined();
  });

  it('the database holds no token and no code', async () => {
    const account = await ada();
    const { token } = await signedIn();
    const code = await test.accounts.makeCode(account.id, by);
    const tables = ['account', 'session', 'code'] as const;
    const rows = await Promise.all(
      tables.map((one) => test.accounts.database.kysely.selectFrom(one).selectAll().execute()),
    );
    const text = JSON.stringify(rows);
    for (const secret of [token, code, password]) expect(text).not.toContain(secret);
  });

  it('ends after 30 minutes without a request', async () => {
    await ada();
    const { token } = await signedIn();
    for (let i = 0; i < 4; i++) {
      test.pass(29 * 60_000);
      expect(await test.accounts.session(token)).toBeDefined();
    }
    test.pass(31 * 60_000);
    expect(await test.accounts.session(token)).toBeUndefined();
  });

  it('ends 12 hours after sign-in whatever happens', async () => {
    await ada();
    const { token, session } = await signedIn();
    expect(session.until).toBe('2026-11-20T20:00:00.000Z');
    for (let i = 0; i < 36; i++) {
      test.pass(20 * 60_000);
      expect(await test.accounts.session(token)).toBeDefined();
    }
    test.pass(1);
    expect(await test.accounts.session(token)).toBeUndefined();
  });

  it('sign-in ends the session that the browser had: nobody can plant one', async () => {
    await ada();
    const planted = await signedIn('boss');
    const own = await signedIn('ada', { previousToken: planted.token });
    expect(own.token).not.toBe(planted.token);
    expect(own.csrf).not.toBe(planted.csrf);
    expect(await test.accounts.session(planted.token)).toBeUndefined();
    const invented = await signedIn('ada', { previousToken: 'a token that was never given' });
    expect(await test.accounts.session('a token that was never given')).toBeUndefined();
    expect(await test.accounts.session(invented.token)).toBeDefined();
  });

  it('a change of roles counts at once and asks for a new token; the old one lives ten more seconds', async () => {
    const account = await ada();
    const { token } = await signedIn();
    await test.accounts.setRoles(account.id, ['viewer'], by);
    const session = await test.accounts.session(token);
    expect(session).toMatchObject({ rotationDue: true, account: { roles: ['viewer'] } });
    const fresh = await test.accounts.rotate(token);
    expect(await test.accounts.rotate(token)).toBeUndefined();
    expect(await test.accounts.session(fresh!)).toMatchObject({ id: session!.id, rotationDue: false });
    expect(await test.accounts.session(token)).toMatchObject({ id: session!.id });
    test.pass(10_001);
    expect(await test.accounts.session(token)).toBeUndefined();
    expect(await test.accounts.session(fresh!)).toBeDefined();
  });

  it('signing out with a token that was just replaced ends the session', async () => {
    const account = await ada();
    const { token } = await signedIn();
    await test.accounts.setRoles(account.id, ['viewer'], by);
    const fresh = await test.accounts.rotate(token);
    await test.accounts.signOut(token);
    expect(await test.accounts.session(fresh!)).toBeUndefined();
  });

  it('another process disables, resets or signs out: the session ends with the next request', async () => {
    const account = await ada();
    const other = await test.another();
    for (const end of [
      () => other.signOutEverywhere(account.id, by),
      () => other.resetPassword(account.id, by),
      () => other.disable(account.id, by),
    ]) {
      await other.enable(account.id, by);
      await other
        .setPassword(account.id, `${password} again`, by)
        .then(() => other.setPassword(account.id, password, by));
      const { token } = await signedIn();
      expect(await test.accounts.session(token)).toBeDefined();
      await end();
      expect(await test.accounts.session(token)).toBeUndefined();
    }
    expect(await signIn('ada')).toMatchObject({ ok: false });
  });

  it('a new password ends all other sessions and keeps the one it was made in', async () => {
    const account = await ada();
    const [here, elsewhere] = [await signedIn(), await signedIn()];
    await test.accounts.setPassword(account.id, 'quite another set of words', by, here.session.id);
    expect(await test.accounts.session(here.token)).toBeDefined();
    expect(await test.accounts.session(elsewhere.token)).toBeUndefined();
  });

  it('a clock that is put back neither ends nor prolongs beyond what it is put back', async () => {
    await ada();
    const { token } = await signedIn();
    test.pass(-60 * 60_000);
    expect(await test.accounts.session(token)).toBeDefined();
  });
});

describe('codes of one use', () => {
  const withCode = (code: string): Promise<SignedIn> => test.accounts.signInWithCode({ code, remote: '127.0.0.1' });

  it('sign in once, within ten minutes', async () => {
    const account = await ada();
    const code = await test.accounts.makeCode(account.id, by);
    expect(await withCode(code)).toMatchObject({ ok: true, session: { account: { name: 'ada' } } });
    expect(await withCode(code)).toMatchObject({ ok: false });
    const late = await test.accounts.makeCode(account.id, by);
    test.pass(10 * 60_000);
    expect(await withCode(late)).toMatchObject({ ok: false });
  });

  it('of two at once one gets in', async () => {
    const account = await ada();
    const other = await test.another();
    const code = await test.accounts.makeCode(account.id, by);
    const both = await Promise.all([withCode(code), other.signInWithCode({ code, remote: '127.0.0.1' })]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('end with the password and with the account', async () => {
    const account = await ada();
    const first = await test.accounts.makeCode(account.id, by);
    await test.accounts.resetPassword(account.id, by);
    expect(await withCode(first)).toMatchObject({ ok: false });
    const second = await test.accounts.makeCode(account.id, by);
    await test.accounts.disable(account.id, by);
    expect(await withCode(second)).toMatchObject({ ok: false });
    await expect(test.accounts.makeCode(account.id, by)).rejects.toMatchObject({ code: 'conflict' });
  });
});
