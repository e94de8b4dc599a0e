import type { z } from 'zod';
import type { Purpose, Reader } from '../../dossier/store.ts';
import type { AuditAction, AuditOutcome } from '../../privacy/audit/actions.ts';
import type { Spec } from '../api/spec.ts';
import type { Call, Who } from '../call.ts';
import { bytesOfKept } from '../models/keptViews.ts';
import type { Workspace } from '../workspace.ts';
import { assertOwnOrigin, whoIs } from './caller.ts';
import { readJsonBody } from './jsonBody.ts';
import type { Peer } from './peer.ts';
import { isDiskFull, Refusal, refusalOf } from './problem.ts';
import type { RateLimit } from './rateLimit.ts';

interface Asked {
  workspace: Workspace;
  request: Request;
  params: Record<string, string>;
  requestId: string;
  limits: { session: RateLimit; anonymous: RateLimit };
  onError(error: unknown, requestId: string): void;
  peerOf(request: Request): Peer;
}

type About = { subject?: string; record?: string; account?: string };

/**
 * The way of every request: who asks, how often, may they, is it well formed; then the handler; then the audit line, which
 * is on disk before the answer leaves. Refusals are kept as well as what was done. Before a change a line says that it is
 * begun: whatever happens later, no change is without a line (docs/decisions/0010-audit-and-full-disk.md).
 */
export async function answerRoute(
  name: string,
  spec: Spec,
  handler: (call: Call<Spec>) => Promise<unknown>,
  asked: Asked,
): Promise<Response> {
  const { workspace, request, requestId } = asked;
  const { remote, secure } = asked.peerOf(request);
  const about: About = {};
  const headers = new Headers({ 'cache-control': 'no-store' });
  let who: Who | undefined;
  let purpose: Purpose = 'care';
  let response: Response;
  let begun = false;
  const tell = (outcome: AuditOutcome, status?: number) =>
    workspace.audit.append({
      actor: who?.id ?? about.account ?? 'anonymous',
      roles: [...(who?.roles ?? [])],
      ...(who && { session: who.session }),
      action: spec.action ?? actionOf(spec),
      route: name,
      ...(about.subject !== undefined && { subject: about.subject }),
      ...(about.record !== undefined && { record: about.record }),
      outcome,
      ...(status !== undefined && { status }),
      remote,
      purpose,
      requestId,
    });
  try {
    who = await whoIs(request, workspace);
    limit(who === undefined ? asked.limits.anonymous : asked.limits.session, who?.session ?? remote);
    assertMay(name, spec, who);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      assertOwnOrigin(request, spec.permission === 'public' ? undefined : who);
    purpose = purposeOf(who);
    const params = parse(spec.params, asked.params, 'path');
    const access = { purpose, actor: who?.name ?? 'anonymous' };
    const reader = workspace.store.reading(access);
    if (typeof params.subject === 'string') {
      await assertPatient(reader, params.subject, spec);
      about.subject = params.subject;
    }
    if (typeof params.record === 'string') about.record = params.record;
    const query = parse(spec.query, Object.fromEntries(new URL(request.url).searchParams), 'query');
    const isJson = spec.body !== undefined && spec.body !== 'stream';
    const body = isJson ? parse(spec.body as z.ZodType, await readJsonBody(request), 'body') : undefined;
    if (typeof (body as { subject?: unknown } | undefined)?.subject === 'string')
      about.subject = (body as { subject: string }).subject;
    // Who signs in is told by a line of the accounts, in one transaction with the session.
    if (spec.permission !== 'public' && isChange(spec)) {
      await assertRoomFor(spec, workspace);
      await tell('begun');
      begun = true;
    }
    const answered = await handler({
      params,
      query,
      body,
      who,
      workspace,
      access,
      purpose,
      reader,
      request,
      remote,
      secure,
      signal: request.signal,
      about: (what: About) => Object.assign(about, what),
      header: (key: string, value: string) => headers.append(key, value),
    } as unknown as Call<Spec>);
    response = toResponse(answered, headers, request);
  } catch (error) {
    response = refused(error, headers, asked);
  }
  // Requests beyond the limit are counted by the limit itself: writing each down would be the overload.
  const isKnock = who === undefined && response.status === 401 && spec.permission !== 'public';
  if (response.status === 429 || isKnock) return response;
  try {
    await tell(outcomeOf(response.status), response.status);
    return response;
  } catch (error) {
    await response.body?.cancel().catch(() => {});
    return refused(begun && response.status < 400 ? endUntold(error) : untold(error), headers, asked);
  }
}

function refused(error: unknown, headers: Headers, { requestId, onError }: Asked): Response {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) onError(error, requestId);
  const all = new Headers(headers);
  for (const [key, value] of Object.entries(refusal.headers)) all.set(key, value);
  return Response.json({ ...refusal.problem, requestId }, { status: refusal.status, headers: all });
}

