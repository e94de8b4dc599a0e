import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import type { AuditEntry } from '../../privacy/audit/entry.ts';
import { openDatabase } from '../../store/sqlite/database.ts';
import { knownMigrations, migrate } from '../../store/sqlite/migrate.ts';
import { type Account, accountOf, checkedName, checkedRoles, nameKey } from './account.ts';
import { accountDelay, addressDelay, type DelayKey, forgive, reserveTry, takeBackTry } from './delays.ts';
import { type PasswordCost, passwordHasher } from './hashing.ts';
import { assertGoodPassword, generatePassword } from './password.ts';
import { newId, newToken, type RandomBytes, tokenHash } from './secrets.ts';
import {
  beginSession,
  endSession,
  endSessions,
  findSession,
  type NewSession,
  rotateToken,
  type Session,
  type SessionLimits,
} from './sessions.ts';
import type { AccountRow, AccountTables, Change } from './tables.ts';

export type { Account } from './account.ts';
export type { NewSession, Session } from './sessions.ts';

export interface AccountsOptions {
  /** ISO 8601. */
  now(): string;
  randomBytes: RandomBytes;
  /** Writes the audit line of a change or sign-in; where it fails, the change is not made. */
  record?: (entry: AuditEntry) => Promise<void>;
  sessions?: Partial<SessionLimits>;
  cost?: PasswordCost;
}

/** Who does it, for the audit line. */
export type By = Pick<AuditEntry, 'actor' | 'roles' | 'session' | 'remote' | 'requestId'>;

export interface SignInFrom {
  /** Address of the other side: failed tries are counted by it. */
  remote: string;
  /** The session that the browser had: it ends, so that nobody can plant one. */
  previousToken?: string | undefined;
  requestId?: string;
}

export type SignedIn =
  | ({ ok: true } & NewSession)
  /** `refused` says nothing about whether the account exists; `delayed`: too many failures; `busy`: too many at once. */
  | { ok: false; reason: 'refused' | 'delayed' | 'busy'; retryAfterSeconds?: number };

/** What a change gives back, and what its audit line says of it. */
interface Told<T> extends Partial<Pick<AuditEntry, 'actor' | 'roles' | 'outcome' | 'record' | 'reason'>> {
  result: T;
}

const codeLifeMs = 10 * 60_000;

export type Accounts = Awaited<ReturnType<typeof openAccounts>>;

/**
 * Opens `accounts.sqlite` in this folder, or makes it. Safe for several processes: each change is one transaction under the
 * database's write lock, and nothing is cached, so that a disabled account is out everywhere with the next request.
 */
