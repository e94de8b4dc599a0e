import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that can be made again, one folder a subject, the least recently used ones deleted beyond a size. */
export interface DiskCache {
  /** Path for a content; the folder is there, the file perhaps. Names are hashes: nothing of a request reaches the disk as a name. */
  place(subject: string, content: string): Promise<string>;
  /** True when the file is there; it then counts as used now. */
  has(path: string): Promise<boolean>;
  /** Deletes the least recently used files until the rest fits. Files that are being read stay readable. */
  trim(keep?: ReadonlySet<string>): Promise<void>;
  /** Deletes all that belongs to these subjects. */
  forget(subjects: readonly string[]): Promise<void>;
  /** Deletes what belongs to anybody else, and what a killed process left unfinished. */
  keepOnly(subjects: readonly string[]): Promise<void>;
}

/** Files in this folder up to so many bytes; what was used longest ago goes first. */
export function openDiskCache(folder: string, mostBytes: number): DiskCache {
  const nameOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40);
  const folderOf = (subject: string) => join(folder, nameOf(subject));
  return {
    async place(subject, content) {
      await mkdir(folderOf(subject), { recursive: true, mode: 0o700 });
      return join(folderOf(subject), `${nameOf(content)}.nii`);
    },
    async has(path) {
      try {
        const now = new Date();
        await utimes(path, now, now);
        return true;
      } catch {
        return false;
      }
    },
    async trim(keep = new Set()) {
      const files = await listed(folder);
      let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { path, bytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
        if (total <= mostBytes) return;
        if (keep.has(path)) continue;
        await rm(path, { force: true });
        total -= bytes;
      }
    },
    async forget(subjects) {
      for (const subject of subjects) await rm(folderOf(subject), { recursive: true, force: true });
    },
    async keepOnly(subjects) {
      const known = new Set(subjects.map(nameOf));
      for (const name of await readdir(folder).catch(() => []))
        if (!known.has(name)) await rm(join(folder, name), { recursive: true, force: true });
      for (const { path } of await listed(folder)) if (path.endsWith('.part')) await rm(path, { force: true });
    },
  };
}

async function listed(folder: string): Promise<{ path: string; bytes: number; usedMs: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    files.map(async (path) => {
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { path, bytes: size, usedMs: mtimeMs };
    }),
  );
  return found;
}
