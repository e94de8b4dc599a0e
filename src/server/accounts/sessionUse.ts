import { type AccountsContext, type By, change } from './context.ts';
import {
  endSession,
  endSessions,
  findSession,
  type LivingSession,
  livingSessions,
  rotateToken,
  type Session,
} from './sessions.ts';

/** What a request does with its token. */
export function sessionUse(context: AccountsContext) {
  const { database, limits, randomBytes, nowMs } = context;
  const sessions = {
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
      const session = await sessions.session(token);
      if (session === undefined) return undefined;
      return database.write((transaction) => rotateToken(transaction, session.id, token, nowMs(), randomBytes));
    },

    /** Sessions of an account that have not ended. */
    sessionsOf: (id: string): Promise<LivingSession[]> => livingSessions(database.kysely, id, nowMs(), limits),

    /** Ends the session of a token. */
    signOut: (token: string): Promise<void> => database.write((transaction) => endSession(transaction, token, nowMs())),

    /** Ends all sessions of an account, but for `keepSession`. */
    signOutEverywhere: (id: string, by: By, keepSession?: string): Promise<void> =>
      change(context, 'account.sign-out-everywhere', 'sign-out', by, async (transaction) => {
        await endSessions(transaction, id, nowMs(), keepSession);
        return { result: undefined, record: id };
      }),
  };
  return sessions;
}
