import { IdiographError } from '../../dossier/errors.ts';
import type { AuditEntry } from '../../privacy/audit/entry.ts';
import type { Database } from '../../store/sqlite/database.ts';
import { type Account, accountOf, nameKey } from './account.ts';
import type { PasswordHasher } from './hashing.ts';
import { newId, type RandomBytes } from './secrets.ts';
import type { SessionLimits } from './sessions.ts';
import type { AccountRow, AccountTables, Change } from './tables.ts';

/** Who does it, for the audit line. */
export type By = Pick<AuditEntry, 'actor' | 'roles' | 'session' | 'remote' | 'requestId'>;

/** What a change gives back, and what its audit line says of it. */
export interface Told<T> extends Partial<Pick<AuditEntry, 'actor' | 'roles' | 'outcome' | 'record' | 'reason'>> {
  result: T;
}

/** What managing, signing in and sessions share. */
export interface AccountsContext {
  database: Database<AccountTables>;
  hasher: PasswordHasher;
  limits: SessionLimits;
  randomBytes: RandomBytes;
  record(entry: AuditEntry): Promise<void>;
  nowMs(): number;
}

/** One transaction and its audit line. The line is on disk before the change is acknowledged, and without it there is none. */
export function change<T>(
  { database, record }: AccountsContext,
  route: string,
  action: AuditEntry['action'],
  by: By,
  work: (change: Change) => Promise<Told<T>>,
): Promise<T> {
  return database.write(async (transaction) => {
    const { result, ...told } = await work(transaction);
    await record({ ...by, action, route, outcome: 'ok', ...told });
    return result;
  });
}

/** Throws `not-found`. */
export async function rowOf(from: Change | AccountsContext['database']['kysely'], id: string): Promise<AccountRow> {
  const found = await from.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
  if (found === undefined) throw new IdiographError('not-found', `there is no account ${id}`, { id });
  return found;
}

/** By name as people type it: case and form of letters do not matter. */
export function rowByName({ database }: AccountsContext, name: string): Promise<AccountRow | undefined> {
  return database.kysely.selectFrom('account').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();
}

/** A new row. Throws `conflict` when the name is taken. */
export async function insertAccount(
  { randomBytes, nowMs }: AccountsContext,
  change: Change,
  account: Pick<AccountRow, 'name' | 'password' | 'must_change'> & { roles: readonly string[] } & Partial<
      Pick<AccountRow, 'issuer' | 'oidc_subject'>
    >,
): Promise<Account> {
  const key = nameKey(account.name);
  const taken = await change.selectFrom('account').select('id').where('name_key', '=', key).executeTakeFirst();
  if (taken !== undefined) {
    throw new IdiographError('conflict', `there is an account "${account.name}" already`, {
      remedy: 'Take another name, or give that account a new password with `idiograph accounts reset`.',
    });
  }
  const fresh: AccountRow = {
    issuer: null,
    oidc_subject: null,
    signed_in: null,
    ...account,
    id: newId('account', randomBytes),
    name_key: key,
    roles: JSON.stringify(account.roles),
    disabled: 0,
    created: nowMs(),
  };
  await change.insertInto('account').values(fresh).execute();
  return accountOf(fresh);
}
