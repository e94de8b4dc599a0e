import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../open.ts';
import { sampleFinding, sampleSubject } from '../samples.ts';
import { openDatabase } from './database.ts';
import { knownMigrations, migrate, schemaVersion } from './migrate.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'idiograph-database-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => openStore({ engine: 'sqlite', directory });
const file = () => join(directory, 'store.sqlite');

test('a store from a newer program is refused and left as it is', async () => {
  await (await open()).close();
  const raw = new DatabaseSync(file());
  raw.exec(`insert into schema_version (version, name) values (999, 'future')`);
  raw.close();
  await expect(open()).rejects.toMatchObject({ code: 'store-too-new', fields: { version: 999 } });
});

test('migrations run once, in order, and an older store is brought up to date', async () => {
  const database = await openDatabase(file());
  const known = knownMigrations();
  await migrate(database, known);
  const next = { version: (known.at(-1)?.version ?? 0) + 1, name: 'next', sql: 'create table later (a)' };
  await migrate(database, [...known, next]);
  await migrate(database, [...known, next]);
  expect(schemaVersion(database)).toBe(next.version);
  expect(known.map(({ version }) => version)).toEqual(known.map((_, index) => index + 1));
  await database.close();
});

test('a migration that fails leaves the store as it was', async () => {
  const database = await openDatabase(file());
  await migrate(database);
  const version = schemaVersion(database);
  const broken = { version: version + 1, name: 'broken', sql: 'create table half (a); create table record (a)' };
  await expect(migrate(database, [...knownMigrations(), broken])).rejects.toThrow();
  expect(schemaVersion(database)).toBe(version);
  expect(database.raw.prepare(`select * from sqlite_schema where name = 'half'`).get()).toBeUndefined();
  await database.close();
});

test('a file that is no database is reported as damage, not overwritten', async () => {
  await writeFile(file(), 'this is not a database, and long enough to be looked at');
  await expect(open()).rejects.toMatchObject({ code: 'store-corrupt' });
});

test('reading where there is no store is refused and creates none', async () => {
  const absent = join(directory, 'absent');
  await expect(openStore({ engine: 'sqlite', directory: absent }, { readOnly: true })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('a full disk refuses the batch as a whole and the store goes on', async () => {
  const database = await openDatabase(file());
  await migrate(database);
  const pages = Number(database.raw.prepare('pragma page_count').get()?.['page_count']);
  database.raw.exec(`pragma max_page_count = ${pages + 2}`);
  const write = (bytes: number) =>
    database.write(async (transaction) => {
      for (let index = 0; index < bytes / 1000; index++) {
        await transaction
          .insertInto('access')
          .values({ at: '', actor: '', purpose: '', subject: '', verb: '', target: 'x'.repeat(1000) })
          .execute();
      }
    });
  await expect(write(100_000)).rejects.toMatchObject({ code: 'store-io' });
  expect(database.raw.prepare('select count(*) as n from access').get()?.['n']).toBe(0);
  await write(1000);
  await database.close();
});

test('every commit is forced to disk, and deleted content is overwritten', async () => {
  const database = await openDatabase(file());
  const pragma = (name: string) => Object.values(database.raw.prepare(`pragma ${name}`).get() ?? {})[0];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('secure_delete')]).toEqual(['wal', 2, 1]);
  await database.close();
});

test('the current findings of one subject are found without a scan of the store', async () => {
  const store = await open();
  await store.write([sampleSubject('S1'), sampleFinding('S1', 'run-1', 'volume', 1)]);
  await store.close();
  const raw = new DatabaseSync(file());
  const plan = (sql: string) =>
    raw
      .prepare(`explain query plan ${sql}`)
      .all()
      .map((row) => String(row['detail']))
      .join('; ');
  const columns = 'select * from record where';
  expect(plan(`${columns} subject = 'S1' and kind = 'finding' and superseded_by is null order by id`)).toMatch(
    /^SEARCH record USING INDEX record_(current|by_kind) \((subject=\? AND kind|kind=\? AND subject)=\?/,
  );
  expect(plan(`${columns} slot = 'x' and superseded_by is null`)).toMatch(/^SEARCH record USING INDEX record_by_slot/);
  expect(plan(`${columns} parent in ('a', 'b') and superseded_by is null`)).toMatch(/record_by_parent/);
  expect(plan(`${columns} slot = 'x' or id = 'x' order by sequence`)).not.toMatch(/SCAN record/);
  expect(plan(`select from_id from link where to_id = 'x'`)).toMatch(/^SEARCH link USING COVERING INDEX link_to/);
  raw.close();
});
