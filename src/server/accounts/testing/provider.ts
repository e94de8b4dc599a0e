import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface TestProvider {
  issuer: string;
  /** Claims of who signs in next; undefined: the person presses "cancel". */
  person: Record<string, unknown> | undefined;
  /** Shows a page of its own with a link to go on, as a browser would see it. */
  asks: boolean;
  /** Goes where the browser is sent, signs in, and stops where the provider sends it back to. */
  visit(url: string): Promise<URL>;
  close(): Promise<void>;
}

/** A real OpenID provider (oidc-provider) on loopback with one client; everybody is who `person` says. */
export async function startProvider(client: {
  id: string;
  secret: string;
  redirectUri: string;
}): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims = new Map<string, Record<string, unknown>>();
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ['test'] },
    interactions: { url: (_: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claims.get(id) }) }),
    async loadExistingGrant(context: { oidc: { session: { accountId: string }; client: { clientId: string } } }) {
      const grant = new provider.Grant({
        accountId: context.oidc.session.accountId,
        clientId: context.oidc.client.clientId,
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  const test: TestProvider = {
    issuer,
    person: undefined,
    asks: false,
    async visit(url) {
      const jar = new Map<string, string>();
      for (let next = new URL(url); ; ) {
        if (next.href.startsWith(client.redirectUri)) return next;
        const response = await fetch(next, {
          redirect: 'manual',
          headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        });
        for (const cookie of response.headers.getSetCookie()) {
          const [name = '', value = ''] = cookie.split(';', 1)[0]!.split('=', 2);
          jar.set(name, value);
        }
        const location = response.headers.get('location');
        if (location === null)
          throw new Error(`${next.pathname} answered ${response.status}: ${await response.text()}`);
        next = new URL(location, next);
      }
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    if (test.asks && !request.url.endsWith('?yes')) {
      response.setHeader('content-type', 'text/html');
      return response.end(`<!doctype html><title>Provider</title><a href="${request.url}?yes">That is me</a>`);
    }
    const { person } = test;
    if (person === undefined) {
      return provider.interactionFinished(request, response, {
        error: 'access_denied',
        error_description: 'cancelled',
      });
    }
    const id = String(person['sub']);
    claims.set(id, person);
    return provider.interactionFinished(request, response, { login: { accountId: id } });
  });
  return test;
}
