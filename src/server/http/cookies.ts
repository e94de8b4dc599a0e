/** The cookie of the session: out of reach of scripts, and never sent by another site. */
const sessionCookie = 'idiograph_session';

/** The token of the session that the browser sent, or undefined. */
export function sessionToken(request: Request): string | undefined {
  return readCookie(request, sessionCookie);
}

/** A cookie by its exact name; an empty one counts as none. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined;
  }
  return undefined;
}

/** `secure`: for TLS only. */
export function setSessionCookie(token: string, secure: boolean): string {
  return `${sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** The cookie of an attempt at the identity provider: comes along when the provider sends the browser back, and only there. */
export const oidcCookie = 'idiograph_oidc';

/** For the callback of the identity provider alone; 0 seconds take it away. */
export function setOidcCookie(value: string, maxAgeSeconds: number, secure: boolean): string {
  const path = '/api/session/oidc';
  return `${oidcCookie}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
}

/** Takes the cookie of the session away. */
export function clearSessionCookie(secure: boolean): string {
  return `${setSessionCookie('', secure)}; Max-Age=0`;
}
