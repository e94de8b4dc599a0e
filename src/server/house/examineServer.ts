import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isIdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { keyPath } from '../../privacy/audit/key.ts';
import { verifyAudit } from '../../privacy/audit/verify.ts';
import { configName, readConfig } from '../config.ts';
import type { Home } from '../home.ts';

const restoreIt = 'Restore a backup; keep the damaged folder until that is done.';
/** Files that nobody but the owner may read: hashes of passwords, what people answered, keys. */
const isPrivate = (name: string) => /\.(sqlite|key|secret)$/.test(name);

/**
 * Examines what the server keeps beside the store, also while it runs: databases whole, access rights, configuration,
 * and with `chain` the audit chain from its first line on. Changes nothing.
 */
export async function examineServer(home: Home, options: { chain: boolean }): Promise<Issue[]> {
  if (!existsSync(home.server)) return [];
  const issues: Issue[] = [];
  for (const path of await databasesIn(home)) {
    const place = relative(home.data, path);
    try {
      issues.push(
        ...faultsOf(path).map((fault) => issue('error', 'database-damaged', fault, { place, remedy: restoreIt })),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      issues.push(issue('error', 'database-damaged', message, { place, remedy: restoreIt }));
    }
  }
  issues.push(...(await readableByOthers(home)), ...(await configIssues(home)));
  if (options.chain) issues.push(...(await chainIssues(home)));
  return issues;
}

/** Databases of the server's own: all but what can be made again or is on its way. */
async function databasesIn(home: Home): Promise<string[]> {
  const entries = await readdir(home.server, { withFileTypes: true });
  const folders = entries.filter(
    (one) => one.isDirectory() && ![home.audit, home.uploads, home.cache].includes(join(home.server, one.name)),
  );
  const inside = await Promise.all(
    folders.map(async ({ name }) =>
      (await readdir(join(home.server, name), { withFileTypes: true }))
        .filter((one) => one.isFile())
        .map((one) => join(home.server, name, one.name)),
    ),
  );
  const beside = entries.filter((one) => one.isFile()).map(({ name }) => join(home.server, name));
  return [...beside, ...inside.flat()].filter((path) => path.endsWith('.sqlite')).sort();
}

function faultsOf(path: string): string[] {
  const raw = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  try {
    const rows = raw.prepare('pragma integrity_check').all();
    return rows.map((row) => String(Object.values(row)[0])).filter((line) => line !== 'ok');
  } finally {
    raw.close();
  }
}

async function readableByOthers(home: Home): Promise<Issue[]> {
  if (process.platform === 'win32') return [];
  const paths = [...(await databasesIn(home)), keyPath(home.audit)];
  const issues: Issue[] = [];
  for (const path of paths.filter((one) => isPrivate(one) && existsSync(one))) {
    const { mode } = await stat(path);
    if ((mode & 0o077) === 0) continue;
    issues.push(
      issue('warning', 'readable-by-others', `others can read it (mode ${(mode & 0o777).toString(8)})`, {
        place: path.startsWith(home.data) ? relative(home.data, path) : path,
        remedy: `chmod 600 ${path}`,
      }),
    );
  }
  return issues;
}

async function configIssues(home: Home): Promise<Issue[]> {
  try {
    // Variables belong to the process that serves: this one need not have them.
    await readConfig(home.server, new Proxy({}, { get: () => 'set there' }));
    return [];
  } catch (error) {
    if (!isIdiographError(error)) throw error;
    const { message, remedy } = error;
    const place = join('server', configName);
    return [issue('error', 'config-invalid', message, { place, ...(remedy !== undefined && { remedy }) })];
  }
}

async function chainIssues(home: Home): Promise<Issue[]> {
  if (!existsSync(home.audit)) return [];
  const place = relative(home.data, home.audit);
  try {
    const { problems, problemCount } = await verifyAudit(home.audit);
    const remedy =
      'Keep the folder as evidence; compare with a copy of the checkpoints: idiograph audit verify --against COPY.';
    const told = problems
      .slice(0, 20)
      .map(({ file, line, kind, message }) =>
        issue('error', `audit-${kind}`, message, { place: `${join(place, file)}:${line}`, remedy }),
      );
    if (problemCount > told.length)
      told.push(issue('error', 'audit-changed', `and ${problemCount - told.length} more places`, { place, remedy }));
    return told;
  } catch (error) {
    if (isIdiographError(error, 'not-found')) return [];
    if (!isIdiographError(error)) throw error;
    const { message, remedy } = error;
    return [issue('error', 'audit-unverified', message, { place, ...(remedy !== undefined && { remedy }) })];
  }
}
