import { afterEach, beforeEach, expect, it } from 'vitest';
import { addressDelay } from './delays.ts';
import { openTestAccounts, type TestAccounts } from './testing/openTest.ts';

let test: TestAccounts;
const password = 'several words nobody connects';
beforeEach(async () => {
  test = await openTestAccounts();
  await test.accounts.addAccount({ name: 'ada', roles: ['administrator'], password }, { actor: 'test' });
});
afterEach(() => test.close());

let address = 0;
/** From an address that nobody else has. */
const attempt = (name: string, given = 'wrong', remote = `10.0.${address >> 8}.${address++ & 255}`) =>
  test.accounts.signIn({ name, password: given, remote });

it('after four failures each further try waits twice as long, five minutes at most', async () => {
  for (let i = 0; i < 5; i++) expect(await attempt('ada')).toEqual({ ok: false, reason: 'refused' });
  const waits: number[] = [];
  for (let i = 0; i < 11; i++) {
    const delayed = await attempt('ada', password);
    if (delayed.ok || delayed.reason !== 'delayed') throw new Error('should be delayed');
    waits.push(delayed.retryAfterSeconds!);
    test.pass(delayed.retryAfterSeconds! * 1000);
    expect(await attempt('ada')).toMatchObject({ reason: 'refused' });
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  test.pass(300_000);
  // Never for good: the right password after the wait begins anew.
  expect(await attempt('ada', password)).toMatchObject({ ok: true });
  expect(await attempt('ada')).toMatchObject({ reason: 'refused' });
});

it('a name that nobody has is delayed the same', async () => {
  const answers = async (name: string) => {
    const all: unknown[] = [];
    for (let i = 0; i < 8; i++) all.push(await attempt(name));
    return all;
  };
  expect(await answers('nobody')).toEqual(await answers('ada'));
});

it('many tries at once do not slip through', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, () => attempt('ada')));
  expect(all.filter((one) => !one.ok && one.reason === 'refused')).toHaveLength(5);
  expect(all.filter((one) => !one.ok && one.reason === 'delayed')).toHaveLength(35);
});

it('one address that tries many names is delayed, others are not', async () => {
  for (let i = 0; i < 21; i++)
    expect(await attempt(`name ${i}`, 'wrong', '192.0.2.1')).toMatchObject({ reason: 'refused' });
  expect(await attempt('ada', password, '192.0.2.1')).toMatchObject({ reason: 'delayed' });
  expect(await attempt('ada', password, '192.0.2.2')).toMatchObject({ ok: true });
  // An own account does not buy new tries for others.
  test.pass(1000);
  expect(await attempt('ada', password, '192.0.2.1')).toMatchObject({ ok: true });
  expect(await attempt('one more', 'wrong', '192.0.2.1')).toMatchObject({ reason: 'delayed' });
});

it('an hour without a failure forgets', async () => {
  for (let i = 0; i < 7; i++) await attempt('ada');
  test.pass(61 * 60_000);
  for (let i = 0; i < 5; i++) expect(await attempt('ada')).toMatchObject({ reason: 'refused' });
});

it('a new password by the administrator forgets', async () => {
  for (let i = 0; i < 7; i++) await attempt('ada');
  const account = await test.accounts.byName('ada');
  const fresh = await test.accounts.resetPassword(account!.id, { actor: 'test' });
  expect(await attempt('ada', fresh)).toMatchObject({ ok: true });
});

it('a clock that was put back locks nobody out', async () => {
  for (let i = 0; i < 7; i++) await attempt('ada');
  test.pass(-24 * 60 * 60_000);
  const delayed = await attempt('ada', password);
  if (delayed.ok || delayed.reason !== 'delayed') throw new Error('should be delayed');
  expect(delayed.retryAfterSeconds).toBeLessThanOrEqual(300);
  test.pass(delayed.retryAfterSeconds! * 1000);
  expect(await attempt('ada', password)).toMatchObject({ ok: true });
});

it.each([
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', true],
  ['2001:db8::1', '2001:0DB8:0000:0000:1:2:3:4', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['fe80::1%eth0', 'fe80::2', true],
  ['::1', '::2', true],
  ['192.0.2.1', '192.0.2.2', false],
])('%s and %s are the same network: %s', (a, b, same) => {
  expect(addressDelay(a).key === addressDelay(b).key).toBe(same);
});
