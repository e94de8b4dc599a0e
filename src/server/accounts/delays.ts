import { isIP } from 'node:net';
import { sha256 } from '../../dossier/canonical.ts';
import type { Change } from './tables.ts';

/**
 * After some failed sign-ins each further try has to wait, twice as long each time, up to a limit: guessing becomes hopeless
 * and nobody is locked out for good. Counted by account name and by address; forgotten after an hour without a failure.
 */
const rules = {
  account: { free: 4, longestMs: 5 * 60_000 },
  address: { free: 20, longestMs: 15 * 60_000 },
} as const;
const firstDelayMs = 1000;
const forgetAfterMs = 60 * 60_000;

export type DelayKey = { kind: keyof typeof rules; key: string };

/** A mistyped name may be a password: it is kept as a hash only. */
export function accountDelay(nameKey: string): DelayKey {
  return { kind: 'account', key: `account ${sha256(nameKey)}` };
}

/** IPv6 by its first 64 bits: whoever has one address has all of them. */
export function addressDelay(remote: string): DelayKey {
  return { kind: 'address', key: `address ${network(remote)}` };
}

function network(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIP(address) !== 6) return address.slice(0, 100);
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * Counts a try as failed before it is made, so that many at once do not slip through; {@link forgive} takes it back.
 * Returns how long to wait (ms) when it may not be made yet: then nothing is counted.
 */
export async function reserveTry(change: Change, keys: readonly DelayKey[], nowMs: number): Promise<number> {
  await change
    .deleteFrom('failure')
    .where('last', '<', nowMs - forgetAfterMs)
    .execute();
  let wait = 0;
  for (const { kind, key } of keys) {
    const row = await change.selectFrom('failure').selectAll().where('key', '=', key).executeTakeFirst();
    if (row === undefined) continue;
    const { free, longestMs } = rules[kind];
    const delay = row.count <= free ? 0 : Math.min(firstDelayMs * 2 ** (row.count - free - 1), longestMs);
    // A clock that was put back must not make a long wait of a short one.
    const last = Math.min(row.last, nowMs);
    if (last !== row.last) await change.updateTable('failure').set({ last }).where('key', '=', key).execute();
    wait = Math.max(wait, last + delay - nowMs);
  }
  if (wait > 0) return wait;
  for (const { key } of keys) {
    await change
      .insertInto('failure')
      .values({ key, count: 1, last: nowMs })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet((row) => ({ count: row('failure.count', '+', 1), last: nowMs })),
      )
      .execute();
  }
  return 0;
}

/** After a success: the account begins anew, the address only gets this try back. */
export async function forgive(change: Change, keys: readonly DelayKey[]): Promise<void> {
  for (const { kind, key } of keys) {
    if (kind === 'account') await change.deleteFrom('failure').where('key', '=', key).execute();
    else await takeBack(change, key);
  }
}

/** The try was not made at all. */
export async function takeBackTry(change: Change, keys: readonly DelayKey[]): Promise<void> {
  for (const { key } of keys) await takeBack(change, key);
}

async function takeBack(change: Change, key: string): Promise<void> {
  await change
    .updateTable('failure')
    .set((row) => ({ count: row('count', '-', 1) }))
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute();
}
