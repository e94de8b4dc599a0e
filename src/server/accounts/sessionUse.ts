import { isIdiographError } from '../../dossier/errors.ts';
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

/** More sessions than there are people at a site. */
const mostUnwritten = 10_000;

/** What a request does with its token. */
export function sessionUse(context: AccountsContext) {
  const { database, limits, randomBytes, nowMs } = context;
  /** Uses that could not be written, by session: a full disk must not end the sessions of those who read. */
  const unwritten = new Map<string, number>();
  const sessions = {
    /** Who a token stands for, with roles as they are now; undefined when the session is over or never was. */
    async session(token: string): Promise<Session | undefined> {
      const at = nowMs();
      const found = await findSession(database.kysely, token, at, limits, unwritten);
      if (found?.noteUse) await noteUse(found.session.id, at);
      return found?.session;
    },

    /** The same in a way that does not count as a use: an open page alone keeps no session alive. */
    async livingSession(token: string): Promise<Session | undefined> {
      return (await findSession(database.kysely, token, nowMs(), limits, unwritten))?.session;
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
  async function noteUse(id: string, at: number): Promise<void> {
    try {
      await database.write((transaction) =>
        transaction.updateTable('session').set({ seen: at }).where('id', '=', id).execute(),
      );
      unwritten.delete(id);
    } catch (error) {
      if (!isIdiographError(error, 'store-io')) throw error;
      if (unwritten.size >= mostUnwritten) unwritten.delete(unwritten.keys().next().value!);
      unwritten.set(id, at);
    }
  }

  return sessions;
}
