import { createHash, timingSafeEqual } from 'node:crypto';
import type { Who } from '../call.ts';
import { permissionsOf } from '../permissions.ts';
import type { Workspace } from '../workspace.ts';
import { sessionToken } from './cookies.ts';
import { Refusal } from './problem.ts';

/** The account behind a request, or undefined. */
export async function whoIs(request: Request, workspace: Workspace): Promise<Who | undefined> {
  const token = sessionToken(request);
  if (token === undefined) return undefined;
  const session = await workspace.accounts.session(token);
  if (session === undefined) return undefined;
  const { account, csrf } = session;
  const allowed = permissionsOf(account.roles);
  return {
    id: account.id,
    name: account.name,
    roles: account.roles,
    session: session.id,
    csrf,
    mustChangePassword: account.mustChangePassword,
    idleSeconds: session.idleSeconds,
    can: (permission) => allowed.has(permission),
  };
}

/**
 * Refuses a change that another site could have made a browser send: the origin must be ours where the browser states one,
 * and with a session its CSRF token must come along.
 */
export function assertOwnOrigin(request: Request, who: Who | undefined): void {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const foreign = origin !== null && hostOf(origin) !== request.headers.get('host')?.toLowerCase();
  if (foreign || site === 'cross-site' || site === 'same-site')
    throw new Refusal(403, { code: 'foreign-origin', message: 'This request came from another site.' });
  if (who !== undefined && !equal(request.headers.get('x-csrf-token') ?? '', who.csrf))
    throw new Refusal(403, {
      code: 'csrf',
      message: 'The request lacks the token of the session.',
      remedy: 'Send csrfToken of GET /api/session as x-csrf-token.',
    });
}

/** Undefined for what names no host: `null` of a sandboxed frame, anything malformed. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
