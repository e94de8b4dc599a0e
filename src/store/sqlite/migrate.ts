import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { identityMarks } from '../../dossier/identityMarks.ts';
import type { Database } from './database.ts';

interface Migration {
  version: number;
  name: string;
  sql: string;
}

/** `migrations/NNNN-name.sql` in order. They are never changed after a release; a new one is added. */
export function knownMigrations(directory = join(import.meta.dirname, 'migrations')): Migration[] {
  return readdirSync(directory)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name: name.slice(5, -4),
      sql: readFileSync(join(directory, name), 'utf8'),
    }));
}

/** Version of the schema in the file, 0 for a new one. */
export function schemaVersion<T>(database: Database<T>): number {
  const table = database.raw.prepare(`select 1 from sqlite_schema where type = 'table' and name = 'schema_version'`);
  if (!table.get()) return 0;
  const row = database.raw.prepare('select max(version) as version from schema_version').get();
  return Number(row?.['version'] ?? 0);
}

/** Brings the file to the newest schema, one transaction for all. Throws `store-too-new` for a file from the future. */
export async function migrate<T>(database: Database<T>, migrations = knownMigrations()): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0;
  if (schemaVersion(database) === newest) return;
  // What SQL cannot say: migrations call it by this name.
  database.raw.function('identity_marks', { deterministic: true }, (json) => {
    return JSON.stringify(identityMarks(JSON.parse(String(json))));
  });
  await database.write(async () => {
    // Another process may have been quicker: look again under the lock.
    const version = schemaVersion(database);
    refuseNewer(version, newest, database.path);
    if (version === 0) {
      database.raw.exec('create table schema_version (version integer primary key, name text not null)');
    }
    for (const migration of migrations) {
      if (migration.version <= version) continue;
      database.raw.exec(migration.sql);
      database.raw
        .prepare('insert into schema_version (version, name) values (?, ?)')
        .run(migration.version, migration.name);
    }
  });
}

/** A read-only opening does not migrate: the schema must fit as it is. */
export function assertCurrentSchema(database: Database, migrations = knownMigrations()): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const version = schemaVersion(database);
  refuseNewer(version, newest, database.path);
  if (version < newest) {
    throw new IdiographError('usage', `the store has schema ${version}, this program needs ${newest}`, {
      remedy: 'Open it once for writing: that brings it up to date.',
    });
  }
}

function refuseNewer(version: number, newest: number, path: string): void {
  if (version <= newest) return;
  throw new IdiographError(
    'store-too-new',
    `the store was written by a newer Idiograph (schema ${version}, this program knows ${newest})`,
    { path, version, newest, remedy: 'Update Idiograph, or restore a backup that this version made.' },
  );
}
