import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Access, Store, StoreConfig } from '../../dossier/store.ts';
import { blobFolder, syncFolder } from '../blobs/folder.ts';
import { limitConcurrency } from '../blobs/limit.ts';
import { storeIo } from '../blobs/storeIo.ts';
import { newFolder, writeDurably } from '../folders.ts';
import { explained, makePrivate, patiently } from './database.ts';
import { databaseName } from './store.ts';

export const manifestName = 'backup.json';

/** Inside of the folder, whatever the manifest of a stranger says. */
const safePath = z
  .string()
  .refine(
    (path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\\0]/.test(path),
    'a path inside of the folder',
  );
const OtherFile = z.object({ path: safePath, sha256: z.string().length(64), bytes: z.number().int() });
/** A file beside the store, by its path in the data folder (`/`). */
export type OtherFile = z.infer<typeof OtherFile>;

/** What stands in a backup. Written last: a folder without it is no backup. A blob's hash is its name. */
export const BackupManifest = z.object({
  backup: z.literal(1),
  at: z.string(),
  database: z.object({ sha256: z.string().length(64), bytes: z.number().int() }),
  blobs: z.array(z.object({ subject: z.string(), sha256: z.string().length(64), bytes: z.number().int() })),
  /** Files of others that live in the data folder. */
  others: z.array(OtherFile).default([]),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

export interface BackupReport {
  directory: string;
  blobs: number;
  /** Files of others. */
  others: number;
  bytes: number;
  /** Blobs that were damaged or missing in the store already and are therefore not in the backup. */
  issues: Issue[];
}

/**
 * Copies the store as it is at one moment, while others go on using it: a snapshot of the records (VACUUM INTO), then
 * every blob that the snapshot knows, each checked against its hash. Throws `conflict` when the folder is not empty or
 * when a subject was erased meanwhile.
 */
export async function backup(
  store: Store,
  toDirectory: string,
  access: Access,
  options: {
    clock?: () => string;
    /** Adds what others keep in the data folder: writes it into the folder of the backup and says what it wrote. */
    beside?: (directory: string) => Promise<OtherFile[]>;
  } = {},
): Promise<BackupReport> {
  const directory = resolve(toDirectory);
  const from = store.config.directory;
  store.noteAccess(access, '*', 'backup');
  await newFolder(directory);
  try {
    const snapshot = join(directory, databaseName);
    await takeSnapshot(join(from, databaseName), snapshot);
    const { copied, issues } = await copyBlobs(join(from, 'blobs'), join(directory, 'blobs'), blobsIn(snapshot));
    const others = (await options.beside?.(directory)) ?? [];
    await refuseErasedMeanwhile(store, snapshot);
    const manifest: BackupManifest = {
      backup: 1,
      at: options.clock?.() ?? new Date().toISOString(),
      database: await hashOfFile(snapshot),
      blobs: copied,
      others,
    };
    await storeIo(directory, () => writeDurably(join(directory, manifestName), [`${JSON.stringify(manifest)}\n`]));
    await syncFolder(directory);
    const bytes = [...copied, ...others].reduce((sum, one) => sum + one.bytes, 0);
    return { directory, blobs: copied.length, others: others.length, bytes, issues };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Makes a store out of a backup, every file checked against the manifest before anything takes its final name.
 * Subjects erased after the backup was made are in it: erase them again. Throws `integrity` for a damaged or incomplete
 * backup, `conflict` when the target folder is not empty.
 */
export async function restore(
  fromDirectory: string,
  to: StoreConfig,
  options: {
    /** Looks at the restored folder, whole but under a temporary name; what it throws undoes the restoring. */
    before?: (directory: string) => Promise<void>;
  } = {},
): Promise<{ blobs: number; others: number; bytes: number }> {
  const from = resolve(fromDirectory);
  const target = resolve(to.directory);
  const manifest = await readBackupManifest(from);
  await newFolder(target);
  const partial = `${target}.restoring-${process.pid}`;
  await mkdir(partial, { mode: 0o700 });
  try {
    const database = await storeIo(partial, () =>
      writeDurably(join(partial, databaseName), createReadStream(join(from, databaseName))),
    );
    if (database.sha256 !== manifest.database.sha256) throw damaged(from, databaseName);
    const { copied, issues } = await copyBlobs(join(from, 'blobs'), join(partial, 'blobs'), manifest.blobs);
    if (issues[0]) throw damaged(from, issues[0].place ?? 'a blob');
    for (const { path, sha256 } of manifest.others) {
      await mkdir(dirname(join(partial, path)), { recursive: true, mode: 0o700 });
      const written = await storeIo(partial, () =>
        writeDurably(join(partial, path), createReadStream(join(from, path))),
      );
      if (written.sha256 !== sha256) throw damaged(from, path);
    }
    await options.before?.(partial);
    await syncFolder(partial);
    await rmdir(target);
    await rename(partial, target);
    await syncFolder(dirname(target));
    const bytes = [...copied, ...manifest.others].reduce((sum, one) => sum + one.bytes, 0);
    return { blobs: copied.length, others: manifest.others.length, bytes };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Copies a database as it is at one moment, while others write to it; whole, without a log, readable by its owner only. */
export async function takeSnapshot(from: string, to: string): Promise<void> {
  const raw = new DatabaseSync(from, { timeout: 100 });
  try {
    await patiently(from, async () => {
      await rm(to, { force: true });
      makePrivate(to);
      raw.prepare('vacuum into ?').run(to);
    });
  } catch (error) {
    throw explained(error, from);
  } finally {
    raw.close();
  }
  const file = await open(to, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

function blobsIn(snapshot: string): BackupManifest['blobs'] {
  const raw = new DatabaseSync(snapshot, { readOnly: true });
  try {
    const rows = raw.prepare('select subject, sha256, bytes from blob order by subject, sha256').all();
    return rows.map(({ subject, sha256, bytes }) => ({
      subject: String(subject),
      sha256: String(sha256),
      bytes: Number(bytes),
    }));
  } finally {
    raw.close();
  }
}

async function copyBlobs(fromBlobs: string, toBlobs: string, wanted: BackupManifest['blobs']) {
  const from = blobFolder(fromBlobs);
  const to = blobFolder(toBlobs);
  const limited = limitConcurrency(16);
  const issues: Issue[] = [];
  const copied: BackupManifest['blobs'] = [];
  await storeIo(toBlobs, async () => {
    const outcomes = await Promise.all(
      wanted.map((blob) =>
        limited(async () => {
          const { subject, sha256, bytes } = blob;
          if (!(await from.has(subject, sha256, bytes))) return { blob, wrong: 'is missing or has another length' };
          const placed = await to.place(subject, { file: from.path(subject, sha256) });
          if (placed.sha256 === sha256) return { blob, placed };
          await rm(to.path(subject, placed.sha256), { force: true });
          return { blob, wrong: 'does not have its hash any more' };
        }),
      ),
    );
    const placed = outcomes.flatMap((outcome) => (outcome.placed ? [outcome.placed] : []));
    await to.settle(placed);
    for (const { blob, wrong } of outcomes) {
      if (wrong === undefined) copied.push(blob);
      else {
        issues.push(
          issue('error', 'blob-damaged', `blob ${blob.sha256} of ${blob.subject} ${wrong}`, {
            place: `blobs/${blob.subject}/${blob.sha256}`,
            remedy: 'Import the original file again, or take it from an older backup.',
          }),
        );
      }
    }
  });
  return { copied, issues };
}

async function refuseErasedMeanwhile(store: Store, snapshot: string): Promise<void> {
  const raw = new DatabaseSync(snapshot, { readOnly: true });
  let before: Set<unknown>;
  try {
    before = new Set(
      raw
        .prepare('select subject from tombstone')
        .all()
        .map(({ subject }) => subject),
    );
  } finally {
    raw.close();
  }
  const erased = (await store.tombstones()).find(({ subject }) => !before.has(subject));
  if (erased) {
    throw new IdiographError('conflict', `subject ${erased.subject} was erased while the backup was made`, {
      subject: erased.subject,
      remedy: 'Make the backup again.',
    });
  }
}

async function readBackupManifest(directory: string): Promise<BackupManifest> {
  let text: string;
  try {
    text = await readFile(join(directory, manifestName), 'utf8');
  } catch (cause) {
    throw new IdiographError('not-found', `no backup in ${directory}`, {
      directory,
      cause,
      remedy: `A finished backup has a ${manifestName}. One without was interrupted.`,
    });
  }
  try {
    return BackupManifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new IdiographError('integrity', `${join(directory, manifestName)} is damaged`, { cause });
  }
}

export async function hashOfFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(part);
    bytes += part.byteLength;
  }
  return { sha256: hash.digest('hex'), bytes };
}

function damaged(directory: string, what: string): IdiographError {
  return new IdiographError('integrity', `the backup is damaged: ${what}`, {
    directory,
    place: what,
    remedy: 'Restore another backup; nothing was restored from this one.',
  });
}
