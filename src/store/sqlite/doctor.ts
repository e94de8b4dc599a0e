import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { IdiographError, isIdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { StoreConfig } from '../../dossier/store.ts';
import { type BlobFolder, blobFolder, temporaryName } from '../blobs/folder.ts';
import { limitConcurrency } from '../blobs/limit.ts';
import { placeOf } from '../history.ts';
import { blobId } from '../links.ts';
import { beginsAsManifest, manifestIn } from '../manifest.ts';
import { parseRecord, subjectOf } from '../records.ts';
import { type Database, explained, openDatabase } from './database.ts';
import { tryToFinishErasures } from './erase.ts';
import { assertCurrentSchema } from './migrate.ts';
import { databaseName } from './store.ts';

export interface DoctorReport {
  /** True when there is nothing but remarks (`info`). */
  healthy: boolean;
  records: number;
  links: number;
  blobs: number;
  bytes: number;
  /** Whether every blob was read and its hash compared. */
  deep: boolean;
  issues: Issue[];
}

const restoreIt = 'Restore a backup; keep the damaged folder until that is done.';
/** A file without a row may be one that another process is just about to acknowledge. */
const orphanAfterMs = 60 * 60_000;

/**
 * Examines a store, also while others use it. Mends what is safe to mend: completes interrupted erasures, removes the
 * temporary files of processes that are gone and files that were never acknowledged. `deep` reads every blob.
 * Throws `not-found` where no store is, `store-too-new`.
 */
export async function doctor(config: StoreConfig, options: { deep?: boolean } = {}): Promise<DoctorReport> {
  const directory = resolve(config.directory);
  const deep = options.deep ?? false;
  const path = join(directory, databaseName);
  if (!existsSync(path)) throw new IdiographError('not-found', `no store in ${directory}`, { directory });
  let database: Database | undefined;
  try {
    database = await openDatabase(path);
    return await examine(database, blobFolder(join(directory, 'blobs')), deep);
  } catch (error) {
    const known = explained(error, path);
    if (!isIdiographError(known, 'store-corrupt')) throw known;
    const damage = issue('error', 'database-damaged', known.message, { place: databaseName, remedy: restoreIt });
    return { healthy: false, records: 0, links: 0, blobs: 0, bytes: 0, deep, issues: [damage] };
  } finally {
    await database?.close();
  }
}

async function examine(database: Database, folder: BlobFolder, deep: boolean): Promise<DoctorReport> {
  assertCurrentSchema(database);
  const issues = checkDatabase(database);
  if (!(await tryToFinishErasures(database, folder))) {
    issues.push(
      issue(
        'warning',
        'erasure-unfinished',
        'an erased subject still stands in free pages, because another process reads',
        {
          remedy: 'Close the other programs and run doctor again.',
        },
      ),
    );
  }
  const records = checkRecords(database, issues);
  checkSlots(database, issues);
  const links = checkLinks(database, issues);
  const { blobs, bytes } = await checkBlobs(database, folder, deep, issues);
  await checkFiles(database, folder, issues);
  return { healthy: issues.every(({ severity }) => severity === 'info'), records, links, blobs, bytes, deep, issues };
}

function checkDatabase({ raw }: Database): Issue[] {
  const lines = raw
    .prepare('pragma integrity_check')
    .all()
    .map((row) => String(Object.values(row)[0]));
  return lines
    .filter((line) => line !== 'ok')
    .map((line) => issue('error', 'database-damaged', line, { place: databaseName, remedy: restoreIt }));
}

/** Every record, whole and valid? */
function checkRecords({ raw }: Database, issues: Issue[]): number {
  let records = 0;
  for (const row of raw.prepare('select id, kind, subject, value_hash, json from record').iterate()) {
    records++;
    const wrong = recordFault({ ...row });
    if (wrong) {
      issues.push(
        issue('error', 'record-torn', `record ${row['id']}: ${wrong}`, { place: String(row['id']), remedy: restoreIt }),
      );
    }
  }
  return records;
}

function recordFault(row: Record<string, unknown>): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(String(row['json']));
  } catch {
    return 'no whole JSON';
  }
  const parsed = parseRecord(value);
  if ('wrong' in parsed) return parsed.wrong;
  const { record } = parsed;
  if (record.id !== row['id'] || record.kind !== row['kind'] || subjectOf(record) !== row['subject']) {
    return 'stands under another name than its own';
  }
  return placeOf(record).statement === row['value_hash'] ? undefined : 'does not have its hash';
}

function checkSlots({ raw }: Database, issues: Issue[]): void {
  const contested = raw.prepare(
    `select coalesce(slot, id) as place, count(*) as holders from record where superseded_by is null
     group by coalesce(slot, id) having count(*) > 1`,
  );
  for (const { place, holders } of contested.iterate()) {
    issues.push(
      issue('error', 'slot-contested', `${holders} records are current at once: ${place}`, { remedy: restoreIt }),
    );
  }
}

function checkLinks({ raw }: Database, issues: Issue[]): number {
  const dangling = raw.prepare(`
    select from_id, to_id, exists (select 1 from rests_on_erased where id = from_id) as flagged from link
    where not exists (select 1 from record where id = to_id)
      and not exists (select 1 from blob where subject = link.subject and sha256 = substr(to_id, length(link.subject) + 2))
    order by from_id, to_id
  `);
  for (const { from_id: from, to_id: to, flagged } of dangling.iterate()) {
    issues.push(
      flagged
        ? issue('warning', 'rests-on-erased', `${from} rests on something that was erased`, {
            place: String(from),
            remedy: 'Make it again without the erased subject, or withdraw it.',
          })
        : issue('warning', 'link-dangling', `${from} names ${to}, which is not in the store`, {
            place: String(from),
            remedy: 'Run the import or work-up again, which writes what is absent.',
          }),
    );
  }
  return Number(raw.prepare('select count(*) as n from link').get()?.['n']);
}

