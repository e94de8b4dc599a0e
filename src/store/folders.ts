import { createHash } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import { IdiographError } from '../dossier/errors.ts';

/** Makes a folder for something new. Throws `conflict` when there is something in it already. */
export async function newFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0) {
    throw new IdiographError('conflict', `${directory} is not empty`, {
      directory,
      remedy: 'Name a new or empty folder.',
    });
  }
}

/** Writes what comes to a new file and forces it to disk. Returns what was written. */
export async function writeDurably(
  path: string,
  content: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const part of content) {
      const chunk = typeof part === 'string' ? Buffer.from(part) : part;
      hash.update(chunk);
      await file.writeFile(chunk);
      bytes += chunk.byteLength;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}
