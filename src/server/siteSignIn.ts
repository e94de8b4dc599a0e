import type { Accounts } from './accounts/accounts.ts';
import { type Oidc, type OidcConfig, openOidc } from './accounts/oidc.ts';
import type { RandomBytes } from './accounts/secrets.ts';

/** Where the identity provider sends browsers back to. */
const callbackPath = '/api/session/oidc/callback';

/** Sign-in through the identity provider of the site. */
export interface SiteSignIn {
  /** What the button says. */
  readonly label: string;
  /** For the address under which people reach the server, such as `https://idiograph.example.org`. */
  at(origin: string): Oidc;
}

/** Throws `usage` for a configuration that would send secrets in clear. The provider itself is not asked yet. */
export function openSiteSignIn(
  config: OidcConfig,
  parts: { accounts: Accounts; now(): string; randomBytes: RandomBytes },
): SiteSignIn {
  const opened = new Map<string, Oidc>();
  const at = (origin: string): Oidc => {
    const oidc = opened.get(origin) ?? openOidc(config, { ...parts, redirectUri: origin + callbackPath });
    opened.set(origin, oidc);
    return oidc;
  };
  // What is wrong with the configuration shows at the start, not at the first sign-in.
  return { label: at('http://127.0.0.1').label, at };
}