async function checkBlobs(database: Database, folder: BlobFolder, deep: boolean, issues: Issue[]) {
  const rows = await database.kysely.selectFrom('blob').selectAll().orderBy('subject').orderBy('sha256').execute();
  const named = new Set(
    (await database.kysely.selectFrom('link').select('to_id').where('to_id', 'like', '%/%').distinct().execute()).map(
      ({ to_id }) => to_id,
    ),
  );
  const known = new Set(rows.map(({ subject, sha256 }) => blobId(subject, sha256)));
  const limited = limitConcurrency(8);
  await Promise.all(
    rows.map((row) =>
      limited(async () => {
        const { subject, sha256 } = row;
        const id = blobId(subject, sha256);
        const fault = await blobFault(folder, row, deep);
        if (fault) {
          issues.push(
            issue('error', ...fault, { place: id, remedy: 'Import the original file again, or restore a backup.' }),
          );
          return;
        }
        for (const member of await membersOf(folder, row, issues)) {
          named.add(blobId(subject, member));
          if (known.has(blobId(subject, member))) continue;
          issues.push(
            issue('error', 'blob-missing', `the manifest ${sha256} names ${member}, which is not in the store`, {
              place: id,
              remedy: 'Import the original folder again.',
            }),
          );
        }
      }),
    ),
  );
  const unnamed = [...known].filter((id) => !named.has(id)).length;
  if (unnamed > 0) {
    issues.push(
      issue('info', 'blob-unnamed', `${unnamed} blobs are kept that no record names`, {
        remedy: 'An import was interrupted: import the same folder again.',
      }),
    );
  }
  return { blobs: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function blobFault(
  folder: BlobFolder,
  { subject, sha256, bytes }: { subject: string; sha256: string; bytes: number },
  deep: boolean,
): Promise<[code: string, message: string] | undefined> {
  const found = await stat(folder.path(subject, sha256)).catch(() => undefined);
  if (!found) return ['blob-missing', `the file of blob ${sha256} of ${subject} is missing`];
  if (found.size !== bytes)
    return ['blob-damaged', `blob ${sha256} of ${subject} has ${found.size} bytes, not ${bytes}`];
  if (!deep) return undefined;
  try {
    for await (const _ of await folder.stream(subject, sha256));
    return undefined;
  } catch (error) {
    return ['blob-damaged', error instanceof Error ? error.message : String(error)];
  }
}

/** Hashes that a manifest names; none for any other blob. */
async function membersOf(
  folder: BlobFolder,
  { subject, sha256, bytes }: { subject: string; sha256: string; bytes: number },
  issues: Issue[],
): Promise<string[]> {
  if (bytes === 0) return [];
  const chunks = (await folder.stream(subject, sha256)).getReader();
  const { value } = await chunks.read();
  await chunks.cancel();
  if (!value || !beginsAsManifest(value)) return [];
  try {
    return manifestIn(await folder.read(subject, sha256))?.members.map((member) => member.sha256) ?? [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    issues.push(issue('error', 'blob-damaged', message, { place: blobId(subject, sha256), remedy: restoreIt }));
    return [];
  }
}

/** Files that no row stands for. */
async function checkFiles(database: Database, folder: BlobFolder, issues: Issue[]): Promise<void> {
  if (!existsSync(folder.directory)) return;
  let temporary = 0;
  let orphans = 0;
  const entries = await readdir(folder.directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const [subject = '', ...rest] = path.slice(folder.directory.length + 1).split(/[/\\]/);
    const process = temporaryName.exec(entry.name)?.[1];
    if (process !== undefined) {
      if (isAlive(Number(process)) && !(await isOld(path, 24 * orphanAfterMs))) continue;
      await rm(path, { force: true });
      temporary++;
    } else if (rest.length !== 2 || rest[0] !== entry.name.slice(0, 2) || !/^[0-9a-f]{64}$/.test(entry.name)) {
      issues.push(
        issue('warning', 'file-foreign', `${path.slice(folder.directory.length + 1)} is no file of the store`, {
          place: path,
          remedy: 'Move it elsewhere.',
        }),
      );
    } else if (await removeOrphan(database, path, subject, entry.name)) orphans++;
  }
  if (temporary > 0) issues.push(issue('info', 'temporary-removed', `${temporary} unfinished files were removed`));
  if (orphans > 0)
    issues.push(issue('info', 'orphan-removed', `${orphans} files that were never acknowledged were removed`));
}

/** Under the write lock, so that nobody acknowledges the file meanwhile. */
async function removeOrphan(database: Database, path: string, subject: string, sha256: string): Promise<boolean> {
  const row = () => database.raw.prepare('select 1 from blob where subject = ? and sha256 = ?').get(subject, sha256);
  if (row() || !(await isOld(path, orphanAfterMs))) return false;
  return database.write(async () => {
    if (row()) return false;
    await rm(path, { force: true });
    return true;
  });
}

/** Whether a file has lain for so long. The system's clock decides about rubbish here, never about content. */
async function isOld(path: string, ms: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}

function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
