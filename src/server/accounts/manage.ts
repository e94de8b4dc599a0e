import { IdiographError } from '../../dossier/errors.ts';
import { type Account, accountOf, checkedName, checkedRoles } from './account.ts';
import { type AccountsContext, type By, change, insertAccount, rowByName, rowOf } from './context.ts';
import { accountDelay, forgive } from './delays.ts';
import { assertGoodPassword, generatePassword } from './password.ts';
import { endSessions } from './sessions.ts';
import type { Change } from './tables.ts';

/** Somebody must be left who can manage accounts. */
async function assertAdministratorBeside(change: Change, id: string): Promise<void> {
  const others = await change.selectFrom('account').selectAll().where('id', '!=', id).execute();
  if (others.map(accountOf).some((one) => !one.disabled && one.roles.includes('administrator'))) return;
  throw new IdiographError('conflict', 'this is the last account that can manage accounts', {
    remedy: 'Make another administrator first.',
  });
}

/** Making and changing accounts. */
export function manageAccounts(context: AccountsContext) {
  const { database, hasher, randomBytes, nowMs } = context;
  const manage = {
    async list(): Promise<Account[]> {
      const rows = await database.kysely.selectFrom('account').selectAll().orderBy('name_key').execute();
      return rows.map(accountOf);
    },

    /** Throws `not-found`. */
    get: async (id: string): Promise<Account> => accountOf(await rowOf(database.kysely, id)),

    async byName(name: string): Promise<Account | undefined> {
      const found = await rowByName(context, name);
      return found && accountOf(found);
    },

    /** Makes `owner` (clinician and administrator) when there is no account at all. The password is told this once. */
    async firstAccount(by: By): Promise<{ account: Account; password: string } | undefined> {
      if ((await manage.list()).length > 0) return undefined;
      const password = generatePassword(randomBytes);
      const hash = await hasher.make(password);
      return change(context, 'account.first', 'create', by, async (transaction) => {
        const any = await transaction.selectFrom('account').select('id').limit(1).executeTakeFirst();
        if (any !== undefined) return { result: undefined };
        const first = { name: 'owner', roles: ['clinician', 'administrator'], password: hash, must_change: 0 };
        const account = await insertAccount(context, transaction, first);
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
      return change(context, 'account.add', 'create', by, async (transaction) => {
        const account = await insertAccount(context, transaction, { name, roles, password: hash, must_change: 1 });
        const generated = given.password === undefined ? { generated: password } : {};
        return { result: { account, ...generated }, record: account.id, reason: `roles ${roles.join(', ')}` };
      });
    },

    /** The new roles count with the next request; its sessions are due for a new token. Throws `usage`, `conflict`. */
    setRoles(id: string, given: readonly string[], by: By): Promise<Account> {
      const roles = checkedRoles(given);
      return change(context, 'account.roles', 'update', by, async (transaction) => {
        await rowOf(transaction, id);
        if (!roles.includes('administrator')) await assertAdministratorBeside(transaction, id);
        await transaction
          .updateTable('account')
          .set({ roles: JSON.stringify(roles) })
          .where('id', '=', id)
          .execute();
        await transaction.updateTable('session').set({ rotation_due: 1 }).where('account', '=', id).execute();
        const account = accountOf(await rowOf(transaction, id));
        return { result: account, record: id, reason: `roles ${roles.join(', ')}` };
      });
    },

    /** The account's own new password. All its sessions end but `keepSession`. Throws `usage` with what is wrong with it. */
    async setPassword(id: string, password: string, by: By, keepSession?: string): Promise<void> {
      const before = await rowOf(database.kysely, id);
      assertGoodPassword(password, before.name);
      if (await hasher.matches(password, before.password)) {
        throw new IdiographError('usage', 'this password will not do: it is the old one');
      }
      const hash = await hasher.make(password);
      await change(context, 'account.password', 'update', by, async (transaction) => {
        await rowOf(transaction, id);
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
      return change(context, 'account.reset', 'update', by, async (transaction) => {
        const { name_key } = await rowOf(transaction, id);
        await transaction.updateTable('account').set({ password: hash, must_change: 1 }).where('id', '=', id).execute();
        await transaction.deleteFrom('code').where('account', '=', id).execute();
        await forgive(transaction, [accountDelay(name_key)]);
        await endSessions(transaction, id, nowMs());
        return { result: password, record: id };
      });
    },

    /** No sign-in any more, and its sessions end at once, in every process. Throws `conflict` for the last administrator. */
    disable: (id: string, by: By): Promise<Account> =>
      change(context, 'account.disable', 'update', by, async (transaction) => {
        await rowOf(transaction, id);
        await assertAdministratorBeside(transaction, id);
        await transaction.updateTable('account').set({ disabled: 1 }).where('id', '=', id).execute();
        await transaction.deleteFrom('code').where('account', '=', id).execute();
        await endSessions(transaction, id, nowMs());
        return { result: accountOf(await rowOf(transaction, id)), record: id };
      }),

    enable: (id: string, by: By): Promise<Account> =>
      change(context, 'account.enable', 'update', by, async (transaction) => {
        await rowOf(transaction, id);
        await transaction.updateTable('account').set({ disabled: 0 }).where('id', '=', id).execute();
        return { result: accountOf(await rowOf(transaction, id)), record: id };
      }),
  };
  return manage;
}
