import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Forger {
  issuer: string;
  /** What the next ID token says instead of what it should. */
  lie: { claims?: Record<string, unknown>; signedBy?: 'another' | 'nobody' | 'secret' };
  /** The callback that follows an authorization request, without any page. */
  answer(authorizationUrl: string): URL;
  close(): Promise<void>;
}

/** A provider of our own that can lie where a real one does not: nonce, audience, issuer, times, signature. */
export async function startForger(clientId: string, clientSecret: string): Promise<Forger> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const another = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let nonce = '';
  const server = createServer((request, response) => {
    const send = (body: unknown) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    };
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return send({
          issuer: forger.issuer,
          authorization_endpoint: `${forger.issuer}/authorize`,
          token_endpoint: `${forger.issuer}/token`,
          jwks_uri: `${forger.issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/keys':
        return send({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
      default: {
        const at = Math.floor(Date.now() / 1000);
        const claims = {
          iss: forger.issuer,
          aud: clientId,
          sub: 'f-1',
          iat: at,
          exp: at + 300,
          nonce,
          groups: ['doctors'],
        };
        const idToken = jwt({ ...claims, ...forger.lie.claims }, forger.lie.signedBy);
        return send({ access_token: 'a', token_type: 'Bearer', id_token: idToken });
      }
    }
  });
  function jwt(claims: Record<string, unknown>, signedBy: Forger['lie']['signedBy']): string {
    const alg = { nobody: 'none', secret: 'HS256', another: 'RS256' }[signedBy ?? 'another'];
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg, kid: 'k' })}.${part(claims)}`;
    const rsa = (key: KeyObject) => sign('sha256', Buffer.from(text), key).toString('base64url');
    if (signedBy === 'nobody') return `${text}.`;
    if (signedBy === 'secret') return `${text}.${createHmac('sha256', clientSecret).update(text).digest('base64url')}`;
    return `${text}.${rsa(signedBy === 'another' ? another.privateKey : own.privateKey)}`;
  }
  const forger: Forger = {
    issuer: '',
    lie: {},
    answer(authorizationUrl) {
      const asked = new URL(authorizationUrl).searchParams;
      nonce = asked.get('nonce') ?? '';
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code: 'c', state: asked.get('state') ?? '' }).toString();
      return back;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  forger.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return forger;
}
