import type { NewSession } from '../accounts/accounts.ts';
import type { SessionView, session } from '../api/session.ts';
import type { Handlers, Who } from '../call.ts';
import { clearSessionCookie, sessionToken, setSessionCookie } from '../http/cookies.ts';
import { Refusal } from '../http/problem.ts';
import { permissionsOf } from '../permissions.ts';

export const sessionHandlers: Handlers<typeof session> = {
  'session.options': async () => ({ oidc: null, demo: false }),

  'session.get': async ({ who, workspace, request, header }) => {
    // Roles that have changed since the token was given ask for a new one.
    const token = sessionToken(request);
    const known = token === undefined ? undefined : await workspace.accounts.session(token);
    if (token !== undefined && known?.rotationDue) {
      const fresh = await workspace.accounts.rotate(token);
      if (fresh !== undefined) header('set-cookie', setSessionCookie(fresh, workspace.tls));
    }
    return viewOf(who);
  },

  'session.signIn': async ({ body, workspace, request, remote, header, about }) => {
    const from = { remote, previousToken: sessionToken(request) };
    const signed =
      'code' in body
        ? await workspace.accounts.signInWithCode({ ...body, ...from })
        : await workspace.accounts.signIn({ ...body, ...from });
    if (!signed.ok) throw refused(signed.reason, signed.retryAfterSeconds);
    about({ account: signed.session.account.id });
    header('set-cookie', setSessionCookie(signed.token, workspace.tls));
    return viewOfNew(signed);
  },

  'session.signOut': async ({ workspace, request, header }) => {
    await workspace.accounts.signOut(sessionToken(request) ?? '');
    header('set-cookie', clearSessionCookie(workspace.tls));
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

  'session.oidcBegin': async () => {
    throw new Refusal(404, { code: 'not-found', message: 'No identity provider is configured here.' });
  },
  'session.oidcFinish': async () => {
    throw new Refusal(404, { code: 'not-found', message: 'No identity provider is configured here.' });
  },
};

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
