import { IdiographError } from '../dossier/errors.ts';
import { Manifest } from '../dossier/source.ts';
import type { BlobAccess } from './format.ts';

/** One file of a source: its path within the source and how to get its bytes. */
export interface MemberFile {
  path: string;
  sha256: string;
  bytes(): Promise<Uint8Array>;
}

/** Manifests are canonical JSON, so they all begin alike. */
const manifestStart = '{"manifest":1,"members":[';

/**
 * The files of a source, in reading order: those that its manifest names, or the one file that its blob is.
 * Throws `integrity` for a broken manifest.
 */
export async function membersOf(source: { blob: string; path: string }, blobs: BlobAccess): Promise<MemberFile[]> {
  const bytes = await blobs.bytes(source.blob);
  if (Buffer.from(bytes.subarray(0, manifestStart.length)).toString('latin1') !== manifestStart) {
    return [{ path: source.path, sha256: source.blob, bytes: async () => bytes }];
  }
  const parsed = Manifest.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!parsed.success) {
    throw new IdiographError('integrity', `the manifest of ${source.path} is broken`, { blob: source.blob });
  }
  return parsed.data.members.map(({ path, sha256 }) => ({ path, sha256, bytes: () => blobs.bytes(sha256) }));
}
