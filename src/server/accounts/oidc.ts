import * as client from 'openid-client';
import { z } from 'zod';
import { IdiographError } from '../../dossier/errors.ts';
import { roles } from '../permissions.ts';
import type { Accounts, SignedIn, SignInFrom } from './accounts.ts';
import { claimOf, localPath, mappedRoles, nameOf } from './claims.ts';
import { newToken, type RandomBytes, tokenHash } from './secrets.ts';

/** The site's identity provider, as it stands in the configuration. */
export const OidcConfig = z.strictObject({
  issuer: z.url(),
  clientId: z.string().min(1),
  /** Without one: a public client, by PKCE alone. */
  clientSecret: z.string().min(1).optional(),
  /** Claim that holds roles or groups: a name, or a path such as `realm_access.roles`. */
  roleClaim: z.string().min(1),
  /** Value of the claim -> roles here. */
  roleMap: z.record(z.string(), z.array(z.enum(roles)).min(1)),
  /** What the button says. */
  label: z.string().min(1).max(60),
  scope: z.string().default('openid profile email'),
  /** False: nobody new comes in; who has an account here already may. */
  newAccounts: z.boolean().default(true),
});
export type OidcConfig = z.input<typeof OidcConfig>;

export interface OidcParts {
  accounts: Accounts;
  /** Where the provider sends browsers back to: the callback route, with the address under which people reach the server. */
  redirectUri: string;
  now(): string;
  randomBytes: RandomBytes;
}

export interface OidcBegun {
  /** Send the browser there. */
  url: string;
  /** Set this as an HttpOnly, SameSite=Lax cookie: only the browser that began can finish. */
  cookie: string;
  maxAgeSeconds: number;
}

export type OidcFinished = SignedIn & { returnTo: string };

export interface Oidc {
  readonly label: string;
  /** Throws `unsupported` when the provider cannot be reached or its answer makes no sense. */
  begin(returnTo?: string): Promise<OidcBegun>;
  /** Takes the callback's address (only its query counts) and the cookie. `refused` for whatever does not fit. */
  finish(callbackUrl: URL, cookie: string | undefined, from: SignInFrom): Promise<OidcFinished>;
}

const attemptMs = 10 * 60_000;
const discoveryMs = 60 * 60_000;

/**
 * Sign-in by OpenID Connect: authorization code with PKCE, state, nonce, and signatures checked. The attempt is kept on the
 * server, counts once and for ten minutes. The provider is first asked when somebody signs in: one that is down does not
 * keep the server from starting. Throws `usage` for a configuration that would send secrets in clear.
 */
export function openOidc(given: OidcConfig, { accounts, redirectUri, now, randomBytes }: OidcParts): Oidc {
  const config = OidcConfig.parse(given);
  const issuer = new URL(config.issuer);
  for (const url of [issuer, new URL(redirectUri)]) assertPrivate(url);
  let discovered: { at: number; configuration: client.Configuration } | undefined;
  const nowMs = () => Date.parse(now());

  async function provider(): Promise<client.Configuration> {
    const age = discovered === undefined ? Number.POSITIVE_INFINITY : nowMs() - discovered.at;
    if (discovered !== undefined && age >= 0 && age < discoveryMs) return discovered.configuration;
    const configuration = await client
      .discovery(issuer, config.clientId, undefined, authentication(config.clientSecret), {
        execute: [
          client.enableNonRepudiationChecks,
          ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
        ],
        timeout: 10,
      })
      .catch((cause: unknown) => {
        throw new IdiographError('unsupported', 'the identity provider of the site cannot be used now', {
          cause,
          issuer: config.issuer,
          remedy: 'Sign in with a local account, and have the provider or its address in the configuration checked.',
        });
      });
    discovered = { at: nowMs(), configuration };
    return configuration;
  }

  /** The attempt behind a state, which it uses up. */
  async function attempt(state: string | null, cookie: string | undefined) {
    if (state === null || cookie === undefined) return undefined;
    const found = await accounts.database.write((change) =>
      change.deleteFrom('oidc_attempt').where('state', '=', tokenHash(state)).returningAll().executeTakeFirst(),
    );
    if (found === undefined || found.browser !== tokenHash(cookie)) return undefined;
    const left = found.expires - nowMs();
    return left > 0 && left <= attemptMs ? found : undefined;
  }

  async function claimsOf(callback: URL, state: string, kept: { nonce: string; verifier: string }) {
    const configuration = await provider();
    const tokens = await client.authorizationCodeGrant(configuration, callback, {
      pkceCodeVerifier: kept.verifier,
      expectedState: state,
      expectedNonce: kept.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('no ID token');
    // Many providers tell groups and names only at the userinfo endpoint.
    const complete = claimOf(claims, config.roleClaim) !== undefined;
    if (complete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  }

  return {
    label: config.label,

    async begin(returnTo) {
      const configuration = await provider();
      const [state, nonce, verifier, cookie] = [0, 1, 2, 3].map(() => newToken(randomBytes)) as [
        string,
        string,
        string,
        string,
      ];
      await accounts.database.write(async (change) => {
        await change.deleteFrom('oidc_attempt').where('expires', '<', nowMs()).execute();
        await change
          .insertInto('oidc_attempt')
          .values({
            state: tokenHash(state),
            browser: tokenHash(cookie),
            nonce,
            verifier,
            return_to: localPath(returnTo),
            expires: nowMs() + attemptMs,
          })
          .execute();
      });
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: config.scope,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, cookie, maxAgeSeconds: attemptMs / 1000 };
    },

    async finish(callbackUrl, cookie, from) {
      const state = callbackUrl.searchParams.get('state');
      const kept = await attempt(state, cookie);
      const refused = async (reason: string): Promise<OidcFinished> => {
        await accounts.deniedOutside(reason, from);
        return { ok: false, reason: 'refused', returnTo: kept?.return_to ?? '/' };
      };
      if (kept === undefined || state === null) return refused('no such attempt from this browser');
      // What the request says about its own host does not count.
      const callback = new URL(redirectUri);
      callback.search = callbackUrl.search;
      let claims: Awaited<ReturnType<typeof claimsOf>>;
      try {
        claims = await claimsOf(callback, state, kept);
      } catch (error) {
        return refused(`the provider's answer does not hold: ${codeOf(error)}`);
      }
      const mapped = mappedRoles(claimOf(claims, config.roleClaim), config.roleMap);
      const vouched = {
        issuer: config.issuer,
        subject: claims.sub,
        name: nameOf(claims, claims.sub),
        roles: mapped,
        mayRegister: config.newAccounts,
      };
      return { ...(await accounts.signInVouched(vouched, from)), returnTo: kept.return_to };
    },
  };
}

function authentication(secret: string | undefined): client.ClientAuth {
  return secret === undefined ? client.None() : client.ClientSecretBasic(secret);
}

/** Without TLS only where nothing leaves the machine. */
function assertPrivate(url: URL): void {
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return;
  throw new IdiographError('usage', `${url.origin} needs https: without it only this machine itself is allowed`, {
    remedy: 'Give the address of the identity provider, and that of this server, with https.',
  });
}

/** A short name of what went wrong: whole messages could carry what the provider sent. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
