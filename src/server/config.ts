import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';
import { OidcConfig } from './accounts/oidc.ts';
import type { SessionLimits } from './accounts/sessions.ts';

export const configName = 'config.json';

/** An address, or a network such as 10.0.0.0/8. */
const Address = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || z.cidrv4().safeParse(text).success || z.cidrv6().safeParse(text).success,
    'an address such as 127.0.0.1, or a network such as 10.0.0.0/8',
  );

const Rate = z.strictObject({
  /** Requests a second that one may go on with. */
  perSecond: z.number().positive().max(100_000),
  /** Requests that may come at once. */
  burst: z.number().int().positive().max(1_000_000),
});

/** A name as it stands in the address, without scheme and port. */
const HostName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'a name such as idiograph.example.org');

/** `server/config.json` of a data folder. What is not named here is refused: a misspelt key must not pass for a setting. */
const ConfigFile = z.strictObject({
  oidc: OidcConfig.optional(),
  sessions: z
    .strictObject({
      /** Minutes without a request (30). */
      idleMinutes: z
        .number()
        .min(1)
        .max(24 * 60)
        .optional(),
      /** Hours since sign-in (12). */
      longestHours: z
        .number()
        .min(0.25)
        .max(24 * 7)
        .optional(),
    })
    .optional(),
  rates: z
    .strictObject({
      /** Of one session. */
      session: Rate.optional(),
      /** Of one address without a session. */
      anonymous: Rate.optional(),
    })
    .optional(),
  /** Names under which people reach the server; the first one is where the identity provider sends them back to. */
  names: z.array(HostName).max(20).optional(),
  /** Folder with the site's own knowledge, as of `--knowledge`, which goes before it. */
  knowledge: z.string().min(1).max(4096).optional(),
  /** Proxies that end TLS before us and whose word about the other side is taken. */
  trustedProxy: z.array(Address).min(1).max(20).optional(),
  /** Connections at once, of all and of one address that is no trusted proxy. */
  connections: z
    .strictObject({
      most: z.number().int().min(10).max(100_000).optional(),
      ofOneAddress: z.number().int().min(4).max(100_000).optional(),
    })
    .optional(),
});

export interface ServerConfig {
  oidc?: z.output<typeof OidcConfig>;
  sessions: Partial<SessionLimits>;
  rates: { session?: z.output<typeof Rate> | undefined; anonymous?: z.output<typeof Rate> | undefined };
  names: readonly string[];
  knowledge?: string | undefined;
  /** Empty: whoever connects is the other side. */
  trustedProxy: readonly string[];
  connections: { most: number; ofOneAddress: number };
}

/** Well above what the pages of a hospital hold open (a browser: six and one for events), well below what a process can. */
const usualConnections = { most: 1000, ofOneAddress: 256 };

/**
 * Reads `config.json` in this folder; without the file everything is as usual. Throws `usage` with the place in the file and
 * what to do: for what is not JSON, for keys that do not exist, for values out of range, for a secret that others can read.
 */
export async function readConfig(
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ServerConfig> {
  const path = join(folder, configName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      return { sessions: {}, rates: {}, names: [], trustedProxy: [], connections: usualConnections };
    throw wrong(path, '', 'it cannot be read', 'See to its owner and access rights.', cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not JSON';
    throw wrong(path, '', `it is not JSON (${reason})`, 'Put the comma, quote or bracket right.', cause);
  }
  const parsed = ConfigFile.safeParse(json);
  if (!parsed.success) throw explained(path, parsed.error);
  const { oidc, sessions = {}, rates = {}, names = [], trustedProxy = [], connections = {} } = parsed.data;
  if (trustedProxy.length > 0 && names.length === 0)
    throw wrong(path, 'trustedProxy', 'a proxy needs a name under which people reach it', 'State it in "names".');
  return {
    ...(oidc && { oidc: await withSecret(oidc, folder, path, environment) }),
    sessions: {
      ...(sessions.idleMinutes !== undefined && { idleMs: sessions.idleMinutes * 60_000 }),
      ...(sessions.longestHours !== undefined && { absoluteMs: sessions.longestHours * 3_600_000 }),
    },
    rates,
    names,
    ...(parsed.data.knowledge !== undefined && { knowledge: resolve(folder, parsed.data.knowledge) }),
    trustedProxy,
    connections: {
      most: connections.most ?? usualConnections.most,
      ofOneAddress: connections.ofOneAddress ?? usualConnections.ofOneAddress,
    },
  };
}

/** `env:NAME`, `file:PATH` (from the folder of the configuration), or the secret itself in a file that only its owner reads. */
async function withSecret(
  oidc: z.output<typeof OidcConfig>,
  folder: string,
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<z.output<typeof OidcConfig>> {
  const given = oidc.clientSecret;
  if (given === undefined) return oidc;
  const place = 'oidc.clientSecret';
  if (given.startsWith('env:')) {
    const name = given.slice(4);
    const secret = environment[name];
    if (!secret) throw wrong(path, place, `the variable ${name} is not set`, `Start the server with ${name} set.`);
    return { ...oidc, clientSecret: secret };
  }
  const file = given.startsWith('file:') ? resolve(folder, given.slice(5)) : path;
  await assertPrivate(file, path, place);
  if (file === path) return oidc;
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret === '') throw wrong(path, place, `${file} is empty`, 'Put the secret into it, on one line.');
  return { ...oidc, clientSecret: secret };
}

async function assertPrivate(file: string, path: string, place: string): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    throw wrong(path, place, `${file} cannot be read`, 'Name a file that the server may read.', cause);
  });
  // Windows has no such bits; there the rights of the data folder count.
  if (process.platform === 'win32' || (found.mode & 0o077) === 0) return;
  throw wrong(
    path,
    place,
    `others can read the secret in ${file} (mode ${(found.mode & 0o777).toString(8)})`,
    `chmod 600 ${file}, and have the provider give a new secret if somebody may have seen it. Or name it as "env:NAME".`,
  );
}

function explained(path: string, error: z.ZodError): IdiographError {
  const [first] = error.issues;
  const at = first?.path.join('.') ?? '';
  if (first?.code !== 'unrecognized_keys')
    return wrong(
      path,
      at,
      first?.message ?? 'it is not as it should be',
      'docs/accounts.md shows what can stand there.',
    );
  const known = keysAt(first.path);
  return wrong(
    path,
    at,
    `there is no setting ${first.keys.map((key) => `"${key}"`).join(', ')}`,
    known.length > 0 ? `Settings here are ${known.join(', ')}.` : 'Take it out.',
  );
}

/** Names of the settings that can stand at a place. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = ConfigFile;
  for (const part of path) {
    while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) schema = schema.unwrap();
    schema = schema instanceof z.ZodObject ? schema.shape[String(part)] : undefined;
  }
  while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) schema = schema.unwrap();
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function wrong(path: string, place: string, message: string, remedy: string, cause?: unknown): IdiographError {
  return new IdiographError('usage', `${path}${place === '' ? '' : `, ${place}`}: ${message}`, {
    path,
    place,
    remedy,
    ...(cause !== undefined && { cause }),
  });
}
