import { Manifest, type Source } from '../../dossier/source.ts';
import type { BlobAccess } from '../../intake/format.ts';

/** Files of a series that are asked for ahead of their turn. */
const ahead = 24;
/** Series of fewer files have large ones, which are read in pieces from the disk. */
const fewFiles = 8;

/**
 * The bytes of a series of many small files, the next ones fetched while the last one is decoded: a series is read in the
 * order of its manifest, and the wait for each file is what takes the time.
 */
export async function readingAhead(source: Source, files: number, blobs: BlobAccess): Promise<BlobAccess> {
  if (files <= fewFiles) return blobs;
  const manifest = Manifest.parse(JSON.parse(new TextDecoder().decode(await blobs.bytes(source.blob))));
  const hashes = manifest.members.map(({ sha256 }) => sha256);
  const places = new Map(hashes.map((sha256, at) => [sha256, at]));
  const coming = new Map<string, Promise<Uint8Array>>();
  return {
    async bytes(sha256) {
      const at = places.get(sha256);
      if (at === undefined) return blobs.bytes(sha256);
      for (const next of hashes.slice(at, at + ahead))
        if (!coming.has(next)) {
          const bytes = blobs.bytes(next);
          bytes.catch(() => undefined);
          coming.set(next, bytes);
        }
      const bytes = coming.get(sha256)!;
      coming.delete(sha256);
      return bytes;
    },
  };
}
