import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Audit, openAudit } from '../../src/privacy/audit/audit.ts';
import { type Accounts, openAccounts } from '../../src/server/accounts/accounts.ts';
import { idiograph } from './cli.ts';

/** This process has accounts and audit chain open, as the server has, while command lines work on the same folder. */
const data = mkdtempSync(join(tmpdir(), 'idiograph-accounts-'));
const server = join(data, 'server');
const now = () => new Date().toISOString();
let audit: Audit;
let accounts: Accounts;
beforeAll(async () => {
  audit = await openAudit(join(server, 'audit'), { now });
  accounts = await openAccounts(server, { now, randomBytes, record: audit.append });
});
afterAll(async () => {
  await accounts.close();
  await audit.close();
  rmSync(data, { recursive: true, force: true });
});

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await idiograph(...args, '--data', data, '--json');
  return { code, stderr, document: JSON.parse(stdout) };
};

it('the command line changes accounts under a running server, which sees it with the next request', async () => {
  const first = await accounts.firstAccount({ actor: 'server' });
  const added = await run('accounts', 'add', 'ada', '--roles', 'clinician,viewer');
  expect(added).toMatchObject({ code: 0, document: { account: { name: 'ada', mustChangePassword: true } } });
  const signedIn = await accounts.signIn({ name: 'ada', password: added.document.password, remote: '127.0.0.1' });
  if (!signedIn.ok) throw new Error(signedIn.reason);
  expect(await run('accounts', 'roles', 'ada', '--roles', 'viewer')).toMatchObject({ code: 0 });
  expect(await accounts.session(signedIn.token)).toMatchObject({ account: { roles: ['viewer'] }, rotationDue: true });
  const reset = await run('accounts', 'reset', 'ADA');
  expect(await accounts.session(signedIn.token)).toBeUndefined();
  const again = await accounts.signIn({ name: 'ada', password: reset.document.password, remote: '127.0.0.1' });
  if (!again.ok) throw new Error(again.reason);
  expect(await run('accounts', 'disable', 'ada')).toMatchObject({ code: 0, document: { account: { disabled: true } } });
  expect(await accounts.session(again.token)).toBeUndefined();
  expect((await run('accounts', 'list')).document.accounts).toMatchObject([{ name: 'ada' }, { name: 'owner' }]);
  expect(await run('accounts', 'disable', 'owner')).toMatchObject({
    code: 1,
    document: { error: { code: 'conflict' } },
  });
  const { document } = await run('audit', 'list', '--limit', '1000');
  const told = document.lines.map(({ route, outcome }: { route: string; outcome: string }) => `${route} ${outcome}`);
  expect(told.reverse()).toEqual([
    'account.first ok',
    'account.add ok',
    'account.sign-in ok',
    'account.roles ok',
    'account.reset ok',
    'account.sign-in ok',
    'account.disable ok',
    'accounts.list ok',
    'accounts.disable failed',
  ]);
  const chain = readFileSync(join(server, 'audit', 'chain-000000000001.jsonl'), 'utf8');
  for (const secret of [first!.password, added.document.password, reset.document.password, again.token]) {
    expect(chain).not.toContain(secret);
  }
});

it.each([
  [['accounts', 'fly']],
  [['accounts', 'add', 'tom']],
  [['accounts', 'add', 'tom', '--roles', 'king']],
  [['accounts', 'reset']],
  [['accounts', 'reset', 'nobody']],
  [['accounts', 'toString']],
  [['audit']],
  [['audit', 'fly']],
  [['audit', 'list', '--limit', '-1']],
  [['audit', 'list', '--from', 'yesterday']],
])('%j is broken use', async (args) => {
  const { code, stderr } = await idiograph(...args, '--data', data);
  expect(code).toBe(2);
  expect(stderr).not.toMatch(/\n\s+at /);
});

it('verify tells an intact chain, and file and line of what was changed', async () => {
  expect(await run('audit', 'verify')).toMatchObject({ code: 0, document: { intact: true } });
  const path = join(server, 'audit', 'chain-000000000001.jsonl');
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.replace('"action":"sign-in"', '"action":"sign-up"'));
  const people = await idiograph('audit', 'verify', '--data', data);
  writeFileSync(path, whole);
  expect(people.code).toBe(1);
  expect(people.stdout).toContain('NOT INTACT');
  expect(people.stderr).toMatch(/chain-000000000001\.jsonl:\d+: line \d+ of the chain was changed/);
  expect(people.stderr.trim().split('\n')).toHaveLength(1);
});

it('a folder without a chain, or without data, is said', async () => {
  const empty = join(data, 'empty');
  mkdirSync(empty);
  expect((await idiograph('audit', 'verify', '--data', empty)).code).toBe(2);
  expect((await idiograph('accounts', 'list', '--data', join(data, 'absent'))).code).toBe(2);
});
