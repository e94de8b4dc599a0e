import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { canonicalJson } from '../dossier/canonical.ts';
import type { Access, Reader, RecordKind, Store } from '../dossier/store.ts';
import { syncFolder } from './blobs/folder.ts';
import { storeIo } from './blobs/storeIo.ts';
import { newFolder, writeDurably } from './folders.ts';
import { readManifest } from './manifest.ts';
import { recordKinds } from './records.ts';

export interface ExportReport {
  directory: string;
  records: Partial<Record<RecordKind, number>>;
  files: number;
  bytes: number;
}

interface ExportedFile {
  path: string;
  sha256: string;
  bytes: number;
}

/**
 * Everything of one subject in a folder of plain files: `records/<kind>.ndjson` with the whole history, the originals under
 * `files/` at the paths at which they came, results under `artifacts/`, and `export.json` with the hash of each.
 * The purpose stands in the access log and in the export. Throws `not-found`, `conflict` for a folder that is not empty.
 */
export async function exportSubject(
  store: Store,
  subject: string,
  toDirectory: string,
  access: Access,
  options: { clock?: () => string } = {},
): Promise<ExportReport> {
  const directory = resolve(toDirectory);
  const reader = store.reading(access);
  await reader.dossier(subject);
  store.noteAccess(access, subject, 'export');
  return storeIo(directory, async () => {
    await newFolder(directory);
    const records: Partial<Record<RecordKind, number>> = {};
    const files: ExportedFile[] = [];
    const put = async (path: string, content: Parameters<typeof writeDurably>[1]) => {
      const at = join(directory, path);
      await mkdir(dirname(at), { recursive: true, mode: 0o700 });
      files.push({ path, ...(await writeDurably(at, content)) });
    };
    for (const kind of recordKinds) {
      const all = await reader.list(subject, kind, { history: true });
      if (all.length === 0) continue;
      records[kind] = all.length;
      await put(
        `records/${kind}.ndjson`,
        all.map((record) => `${canonicalJson(record)}\n`),
      );
    }
    for (const [path, sha256] of await namedBlobs(reader, subject)) {
      await put(path, await reader.blobStream(subject, sha256));
    }
    const { subject: about } = await reader.dossier(subject);
    const manifest = {
      export: 1,
      at: options.clock?.() ?? new Date().toISOString(),
      subject,
      purpose: access.purpose,
      actor: access.actor,
      composite: about.composite,
      synthetic: about.synthetic,
      records,
      files: [...files],
    };
    await put('export.json', [`${JSON.stringify(manifest, undefined, 2)}\n`]);
    await syncFolder(directory);
    return { directory, records, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

/** Path in the export -> blob. Two different files that came under one path get a part of their hash into the name. */
async function namedBlobs(reader: Reader, subject: string): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  const taken = new Map<string, string>();
  const folders = new Set<string>();
  /** False where the path, or a folder on the way to it, is a file already or the other way round. */
  const isFree = (path: string) => {
    const above = foldersAbove(path);
    return !taken.has(path) && !folders.has(path) && !above.some((folder) => taken.has(folder));
  };
  const name = (wanted: string, sha256: string) => {
    const candidates = [wanted, wanted.replace(/(\.[^./]*)?$/, `~${sha256.slice(0, 8)}$1`), `unnamed/${sha256}`];
    for (const path of candidates) {
      // Names that differ only in case are one file on some disks.
      const key = path.toLowerCase();
      if (taken.get(key) === sha256) return;
      if (!isFree(key)) continue;
      taken.set(key, sha256);
      for (const folder of foldersAbove(key)) folders.add(folder);
      named.set(path, sha256);
      return;
    }
  };
  const known = new Set<string>();
  for (const source of await reader.list(subject, 'source', { history: true })) {
    if (known.has(source.blob)) continue;
    known.add(source.blob);
    const manifest = await readManifest(reader, subject, source.blob);
    if (!manifest) name(`files/${safePath(source.path)}`, source.blob);
    for (const { path, sha256 } of manifest?.members ?? []) {
      known.add(sha256);
      name(`files/${safePath(path)}`, sha256);
    }
  }
  for (const artifact of await reader.list(subject, 'artifact', { history: true })) {
    known.add(artifact.blob);
    name(`artifacts/${safePath(artifact.run)}/${safePath(artifact.fileName)}`, artifact.blob);
  }
  for (const { sha256 } of await reader.list(subject, 'blob'))
    if (!known.has(sha256)) name(`unnamed/${sha256}`, sha256);
  return named;
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A relative path that stays inside, whatever somebody called a file: no `..`, no drive, no control characters. */
export function safePath(path: string): string {
  const parts = path
    .split(/[/\\]/)
    .map((part) =>
      part.replace(/[<>:"|?*\u0000-\u001f\u007f]/g, '_').replace(/[. ]+$/, (end) => '_'.repeat(end.length)),
    )
    .filter((part) => part !== '')
    .map((part) => (Buffer.byteLength(part) > 150 ? part.slice(-37) : part));
  return parts.join('/') || 'unnamed';
}
