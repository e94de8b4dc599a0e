import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import type { AuditEntry } from '../../privacy/audit/entry.ts';
import { type Account, accountOf, nameKey } from './account.ts';
import { type AccountsContext, type By, change, rowByName, rowOf, type Told } from './context.ts';
import { accountDelay, addressDelay, type DelayKey, forgive, reserveTry, takeBackTry } from './delays.ts';
import { newToken, tokenHash } from './secrets.ts';
import { beginSession, type NewSession } from './sessions.ts';

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

const codeLifeMs = 10 * 60_000;

interface Verified {
  account: Account;
  /** The hash that the password was compared with, and one with today's costs when that one is outdated. */
  stored?: string;
  rehash?: string;
}

/** The ways to a session, but for the one through an identity provider. */
export function signIns(context: AccountsContext) {
  const { database, hasher, randomBytes, nowMs } = context;

  async function tryToSignIn(
    keys: DelayKey[],
    from: SignInFrom,
    verified: () => Promise<Verified | { account?: undefined; known?: string }>,
    route: string,
  ): Promise<SignedIn> {
    const denied = (reason: string, known?: string) => context.record(deniedLine(route, reason, from, known));
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
      context,
      route,
      'sign-in',
      { actor: account.id, roles: account.roles, remote: from.remote, requestId: from.requestId },
      async (transaction): Promise<Told<SignedIn>> => {
        // Disabled or given another password while this one was being verified: the last look counts.
        const row = await rowOf(transaction, account.id);
        const current = accountOf(row);
        if (current.disabled || (found.stored !== undefined && found.stored !== row.password)) {
          const reason = 'the account was changed meanwhile';
          return { result: { ok: false, reason: 'refused' }, outcome: 'denied', reason };
        }
        await forgive(transaction, keys);
        if (rehash !== undefined)
          await transaction.updateTable('account').set({ password: rehash }).where('id', '=', account.id).execute();
        const begun = await beginSession(context, transaction, current, from);
        return { result: { ok: true, ...begun }, record: begun.session.id };
      },
    );
  }

  /** The same work whether or not there is such an account. */
  async function verified(name: string, password: string) {
    const row = await rowByName(context, name);
    const right = await hasher.matches(password, row?.password ?? null);
    if (row === undefined || row.password === null || row.disabled === 1 || !right) return { known: row?.id };
    return { account: accountOf(row), stored: row.password };
  }

  return {
    /** The account when this is its password, counting no failures: for one who is signed in already. */
    async verifyPassword(name: string, password: string): Promise<Account | undefined> {
      const { account } = await verified(name, password);
      return account;
    },

    signIn(given: { name: string; password: string } & SignInFrom): Promise<SignedIn> {
      const { name, password } = given;
      const keys = [accountDelay(nameKey(name)), addressDelay(given.remote)];
      return tryToSignIn(
        keys,
        given,
        async () => {
          const found = await verified(name, password);
          if (found.account === undefined || !hasher.isOutdated(found.stored)) return found;
          return { ...found, rehash: await hasher.make(password) };
        },
        'account.sign-in',
      );
    },

    /** A code of one use that signs this account in within ten minutes: for a link that a terminal prints. */
    makeCode: (id: string, by: By): Promise<string> =>
      change(context, 'account.code', 'create', by, async (transaction) => {
        const { disabled } = await rowOf(transaction, id);
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
          const account = accountOf(await rowOf(database.kysely, used.account));
          return left > 0 && left <= codeLifeMs && !account.disabled ? { account } : { known: account.id };
        },
        'account.sign-in-code',
      );
    },
  };
}

/** The audit line of a sign-in that was refused; `known`: the account, where the name is one. */
export function deniedLine(route: string, reason: string, from: SignInFrom, known = 'anonymous'): AuditEntry {
  const { remote, requestId } = from;
  return { actor: known, action: 'sign-in', route, outcome: 'denied', reason, remote, requestId };
}
