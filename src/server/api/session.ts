import { z } from 'zod';
import { permissions, roles } from '../permissions.ts';
import type { Specs } from './spec.ts';

export const Role = z.enum(roles);

/** Who is signed in and what the page may offer. */
export const SessionView = z.object({
  account: z.object({ id: z.string(), name: z.string(), roles: z.array(Role) }),
  permissions: z.array(z.enum(Object.keys(permissions) as [keyof typeof permissions])),
  /** To be sent as `x-csrf-token` with everything that is not a GET. */
  csrfToken: z.string(),
  mustChangePassword: z.boolean(),
  /** Seconds without a request after which the session ends. */
  idleSeconds: z.number(),
});
export type SessionView = z.infer<typeof SessionView>;

export const session = {
  'session.options': {
    method: 'GET',
    path: '/api/session/options',
    summary: 'How one can sign in here',
    permission: 'public',
    response: z.object({ oidc: z.object({ label: z.string() }).nullable() }),
  },
  'session.get': {
    method: 'GET',
    path: '/api/session',
    summary: 'Who is signed in',
    permission: 'session',
    response: SessionView,
  },
  'session.signIn': {
    method: 'POST',
    path: '/api/session',
    summary: 'Sign in with name and password, or with a code of one use',
    permission: 'public',
    body: z.union([
      z.object({ name: z.string().min(1).max(200), password: z.string().min(1).max(1000) }),
      z.object({ code: z.string().min(8).max(200) }),
    ]),
    response: SessionView,
    action: 'sign-in',
  },
  'session.signOut': {
    method: 'DELETE',
    path: '/api/session',
    summary: 'Sign out',
    permission: 'session',
    response: z.object({ signedOut: z.literal(true) }),
    action: 'sign-out',
  },
  'session.changePassword': {
    method: 'PUT',
    path: '/api/session/password',
    summary: 'Change the own password; all other sessions of the account end',
    permission: 'session',
    body: z.object({ current: z.string().max(1000).optional(), password: z.string().min(1).max(1000) }),
    response: SessionView,
  },
  'session.oidcBegin': {
    method: 'GET',
    path: '/api/session/oidc',
    summary: 'Go to the identity provider of the site',
    permission: 'public',
    query: z.object({ returnTo: z.string().max(500).optional() }),
    response: 'raw',
    action: 'sign-in',
  },
  'session.oidcFinish': {
    method: 'GET',
    path: '/api/session/oidc/callback',
    summary: 'Come back from the identity provider of the site',
    permission: 'public',
    response: 'raw',
    action: 'sign-in',
  },
} as const satisfies Specs;