function assertMay(name: string, spec: Spec, who: Who | undefined): void {
  if (spec.permission === 'public') return;
  if (who === undefined)
    throw new Refusal(401, { code: 'not-signed-in', message: 'Sign in first.', remedy: 'POST /api/session' });
  if (who.mustChangePassword && !name.startsWith('session.'))
    throw new Refusal(403, { code: 'must-change-password', message: 'Choose a password of your own first.' });
  if (spec.permission !== 'session' && !who.can(spec.permission))
    throw new Refusal(403, {
      code: 'not-permitted',
      message: `Your account may not do this (${spec.permission}).`,
      remedy: 'An administrator can change the roles of an account.',
    });
}

function isChange({ method, action, changes }: Spec): boolean {
  return method !== 'GET' && action !== 'read' && changes !== false;
}

/** While lines are written out of the reserve it is kept for reading; what gives room back or ends something may go on. */
async function assertRoomFor({ method }: Spec, { audit }: Workspace): Promise<void> {
  if (method === 'DELETE' || (await audit.room()).state !== 'reserve') return;
  throw new Refusal(507, {
    code: 'disk-full',
    message: 'The disk of the data folder is full: nothing can be changed, reading goes on.',
    remedy: 'Free space, then do it again. What was acknowledged before is kept.',
  });
}

/** The change was made and is kept, and the chain says that it was begun; how it ended could not be added. */
function endUntold(cause: unknown): Refusal {
  const { status } = refusalOf(cause);
  return new Refusal(status, {
    code: 'audit-incomplete',
    message: 'This was done, but the audit chain could not be told how it ended; that it was begun stands there.',
    remedy: 'Look before you do it again. Whoever looks after this installation should see to the disk.',
  });
}

/** Nothing was changed; what was read or refused is not answered without its line. */
function untold(cause: unknown): unknown {
  if (!isDiskFull(cause)) return cause;
  return new Refusal(507, {
    code: 'audit-full',
    message:
      'The disk is full, and so is the room that was kept for the audit chain: nothing is answered without a line.',
    remedy: 'Whoever looks after this installation must free space. What was acknowledged is kept.',
  });
}

function outcomeOf(status: number): AuditOutcome {
  return status < 400 ? 'ok' : status === 401 || status === 403 ? 'denied' : 'failed';
}

function toResponse(answered: unknown, headers: Headers, request: Request): Response {
  if (answered instanceof Response) {
    for (const [key, value] of headers)
      if (!answered.headers.has(key) || key === 'set-cookie') answered.headers.append(key, value);
    return answered;
  }
  const etag = headers.get('etag');
  if (etag !== null && request.headers.get('if-none-match') === etag)
    return new Response(null, { status: 304, headers });
  const bytes = bytesOfKept(answered);
  if (bytes === undefined) return Response.json(answered, { headers });
  headers.set('content-type', 'application/json');
  return new Response(bytes, { headers });
}

/**
 * Every route of a patient refuses alike who is not there, and says where a patient went that was joined to another one: an
 * old address must not show a page without data. Those who join and split reach both.
 */
async function assertPatient(reader: Reader, id: string, { permission }: Spec): Promise<void> {
  const record = (await reader.get(id))?.record;
  if (record?.kind !== 'subject')
    throw new Refusal(404, {
      code: 'not-found',
      message: 'There is no such patient.',
      remedy: 'Look in the list of patients.',
    });
  const { mergedInto } = record;
  if (mergedInto !== undefined && permission !== 'identity:change')
    throw new Refusal(404, {
      code: 'not-found',
      message: `This patient was joined to ${mergedInto}.`,
      remedy: `Open ${mergedInto}: everything is there.`,
      details: { mergedInto },
    });
}

function limit(rate: RateLimit, key: string): void {
  const seconds = rate.take(key);
  if (seconds === 0) return;
  throw new Refusal(
    429,
    { code: 'too-many', message: 'Too many requests at once.', remedy: `Wait ${seconds} s.` },
    { 'retry-after': String(seconds) },
  );
}

function parse(schema: z.ZodType | undefined, given: unknown, where: string): Record<string, unknown> {
  if (schema === undefined) return {};
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const details = parsed.error.issues.map((one) => ({ path: one.path.join('.'), message: one.message }));
  const [first] = details;
  throw new Refusal(400, {
    code: 'not-valid',
    message: `The ${where} is not as it should be${first ? `: ${first.path ? `${first.path}: ` : ''}${first.message}` : ''}.`,
    details,
  });
}

function actionOf(spec: Spec): AuditAction {
  return ({ GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' } as const)[spec.method];
}

/** Researchers read for research, administrators keep the house, everybody else cares for the patient. */
function purposeOf(who: Who | undefined): Purpose {
  if (who === undefined) return 'maintenance';
  if (who.roles.includes('clinician') || who.roles.includes('viewer')) return 'care';
  return who.roles.includes('researcher') ? 'research' : 'maintenance';
}
