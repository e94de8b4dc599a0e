import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PackManifest } from '../dossier/pack.ts';

/**
 * Writes the files and the manifest into a folder beside `target`, each flushed to the disk, and moves that folder into
 * place. An earlier folder is moved aside first and removed last.
 */
export async function installStaged(
  target: string,
  files: ReadonlyMap<string, Uint8Array>,
  manifest: PackManifest,
): Promise<void> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, `.${basename(target)}-`));
  try {
    const fresh = join(staging, 'new');
    await mkdir(fresh);
    for (const [path, bytes] of files) await writeFlushed(join(fresh, path), bytes);
    await writeFlushed(
      join(fresh, 'manifest.json'),
      new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`),
    );
    await flushDirectory(fresh);
    const earlier = join(staging, 'old');
    const replaces = await rename(target, earlier).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return false;
      },
    );
    try {
      await rename(fresh, target);
    } catch (error) {
      if (replaces) await rename(earlier, target);
      throw error;
    }
    await flushDirectory(parent);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename lasting; not every system lets a folder be opened for it. */
async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
