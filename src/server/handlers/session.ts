import { isIdiographError } from '../../dossier/errors.ts';
import type { NewSession } from '../accounts/accounts.ts';
import type { SessionView, session } from '../api/session.ts';
import type { Handlers, Who } from '../call.ts';
import {
  clearSessionCookie,
  oidcCookie,
  readCookie,
  sessionToken,
  setOidcCookie,
  setSessionCookie,
} from '../http/cookies.ts';
import { goOnTo } from '../http/goOn.ts';
import { Refusal } from '../http/problem.ts';
import { permissionsOf } from '../permissions.ts';
import type { Workspace } from '../workspace.ts';

export const sessionHandlers: Handlers<typeof session> = {
  'session.options': async ({ workspace: { siteSignIn } }) => ({
    oidc: siteSignIn === undefined ? null : { label: siteSignIn.label },
  }),

  'session.get': async ({ who, workspace, request, secure, header }) => {
    // Roles that have changed since the token was given ask for a new one.
    const token = sessionToken(request);
    const known = token === undefined ? undefined : await workspace.accounts.session(token);
    if (token !== undefined && known?.rotationDue) {
      const fresh = await workspace.accounts.rotate(token);
      if (fresh !== undefined) header('set-cookie', setSessionCookie(fresh, secure));
    }
    return viewOf(who);
  },

  'session.signIn': async ({ body, workspace, request, remote, secure, header, about }) => {
    const from = { remote, previousToken: sessionToken(request) };
    const signed =
      'code' in body
        ? await workspace.accounts.signInWithCode({ ...body, ...from })
        : await workspace.accounts.signIn({ ...body, ...from });
    if (!signed.ok) throw refused(signed.reason, signed.retryAfterSeconds);
    about({ account: signed.session.account.id });
    header('set-cookie', setSessionCookie(signed.token, secure));
    return viewOfNew(signed);
  },

  'session.signOut': async ({ workspace, request, secure, header }) => {
    await workspace.accounts.signOut(sessionToken(request) ?? '');
    header('set-cookie', clearSessionCookie(secure));
    // Pictures and volumes that the browser has kept for this session.
    header('clear-site-data', '"cache"');
    return { signedOut: true };
  },

  'session.changePassword': async ({ who, body, workspace, remote }) => {
    // Whoever was given a password by somebody else has just proved that they know it.
    if (!who.mustChangePassword) {
      const right = await workspace.accounts.verifyPassword(who.name, body.current ?? '');
      if (right?.id !== who.id)
        throw new Refusal(403, { code: 'wrong-password', message: 'The current password is not right.' });
    }
    const by = { actor: who.id, roles: who.roles, session: who.session, remote };
    await workspace.accounts.setPassword(who.id, body.password, by, who.session);
    return viewOf({ ...who, mustChangePassword: false });
  },

  'session.oidcBegin': async ({ workspace, query, request, secure, header }) => {
    const { site, origin, asked } = siteSignInOf(workspace, request, secure);
    // The cookie must be set under the name to which the provider sends the browser back.
    if (asked !== origin) return redirect(`${origin}${new URL(request.url).pathname}${new URL(request.url).search}`);
    try {
      const { url, cookie, maxAgeSeconds } = await site.at(origin).begin(query.returnTo);
      header('set-cookie', setOidcCookie(cookie, maxAgeSeconds, secure));
      return redirect(url);
    } catch (error) {
      if (!isIdiographError(error, 'unsupported')) throw error;
      return goOnTo('/#sign-in=unavailable', 503);
    }
  },

  'session.oidcFinish': async ({ workspace, request, remote, secure, header, about }) => {
    const { site, origin } = siteSignInOf(workspace, request, secure);
    const from = { remote, previousToken: sessionToken(request) };
    const done = await site.at(origin).finish(new URL(request.url), readCookie(request, oidcCookie), from);
    header('set-cookie', setOidcCookie('', 0, secure));
    // Why stands in the audit chain; whoever tries things out is not told.
    if (!done.ok) return goOnTo('/#sign-in=refused', 403);
    about({ account: done.session.account.id });
    header('set-cookie', setSessionCookie(done.token, secure));
    return goOnTo(done.returnTo);
  },
};

/** The provider of the site, the address to come back to, and the one that was asked. The host of a request is one of ours. */
function siteSignInOf(workspace: Workspace, request: Request, secure: boolean) {
  const { siteSignIn: site, served } = workspace;
  if (site === undefined)
    throw new Refusal(404, { code: 'not-found', message: 'No identity provider is configured here.' });
  const asked = new URL(`${secure ? 'https' : 'http'}://${request.headers.get('host')}`).origin;
  return { site, asked, origin: served.url ?? asked };
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function refused(reason: 'refused' | 'delayed' | 'busy', seconds = 1): Refusal {
  if (reason === 'refused') {
    return new Refusal(401, {
      code: 'not-signed-in',
      message: 'Name and password do not fit, or the account is closed.',
      remedy: 'An administrator can set a new password: idiograph accounts reset NAME',
    });
  }
  const message = reason === 'delayed' ? 'Too many failed tries.' : 'Too many people sign in at this moment.';
  const headers = { 'retry-after': String(seconds) };
  return new Refusal(429, { code: 'too-many', message, remedy: `Wait ${seconds} s.` }, headers);
}

function viewOf(who: Who): SessionView {
  return {
    account: { id: who.id, name: who.name, roles: [...who.roles] },
    permissions: [...permissionsOf(who.roles)],
    csrfToken: who.csrf,
    mustChangePassword: who.mustChangePassword,
    idleSeconds: who.idleSeconds,
  };
}

function viewOfNew({ csrf, session: { account, idleSeconds } }: NewSession): SessionView {
  const { id, name, roles, mustChangePassword } = account;
  return {
    account: { id, name, roles },
    permissions: [...permissionsOf(roles)],
    csrfToken: csrf,
    mustChangePassword,
    idleSeconds,
  };
}
