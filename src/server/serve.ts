import { readFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { createSecureContext } from 'node:tls';
import { serve as listenWithHono } from '@hono/node-server';
import { IdiographError } from '../dossier/errors.ts';
import { createApp } from './http/app.ts';
import { boundConnections } from './http/connections.ts';
import { type Peer, peerOf, trustsOf } from './http/peer.ts';
import { openRateLimit } from './http/rateLimit.ts';
import { readStaticPage } from './http/staticPage.ts';
import type { Workspace } from './workspace.ts';

export interface ServeOptions {
  workspace: Workspace;
  /** Folder of the built page. */
  pageFolder: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** PEM files. Needed for any host that is not this machine. */
  tls?: { certificate: string; key: string } | undefined;
  /** Names under which the server may be asked for, besides its own address. */
  names?: readonly string[];
  onError(error: unknown, requestId: string): void;
}

export interface Serving {
  url: string;
  port: number;
  /** Takes no new connection, lets what is under way finish (at most `graceMs`), then ends what is left. */
  close(graceMs?: number): Promise<void>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Unless the configuration says otherwise. What one session may ask for: well above what a page needs, well below what would slow others down. */
const sessionLimit = { perSecond: 600, burst: 1200 };
/** Without a session: the page itself, and tries to sign in, which have delays of their own. */
const anonymousLimit = { perSecond: 50, burst: 200 };

/**
 * Listens. Throws `usage` for an address beyond this machine without TLS, and when the port is taken.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { host, workspace, tls } = options;
  if (!loopback.has(host) && tls === undefined) {
    throw new IdiographError('usage', `--host ${host} would be reachable from other machines without encryption`, {
      remedy: 'Name a certificate with --tls-cert FILE --tls-key FILE, or leave --host away.',
    });
  }
  const hosts = new Set<string>();
  const { rates } = workspace.config;
  const { perSecond, burst } = rates.session ?? sessionLimit;
  const anonymous = rates.anonymous ?? anonymousLimit;
  const names = [...(options.names ?? []), ...workspace.config.names];
  let closing = false;
  const nowMs = () => performance.now();
  const trusts = trustsOf(workspace.config.trustedProxy);
  const proxied = new Set<string>();
  const peers = new WeakMap<Request, Peer>();
  const app = createApp({
    workspace,
    page: await readStaticPage(options.pageFolder),
    hosts,
    limits: {
      session: openRateLimit(perSecond, burst, nowMs),
      anonymous: openRateLimit(anonymous.perSecond, anonymous.burst, nowMs),
    },
    health: async () => {
      const { version } = workspace.program;
      if (closing) return { status: 'closing', version };
      const { state } = await workspace.audit.room();
      return { status: state === 'ok' ? 'ok' : state === 'reserve' ? 'read-only' : 'failing', version };
    },
    onError: options.onError,
    peerOf: (request) => peers.get(request) ?? { remote: 'unknown', secure: tls !== undefined },
  });
  const scheme = tls === undefined ? 'http' : 'https';
  const created =
    tls === undefined
      ? { createServer: createPlainServer }
      : {
          createServer: createTlsServer,
          serverOptions: {
            ...(await readPair(tls)),
            minVersion: 'TLSv1.2' as const,
            handshakeTimeout: 10_000,
          },
        };
  const server = listenWithHono({
    fetch: (request, { incoming }) => {
      const address = incoming.socket?.remoteAddress ?? 'unknown';
      const peer = peerOf(address, tls !== undefined, request.headers, trusts);
      // Under the name of the proxy only what it has seen encrypted.
      const bare = !peer.secure && proxied.has(request.headers.get('host')?.toLowerCase() ?? '');
      peers.set(request, bare ? { ...peer, bare } : peer);
      return app.fetch(request);
    },
    hostname: host,
    port: options.port,
    ...(created as object),
  });
  boundConnections(server as Server, workspace.config.connections, trusts);
  // A connection that sends its header byte by byte is not waited for; bodies have time-outs of their own.
  Object.assign(server, { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 10_000 });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(
        new IdiographError('usage', `cannot listen on ${host} port ${options.port} (${cause.code})`, {
          cause,
          remedy: taken
            ? 'Another program has this port: name another one with --port N.'
            : 'Name another --host or --port.',
        }),
      );
    });
    const report = () => resolve((server.address() as { port: number }).port);
    if (server.listening) report();
    else server.once('listening', report);
  });
  for (const name of [host, ...(loopback.has(host) ? ['localhost', '127.0.0.1', '[::1]'] : []), ...names]) {
    const plain = bracketed(name);
    hosts.add(`${plain}:${port}`.toLowerCase());
    if (port === (tls === undefined ? 80 : 443)) hosts.add(plain.toLowerCase());
  }
  // While somebody signs in.
  void workspace.models.warm().catch((error: unknown) => options.onError(error, 'warm-up'));
  const behindProxy = workspace.config.trustedProxy.length > 0 && names[0] !== undefined;
  // Behind a proxy people know its name and port, not ours.
  if (behindProxy)
    for (const name of names.map((one) => bracketed(one).toLowerCase())) {
      hosts.add(name);
      proxied.add(name);
    }
  workspace.served.url = behindProxy
    ? new URL(`https://${bracketed(names[0]!)}`).origin
    : new URL(`${scheme}://${bracketed(names[0] ?? host)}:${port}`).origin;
  return {
    url: `${scheme}://${bracketed(host)}:${port}`,
    port,
    close: (graceMs = 3_500) =>
      new Promise((resolve) => {
        closing = true;
        // Streams of events would keep their connections for ever.
        workspace.jobs.events.close();
        const end = setTimeout(() => (server as { closeAllConnections?(): void }).closeAllConnections?.(), graceMs);
        server.close(() => {
          clearTimeout(end);
          resolve();
        });
        (server as { closeIdleConnections?(): void }).closeIdleConnections?.();
      }),
  };
}

/** An IPv6 address as it stands in a URL. */
function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
}

/** Throws `usage` where the two are no certificate and its key, before a port is taken. */
async function readPair(tls: { certificate: string; key: string }): Promise<{ cert: string; key: string }> {
  const pair = { cert: await readPem(tls.certificate), key: await readPem(tls.key) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw new IdiographError('usage', `${tls.certificate} and ${tls.key} are no certificate and its key`, {
      cause,
      remedy: 'Name PEM files of one pair; a key with a passphrase must be decrypted first.',
    });
  }
  return pair;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new IdiographError('usage', `${path} cannot be read`, { cause, remedy: 'Name a PEM file.' });
  }
}
