import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntry } from '../../privacy/audit/entry.ts';
import { openDatabase } from '../../store/sqlite/database.ts';
import { knownMigrations, migrate } from '../../store/sqlite/migrate.ts';
import type { AccountsContext } from './context.ts';
import { type PasswordCost, passwordHasher } from './hashing.ts';
import { manageAccounts } from './manage.ts';
import type { RandomBytes } from './secrets.ts';
import type { SessionLimits } from './sessions.ts';
import { sessionUse } from './sessionUse.ts';
import { signIns } from './signIn.ts';
import type { AccountTables } from './tables.ts';
import { vouchedSignIns } from './vouched.ts';

export type { Account } from './account.ts';
export type { By } from './context.ts';
export type { NewSession, Session } from './sessions.ts';
export type { SignedIn, SignInFrom } from './signIn.ts';

export interface AccountsOptions {
  /** ISO 8601. */
  now(): string;
  randomBytes: RandomBytes;
  /** Writes the audit line of a change or sign-in; where it fails, the change is not made. */
  record?: (entry: AuditEntry) => Promise<void>;
  sessions?: Partial<SessionLimits>;
  cost?: PasswordCost;
}

export type Accounts = Awaited<ReturnType<typeof openAccounts>>;

/**
 * Opens `accounts.sqlite` in this folder, or makes it. Safe for several processes: each change is one transaction under the
 * database's write lock, and nothing is cached, so that a disabled account is out everywhere with the next request.
 */
export async function openAccounts(directory: string, options: AccountsOptions) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'accounts.sqlite');
  const database = await openDatabase<AccountTables>(path);
  try {
    await migrate(database, knownMigrations(join(import.meta.dirname, 'migrations')));
  } catch (error) {
    await database.close();
    throw error;
  }
  const context: AccountsContext = {
    database,
    hasher: passwordHasher(options.cost),
    limits: { idleMs: 30 * 60_000, absoluteMs: 12 * 60 * 60_000, ...options.sessions },
    randomBytes: options.randomBytes,
    record: options.record ?? (async () => {}),
    nowMs: () => Date.parse(options.now()),
  };
  return {
    ...manageAccounts(context),
    ...signIns(context),
    ...vouchedSignIns(context),
    ...sessionUse(context),
    limits: context.limits,
    /** For neighbours that keep rows of their own in this database. */
    database,
    close: () => database.close(),
  };
}
