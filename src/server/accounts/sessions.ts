import { CompiledQuery, type Kysely } from 'kysely';
import { type Account, accountOf } from './account.ts';
import type { AccountsContext } from './context.ts';
import { newId, newToken, type RandomBytes, tokenHash } from './secrets.ts';
import type { AccountRow, AccountTables, Change, SessionRow } from './tables.ts';

export interface SessionLimits {
  /** Ends so long after the last request (30 minutes). */
  idleMs: number;
  /** Ends so long after sign-in, whatever happens (12 hours). */
  absoluteMs: number;
}

export interface Session {
  /** Names the session in the audit chain; opens nothing. */
  id: string;
  account: Account;
  csrf: string;
  idleSeconds: number;
  /** ISO 8601: when it ends at the latest. */
  until: string;
  /** The roles have changed: give the browser a new token (`rotate`). */
  rotationDue: boolean;
}

/** What a browser gets; the token is told once and kept nowhere. */
export interface NewSession {
  token: string;
  csrf: string;
  session: Session;
}

const graceMs = 10_000;
const keepEndedMs = 24 * 60 * 60_000;

/** A new session with a new token; the one that the browser had before ends. */
export async function beginSession(
  { randomBytes, limits, ...context }: AccountsContext,
  change: Change,
  account: Account,
  from: { previousToken?: string | undefined; remote: string },
): Promise<NewSession> {
  const nowMs = context.nowMs();
  if (from.previousToken !== undefined) await endSession(change, from.previousToken, nowMs);
  const dead = nowMs - keepEndedMs;
  await change
    .deleteFrom('session')
    .where((row) => row.or([row('ended', '<', dead), row('created', '<', dead - limits.absoluteMs)]))
    .execute();
  const token = newToken(randomBytes);
  const csrf = newToken(randomBytes);
  const id = newId('session', randomBytes);
  await change
    .insertInto('session')
    .values({
      id,
      token: tokenHash(token),
      previous_token: null,
      previous_until: null,
      account: account.id,
      csrf,
      created: nowMs,
      seen: nowMs,
      rotation_due: 0,
      ended: null,
      remote: from.remote.slice(0, 100),
    })
    .execute();
  await change.updateTable('account').set({ signed_in: nowMs }).where('id', '=', account.id).execute();
  const until = new Date(nowMs + limits.absoluteMs).toISOString();
  const session = { id, account, csrf, idleSeconds: limits.idleMs / 1000, until, rotationDue: false };
  return { token, csrf, session };
}

/** As text, because every request asks it: building the query would cost more than the query. */
const findByToken = `
  select account.*, session.id as session_id, session.csrf, session.created as begun, session.seen, session.rotation_due
  from session join account on account.id = session.account
  where (session.token = ? or (session.previous_token = ? and session.previous_until >= ?))
    and session.ended is null and account.disabled = 0
  limit 1`;

interface FoundRow extends AccountRow, Pick<SessionRow, 'csrf' | 'seen' | 'rotation_due'> {
  session_id: string;
  begun: number;
}

/** The living session of a token, with the roles as they are now. `noteUse`: a minute has passed since the last note. */
export async function findSession(
  database: Kysely<AccountTables>,
  token: string,
  nowMs: number,
  limits: SessionLimits,
  unwritten: ReadonlyMap<string, number>,
): Promise<{ session: Session; noteUse: boolean } | undefined> {
  const hash = tokenHash(token);
  const { rows } = await database.executeQuery<FoundRow>(CompiledQuery.raw(findByToken, [hash, hash, nowMs]));
  const [row] = rows;
  if (row === undefined) return undefined;
  const seen = Math.max(row.seen, unwritten.get(row.session_id) ?? 0);
  if (nowMs - seen > limits.idleMs || nowMs - row.begun > limits.absoluteMs) return undefined;
  return {
    session: {
      id: row.session_id,
      account: accountOf(row),
      csrf: row.csrf,
      idleSeconds: limits.idleMs / 1000,
      until: new Date(row.begun + limits.absoluteMs).toISOString(),
      rotationDue: row.rotation_due === 1,
    },
    noteUse: nowMs - seen > Math.min(60_000, limits.idleMs / 10),
  };
}

/** A session as its account sees it: where and when, nothing that opens it. */
export interface LivingSession {
  id: string;
  /** ISO 8601: sign-in, last use (within a minute), and when it ends if it is not used again. */
  begun: string;
  seen: string;
  until: string;
  /** Address that it was begun from. */
  remote?: string;
}

/** Sessions of an account that have not ended, the last used first. */
export async function livingSessions(
  database: Kysely<AccountTables>,
  account: string,
  nowMs: number,
  limits: SessionLimits,
): Promise<LivingSession[]> {
  const rows = await database
    .selectFrom('session')
    .select(['id', 'created', 'seen', 'remote'])
    .where('account', '=', account)
    .where('ended', 'is', null)
    .where('seen', '>=', nowMs - limits.idleMs)
    .where('created', '>=', nowMs - limits.absoluteMs)
    .orderBy('seen', 'desc')
    .execute();
  const iso = (ms: number) => new Date(ms).toISOString();
  return rows.map(({ id, created, seen, remote }) => ({
    id,
    begun: iso(created),
    seen: iso(seen),
    until: iso(Math.min(created + limits.absoluteMs, seen + limits.idleMs)),
    ...(remote !== null && { remote }),
  }));
}

/** Gives a session another token. The old one is accepted for ten more seconds, for requests that are under way. */
export async function rotateToken(
  change: Change,
  id: string,
  token: string,
  nowMs: number,
  randomBytes: RandomBytes,
): Promise<string | undefined> {
  const fresh = newToken(randomBytes);
  const old = tokenHash(token);
  const { numUpdatedRows } = await change
    .updateTable('session')
    .set({ token: tokenHash(fresh), previous_token: old, previous_until: nowMs + graceMs, rotation_due: 0 })
    .where('id', '=', id)
    .where('token', '=', old)
    .executeTakeFirst();
  return numUpdatedRows === 1n ? fresh : undefined;
}

/** Ends the session of a token, also of one that was replaced within its grace. */
export async function endSession(change: Change, token: string, nowMs: number): Promise<void> {
  const hash = tokenHash(token);
  await change
    .updateTable('session')
    .set({ ended: nowMs })
    .where((row) => row.or([row('token', '=', hash), row('previous_token', '=', hash)]))
    .where('ended', 'is', null)
    .execute();
}

/** Ends all sessions of an account, but for one. */
export async function endSessions(change: Change, account: string, nowMs: number, except?: string): Promise<void> {
  await change
    .updateTable('session')
    .set({ ended: nowMs })
    .where('account', '=', account)
    .where('ended', 'is', null)
    .$if(except !== undefined, (query) => query.where('id', '!=', except!))
    .execute();
}
