import { accountOf, checkedName, checkedRoles, nameKey } from './account.ts';
import { type AccountsContext, change, insertAccount, type Told } from './context.ts';
import { beginSession, endSessions } from './sessions.ts';
import { deniedLine, type SignedIn, type SignInFrom } from './signIn.ts';
import type { Change } from './tables.ts';

/** The way to a session through an identity provider. */
export function vouchedSignIns(context: AccountsContext) {
  return {
    /**
     * Signs in whom an identity provider vouches for. A new account is made only when the claims give a role; the roles of an
     * existing one follow the claims, and without a role its sessions end. Never joins an account of the same name.
     */
    async signInVouched(
      vouched: {
        issuer: string;
        subject: string;
        name: string;
        roles: readonly string[];
        /** False: only who has an account already may come in. */
        mayRegister?: boolean;
      },
      from: SignInFrom,
    ): Promise<SignedIn> {
      const { issuer, subject } = vouched;
      const by = { actor: 'anonymous', remote: from.remote, requestId: from.requestId };
      return change(context, 'account.sign-in-oidc', 'sign-in', by, async (transaction): Promise<Told<SignedIn>> => {
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
          if (existing !== undefined) await endSessions(transaction, existing.id, context.nowMs());
          return refused('the claims give no role', existing?.id);
        }
        const roles = checkedRoles(vouched.roles);
        let account = existing && accountOf(existing);
        if (account?.disabled) return refused('disabled', account.id);
        if (account === undefined && vouched.mayRegister === false) return refused('new accounts are not allowed');
        if (account === undefined) {
          const name = await freeName(transaction, vouched.name);
          const fresh = { name, roles, password: null, must_change: 0, issuer, oidc_subject: subject };
          account = await insertAccount(context, transaction, fresh);
        } else if (account.roles.join() !== roles.join()) {
          await transaction
            .updateTable('account')
            .set({ roles: JSON.stringify(roles) })
            .where('id', '=', account.id)
            .execute();
          await transaction.updateTable('session').set({ rotation_due: 1 }).where('account', '=', account.id).execute();
          account = { ...account, roles };
        }
        const begun = await beginSession(context, transaction, account, from);
        return { result: { ok: true, ...begun }, actor: account.id, roles, record: begun.session.id };
      });
    },

    /** The audit line of a sign-in that failed at the provider or on the way back. */
    deniedOutside: (reason: string, from: SignInFrom): Promise<void> =>
      context.record(deniedLine('account.sign-in-oidc', reason, from)),
  };
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
