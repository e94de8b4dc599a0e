import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { RouteName } from '../api/index.ts';
import { api } from '../api/index.ts';
import type { Spec } from '../api/spec.ts';
import { handlers } from '../handlers/index.ts';
import type { Workspace } from '../workspace.ts';
import { answerRoute } from './answer.ts';
import { securityHeaders, strictTransport } from './headers.ts';
import { openApiDocument } from './openApi.ts';
import type { Peer } from './peer.ts';
import { Refusal, refusalOf } from './problem.ts';
import type { RateLimit } from './rateLimit.ts';
import type { StaticPage } from './staticPage.ts';

export interface AppOptions {
  workspace: Workspace;
  page: StaticPage;
  /** Values of the Host header that are us; others are refused, so that no foreign name can be pointed at this server. */
  hosts: ReadonlySet<string>;
  limits: { session: RateLimit; anonymous: RateLimit };
  /** Answer at `/health`. */
  health(): Promise<{ status: 'ok' | 'read-only' | 'failing' | 'closing'; [more: string]: unknown }>;
  /** Told of errors of the program itself, for the log of the person who runs it. */
  onError(error: unknown, requestId: string): void;
  peerOf(request: Request): Peer;
}

/** The whole application as one function of requests: tests call it without a port. */
export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  const fixed = Object.entries(securityHeaders);
  app.use('*', async (context, next) => {
    const requestId = randomUUID();
    const host = context.req.header('host') ?? '';
    context.set('requestId' as never, requestId as never);
    const { secure, bare } = options.peerOf(context.req.raw);
    if (!options.hosts.has(host.toLowerCase())) context.res = Response.json(wrongHost, { status: 421 });
    else if (bare) context.res = Response.json(notEncrypted, { status: 403 });
    else await next();
    for (const [name, value] of fixed) if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    if (secure) context.res.headers.set(...strictTransport);
    context.res.headers.set('x-request-id', requestId);
  });
  app.onError((error, context) => {
    const requestId = String(context.get('requestId' as never) ?? '');
    const refusal = refusalOf(error);
    if (refusal.status >= 500) options.onError(error, requestId);
    return Response.json({ ...refusal.problem, requestId }, { status: refusal.status, headers: refusal.headers });
  });

  app.get('/health', async () => {
    const health = await options.health();
    return Response.json(health, {
      // Reading goes on while the disk is full: nobody should take the server for dead.
      status: health.status === 'ok' || health.status === 'read-only' ? 200 : 503,
      headers: { 'cache-control': 'no-store' },
    });
  });
  const document = JSON.stringify(openApiDocument(options.workspace.program.version));
  const describe = async () => new Response(document, { headers: { 'content-type': 'application/json' } });
  for (const [name, spec] of Object.entries(api) as [RouteName, Spec][]) {
    app.on(spec.method, spec.path, (context) =>
      answerRoute(name, spec, handlers[name] as never, {
        ...options,
        request: context.req.raw,
        params: context.req.param() as Record<string, string>,
        requestId: String(context.get('requestId' as never)),
      }),
    );
  }
  app.get('/api/openapi.json', (context) =>
    answerRoute('openapi', openApi, describe, {
      ...options,
      request: context.req.raw,
      params: {},
      requestId: String(context.get('requestId' as never)),
    }),
  );
  // A path that is not there is not told from one that is, to whoever is not signed in.
  app.all('/api/*', (context) =>
    answerRoute(
      'not-found',
      absent,
      async () => {
        throw new Refusal(404, { code: 'not-found', message: 'There is no such path.' });
      },
      {
        ...options,
        request: context.req.raw,
        params: {},
        requestId: String(context.get('requestId' as never)),
      },
    ),
  );
  app.on(['GET', 'HEAD'], '*', (context) => options.page.answer(context.req.raw));
  app.all('*', () => Response.json({ code: 'method', message: 'That cannot be done here.' }, { status: 405 }));
  return app;
}

const wrongHost = { code: 'wrong-host', message: 'This server does not answer under that name.' };
const notEncrypted = {
  code: 'not-encrypted',
  message: 'This came to the proxy without encryption.',
  remedy: 'Have the proxy send http to https (docs/accounts.md).',
};
const absent: Spec = { method: 'GET', path: '/api/', summary: '', permission: 'session', response: 'raw' };
const openApi: Spec = { ...absent, path: '/api/openapi.json', summary: 'This interface as OpenAPI 3.1' };