export async function openAccounts(directory: string, options: AccountsOptions) {
  const { randomBytes, record = async () => {} } = options;
  const limits: SessionLimits = { idleMs: 30 * 60_000, absoluteMs: 12 * 60 * 60_000, ...options.sessions };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'accounts.sqlite');
  const database = await openDatabase<AccountTables>(path);
  try {
    await chmod(path, 0o600);
    await migrate(database, knownMigrations(join(import.meta.dirname, 'migrations')));
  } catch (error) {
    await database.close();
    throw error;
  }
  const hasher = passwordHasher(options.cost);
  const nowMs = () => Date.parse(options.now());

  /** One transaction and its audit line. The line is on disk before the change is acknowledged, and without it there is none. */
  function change<T>(
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

  async function row(from: Change | typeof database.kysely, id: string): Promise<AccountRow> {
    const found = await from.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
    if (found === undefined) throw new IdiographError('not-found', `there is no account ${id}`, { id });
    return found;
  }

  const rowByName = (name: string) =>
    database.kysely.selectFrom('account').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();

  async function insert(
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

  /** Somebody must be left who can manage accounts. */
  async function assertAdministratorBeside(change: Change, id: string): Promise<void> {
    const others = await change.selectFrom('account').selectAll().where('id', '!=', id).execute();
    if (others.map(accountOf).some((one) => !one.disabled && one.roles.includes('administrator'))) return;
    throw new IdiographError('conflict', 'this is the last account that can manage accounts', {
      remedy: 'Make another administrator first.',
    });
  }

  async function tryToSignIn(
    keys: DelayKey[],
    from: SignInFrom,
    verified: () => Promise<{ account: Account; rehash?: string } | { account?: undefined; known?: string }>,
    route: string,
  ): Promise<SignedIn> {
    const denied = (reason: string, known?: string) =>
      record({
        actor: known ?? 'anonymous',
        action: 'sign-in',
        route,
        outcome: 'denied',
        reason,
        remote: from.remote,
        requestId: from.requestId,
      });
    const waitMs = await database.write((transaction) => reserveTry(transaction, keys, nowMs()));
    if (waitMs > 0) {
      await denied('delayed after failed tries');
      return { ok: false, reason: 'delayed', retryAfterSeconds: Math.ceil(waitMs / 1000) };
    }
    let found: Awaited<ReturnType<typeof verified>>;
    try {
      found = await verified();
    } catch (error) {
      await database.write((transaction) => takeBackTry(transaction, keys));
      if (!isIdiographError(error, 'store-busy')) throw error;
      return { ok: false, reason: 'busy', retryAfterSeconds: 2 };
    }
    const { account } = found;
    if (account === undefined) {
      await denied('wrong name, password or code', found.known);
      return { ok: false, reason: 'refused' };
    }
    const { rehash } = found;
    return change(
      route,
      'sign-in',
      { actor: account.id, roles: account.roles, remote: from.remote, requestId: from.requestId },
      async (transaction): Promise<Told<SignedIn>> => {
        // Disabled while the password was being verified: the last look counts.
        const current = accountOf(await row(transaction, account.id));
        if (current.disabled)
          return { result: { ok: false, reason: 'refused' }, outcome: 'denied', reason: 'disabled' };
        await forgive(transaction, keys);
        if (rehash !== undefined)
          await transaction.updateTable('account').set({ password: rehash }).where('id', '=', account.id).execute();
        const begun = await beginSession(transaction, current, from.previousToken, {
          nowMs: nowMs(),
          randomBytes,
          limits,
        });
        return { result: { ok: true, ...begun }, record: begun.session.id };
      },
    );
  }

  const api = {
    limits,

    async list(): Promise<Account[]> {
      const rows = await database.kysely.selectFrom('account').selectAll().orderBy('name_key').execute();
      return rows.map(accountOf);
    },

    /** Throws `not-found`. */
    get: async (id: string): Promise<Account> => accountOf(await row(database.kysely, id)),

    async byName(name: string): Promise<Account | undefined> {
      const found = await rowByName(name);
      return found && accountOf(found);
    },

    /** Makes `owner` (clinician and administrator) when there is no account at all. The password is told this once. */
    async firstAccount(by: By): Promise<{ account: Account; password: string } | undefined> {
      if ((await api.list()).length > 0) return undefined;
      const password = generatePassword(randomBytes);
      const hash = await hasher.make(password);
      return change('account.first', 'create', by, async (transaction) => {
        const any = await transaction.selectFrom('account').select('id').limit(1).executeTakeFirst();
        if (any !== undefined) return { result: undefined };
        const first = { name: 'owner', roles: ['clinician', 'administrator'], password: hash, must_change: 0 };
        const account = await insert(transaction, first);
        return { result: { account, password }, record: account.id };
      });
    },

    /** Without a password one is generated, told this once, and must be changed. Throws `usage`, `conflict`. */
    async addAccount(
      given: { name: string; roles: readonly string[]; password?: string },
      by: By,
    ): Promise<{ account: Account; generated?: string }> {
      const name = checkedName(given.name);
      const roles = checkedRoles(given.roles);
      if (given.password !== undefined) assertGoodPassword(given.password, name);
      const password = given.password ?? generatePassword(randomBytes);
      const hash = await hasher.make(password);
      return change('account.add', 'create', by, async (transaction) => {
        const account = await insert(transaction, { name, roles, password: hash, must_change: 1 });
        const generated = given.password === undefined ? { generated: password } : {};
        return { result: { account, ...generated }, record: account.id, reason: `roles ${roles.join(', ')}` };
      });
    },

    /** The new roles count with the next request; its sessions are due for a new token. Throws `usage`, `conflict`. */
    setRoles(id: string, given: readonly string[], by: By): Promise<Account> {
      const roles = checkedRoles(given);
      return change('account.roles', 'update', by, async (transaction) => {
        await row(transaction, id);
        if (!roles.includes('administrator')) await assertAdministratorBeside(transaction, id);
        await transaction
          .updateTable('account')
          .set({ roles: JSON.stringify(roles) })
          .where('id', '=', id)
          .execute();
        await transaction.updateTable('session').set({ rotation_due: 1 }).where('account', '=', id).execute();
        const account = accountOf(await row(transaction, id));
        return { result: account, record: id, reason: `roles ${roles.join(', ')}` };
      });
    },

    /** The account's own new password. All its sessions end but `keepSession`. Throws `usage` with what is wrong with it. */
    async setPassword(id: string, password: string, by: By, keepSession?: string): Promise<void> {
      const before = await row(database.kysely, id);
      assertGoodPassword(password, before.name);
      if (await hasher.matches(password, before.password)) {
        throw new IdiographError('usage', 'this password will not do: it is the old one');
      }
      const hash = await hasher.make(password);
      await change('account.password', 'update', by, async (transaction) => {
        await row(transaction, id);
        await transaction.updateTable('account').set({ password: hash, must_change: 0 }).where('id', '=', id).execute();
        await transaction.deleteFrom('code').where('account', '=', id).execute();
        await endSessions(transaction, id, nowMs(), keepSession);
        return { result: undefined, record: id };
      });
    },

    /** A generated password, told this once, to be changed at the next sign-in. Sessions, codes and delays of the account end. */
    async resetPassword(id: string, by: By): Promise<string> {
      const password = generatePassword(randomBytes);
      const hash = await hasher.make(password);
      return change('account.reset', 'update', by, async (transaction) => {
        const { name_key } = await row(transaction, id);
        await transaction.updateTable('account').set({ password: hash, must_change: 1 }).where('id', '=', id).execute();
        await transaction.deleteFrom('code').where('account', '=', id).execute();
        await forgive(transaction, [accountDelay(name_key)]);
        await endSessions(transaction, id, nowMs());
        return { result: password, record: id };
      });
    },

    /** No sign-in any more, and its sessions end at once, in every process. Throws `conflict` for the last administrator. */
    disable: (id: string, by: By): Promise<Account> =>
      change('account.disable', 'update', by, async (transaction) => {
        await row(transaction, id);
        await assertAdministratorBeside(transaction, id);
        await transaction.updateTable('account').set({ disabled: 1 }).where('id', '=', id).execute();
        await transaction.deleteFrom('code').where('account', '=', id).execute();
        await endSessions(transaction, id, nowMs());
        return { result: accountOf(await row(transaction, id)), record: id };
      }),

    enable: (id: string, by: By): Promise<Account> =>
      change('account.enable', 'update', by, async (transaction) => {
        await row(transaction, id);
        await transaction.updateTable('account').set({ disabled: 0 }).where('id', '=', id).execute();
        return { result: accountOf(await row(transaction, id)), record: id };
      }),

    /** Whether it is this account's password: the same work whether or not there is such an account. Counts no failures. */
    async verifyPassword(name: string, password: string): Promise<Account | undefined> {
      const found = await rowByName(name);
      const right = await hasher.matches(password, found?.password ?? null);
      return found !== undefined && right && found.disabled === 0 ? accountOf(found) : undefined;
    },

    signIn(given: { name: string; password: string } & SignInFrom): Promise<SignedIn> {
      const { name, password } = given;
      const keys = [accountDelay(nameKey(name)), addressDelay(given.remote)];
      return tryToSignIn(
        keys,
        given,
        async () => {
          const account = await api.verifyPassword(name, password);
          const stored = await rowByName(name);
          if (account === undefined) return { known: stored?.id };
          const outdated = stored?.password && hasher.isOutdated(stored.password);
          return { account, ...(outdated && { rehash: await hasher.make(password) }) };
        },
        'account.sign-in',
      );
    },

    /** A code of one use that signs this account in within ten minutes: for a link that a terminal prints. */
    makeCode: (id: string, by: By): Promise<string> =>
      change('account.code', 'create', by, async (transaction) => {
        const { disabled } = await row(transaction, id);
        if (disabled === 1) throw new IdiographError('conflict', 'the account is disabled');
        const code = newToken(randomBytes);
        await transaction.deleteFrom('code').where('expires', '<', nowMs()).execute();
        await transaction
          .insertInto('code')
          .values({ hash: tokenHash(code), account: id, expires: nowMs() + codeLifeMs })
          .execute();
        return { result: code, record: id };
      }),

    signInWithCode(given: { code: string } & SignInFrom): Promise<SignedIn> {
      return tryToSignIn(
        [addressDelay(given.remote)],
        given,
        async () => {
          const used = await database.write((transaction) =>
            transaction
              .deleteFrom('code')
              .where('hash', '=', tokenHash(given.code))
              .returning(['account', 'expires'])
              .executeTakeFirst(),
          );
          if (used === undefined) return {};
          // A clock that was put back does not give a code a longer life than it had.
          const left = used.expires - nowMs();
          const account = accountOf(await row(database.kysely, used.account));
          return left > 0 && left <= codeLifeMs && !account.disabled ? { account } : { known: account.id };
        },
        'account.sign-in-code',
      );
    },

    /**
     * Signs in whom an identity provider vouches for. A new account is made only when the claims give a role; the roles of an
     * existing one follow the claims, and without a role its sessions end. Never joins an account of the same name.
     */
    async signInVouched(
      vouched: { issuer: string; subject: string; name: string; roles: readonly string[] },
      from: SignInFrom,
    ): Promise<SignedIn> {
      const { issuer, subject } = vouched;
      const by = { actor: 'anonymous', remote: from.remote, requestId: from.requestId };
      return change('account.sign-in-oidc', 'sign-in', by, async (transaction): Promise<Told<SignedIn>> => {
        const refused = (reason: string, record?: string): Told<SignedIn> => ({
          result: { ok: false, reason: 'refused' },
          outcome: 'denied',
          reason,
          record,
        });
        const existing = await transaction
          .selectFrom('account')
          .selectAll()
          .where('issuer', '=', issuer)
          .where('oidc_subject', '=', subject)
          .executeTakeFirst();
        if (vouched.roles.length === 0) {
          if (existing !== undefined) await endSessions(transaction, existing.id, nowMs());
          return refused('the claims give no role', existing?.id);
        }
        const roles = checkedRoles(vouched.roles);
        let account = existing && accountOf(existing);
        if (account?.disabled) return refused('disabled', account.id);
        if (account === undefined) {
          const name = await freeName(transaction, vouched.name);
          const fresh = { name, roles, password: null, must_change: 0, issuer, oidc_subject: subject };
          account = await insert(transaction, fresh);
        } else if (account.roles.join() !== roles.join()) {
          await transaction
            .updateTable('account')
            .set({ roles: JSON.stringify(roles) })
            .where('id', '=', account.id)
            .execute();
          await transaction.updateTable('session').set({ rotation_due: 1 }).where('account', '=', account.id).execute();
          account = { ...account, roles };
        }
        const begun = await beginSession(transaction, account, from.previousToken, {
          nowMs: nowMs(),
          randomBytes,
          limits,
        });
        return { result: { ok: true, ...begun }, actor: account.id, roles, record: begun.session.id };
      });
    },

    /** Who a token stands for, with roles as they are now; undefined when the session is over or never was. */
    async session(token: string): Promise<Session | undefined> {
      const at = nowMs();
      const found = await findSession(database.kysely, token, at, limits);
      if (found?.noteUse) {
        await database.write((transaction) =>
          transaction.updateTable('session').set({ seen: at }).where('id', '=', found.session.id).execute(),
        );
      }
      return found?.session;
    },

    /** A new token for a session, for after a change of roles. Undefined: another request was quicker, go on with the old one. */
    async rotate(token: string): Promise<string | undefined> {
      const session = await api.session(token);
      if (session === undefined) return undefined;
      return database.write((transaction) => rotateToken(transaction, session.id, token, nowMs(), randomBytes));
    },

    /** Ends the session of a token. */
    signOut: (token: string): Promise<void> => database.write((transaction) => endSession(transaction, token, nowMs())),

    /** Ends all sessions of an account, but for `keepSession`. */
    signOutEverywhere: (id: string, by: By, keepSession?: string): Promise<void> =>
      change('account.sign-out-everywhere', 'sign-out', by, async (transaction) => {
        await endSessions(transaction, id, nowMs(), keepSession);
        return { result: undefined, record: id };
      }),

    /** For neighbours that keep rows of their own in this database. */
    database,
    close: () => database.close(),
  };
  return api;
}

/** The name an identity provider gives, made one that nobody has. */
async function freeName(change: Change, wanted: string): Promise<string> {
  const base = checkedName(
    [...wanted.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '')].slice(0, 58).join('') || 'account',
  );
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base} (${number})`;
    const taken = await change
      .selectFrom('account')
      .select('id')
      .where('name_key', '=', nameKey(name))
      .executeTakeFirst();
    if (taken === undefined) return name;
  }
}
