import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isIdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { openAudit } from '../../privacy/audit/audit.ts';
import { copyChain } from '../../privacy/audit/copyChain.ts';
import { deriveKeys, keyPath, readSecret } from '../../privacy/audit/key.ts';
import { verifyAudit } from '../../privacy/audit/verify.ts';
import { hashOfFile, type OtherFile, takeSnapshot } from '../../store/maintenance.ts';
import { configName } from '../config.ts';
import type { Home } from '../home.ts';

export interface ServerBackup {
  files: OtherFile[];
  /** Lines of the audit chain that the backup holds; undefined: there is no chain. */
  lines: number | undefined;
  issues: Issue[];
}

export interface ServerBackupOptions {
  now(): string;
  /** Who makes it, for the audit chain. */
  actor: string;
  /** The key of the audit chain and a client secret in the configuration go along. Otherwise they are left out. */
  withSecrets: boolean;
}

/** What stands for a client secret that was left out. */
const leftOut = 'env:IDIOGRAPH_OIDC_SECRET';

/**
 * Copies what the server keeps into `directory`/server, while it may go on: databases as they are at one moment, the audit
 * chain up to its last signed checkpoint, everything else as files. Uploads and the cache are left out. Sessions, codes and
 * failed tries are left out as well: a restored folder must not bring to life what was ended since.
 */
export async function backupServer(home: Home, directory: string, options: ServerBackupOptions): Promise<ServerBackup> {
  if (!existsSync(home.server)) return { files: [], lines: undefined, issues: [] };
  const to = (path: string) => join(directory, 'server', relative(home.server, path));
  const issues: Issue[] = [];
  for (const path of await filesBeside(home)) {
    const target = to(path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if (path.endsWith('.sqlite')) {
      await takeSnapshot(path, target);
      if (relative(home.server, path) === 'accounts.sqlite') forgetSessions(target);
    } else if (relative(home.server, path) === configName) {
      issues.push(...(await copyConfig(path, target, options.withSecrets)));
    } else await copyDurably(path, target);
  }
  const lines = await backupChain(home, directory, options, issues);
  const files: OtherFile[] = [];
  const written = await readdir(join(directory, 'server'), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of written.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.push({ path: relative(directory, path).replaceAll('\\', '/'), ...(await hashOfFile(path)) });
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), lines, issues };
}

/** Files of the server but for chain, key, uploads, cache, and what only a running process needs. */
async function filesBeside(home: Home): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && ![home.audit, home.uploads, home.cache].includes(path)) await walk(path);
      const passing = /(-wal|-shm|-journal|\.lock|\.part|\.new|\.key|\.secret)$/.test(entry.name);
      if (entry.isFile() && !passing && path !== keyPath(home.audit)) found.push(path);
    }
  };
  await walk(home.server);
  return found.sort();
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

function forgetSessions(path: string): void {
  const raw = new DatabaseSync(path);
  try {
    for (const table of ['session', 'code', 'failure', 'oidc_attempt']) raw.exec(`delete from ${table}`);
    raw.exec('vacuum');
  } finally {
    raw.close();
  }
}

async function copyConfig(from: string, to: string, withSecrets: boolean): Promise<Issue[]> {
  const text = await readFile(from, 'utf8');
  let config: { oidc?: { clientSecret?: unknown } } | undefined;
  try {
    config = JSON.parse(text);
  } catch {
    // It is copied as it is; `idiograph doctor` says what is wrong with it.
  }
  const secret = config?.oidc?.clientSecret;
  const isClear = typeof secret === 'string' && !/^(env|file):/.test(secret);
  const kept = isClear && !withSecrets ? { ...config, oidc: { ...config!.oidc, clientSecret: leftOut } } : undefined;
  await writeFile(to, kept === undefined ? text : `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flush: true });
  if (kept === undefined) return [];
  return [
    issue('info', 'secret-left-out', `the client secret is not in the backup: ${leftOut} stands for it`, {
      place: `server/${configName}`,
      remedy: 'Keep it apart, or make the backup with --with-secrets.',
    }),
  ];
}

/** The chain up to its last checkpoint, with a line on this backup in it. A chain that does not hold is copied as it is. */
async function backupChain(home: Home, directory: string, options: ServerBackupOptions, issues: Issue[]) {
  const place = 'server/audit';
  if (!existsSync(home.audit) || (await readdir(home.audit)).length === 0) return undefined;
  try {
    const audit = await openAudit(home.audit, { now: options.now });
    try {
      await audit.append({ actor: options.actor, action: 'export', route: 'backup', outcome: 'ok' });
      await audit.checkpoint();
    } finally {
      await audit.close();
    }
  } catch (error) {
    if (!isIdiographError(error, 'integrity')) throw error;
    issues.push(
      issue('error', 'audit-damaged', error.message, { place, ...(error.remedy && { remedy: error.remedy }) }),
    );
  }
  const target = join(directory, 'server', 'audit');
  await mkdir(target, { recursive: true, mode: 0o700 });
  const key = keyPath(home.audit);
  const secret = existsSync(key) ? readSecret(key) : undefined;
  await copyChain(home.audit, target, secret && deriveKeys(secret));
  if (secret === undefined) return undefined;
  const verdict = await verifyAudit(target, { key: secret });
  await rm(join(target, 'audit.lock'), { force: true });
  for (const { file, line, message } of verdict.problems.slice(0, 20))
    issues.push(issue('error', 'audit-damaged', message, { place: `${place}/${file}:${line}` }));
  if (options.withSecrets) await copyDurably(key, join(directory, 'server', 'audit.key'));
  else {
    issues.push(
      issue('info', 'key-left-out', `the key of the audit chain is not in the backup (${key})`, {
        place: 'server/audit.key',
        remedy: `Keep a copy of it apart from the data: without it nobody can verify the chain. Public part ${deriveKeys(secret).publicKey.slice(0, 16)}.`,
      }),
    );
  }
  return verdict.lines;
}
