import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Manifest } from '../dossier/source.ts';
import type { Draft, InputFile } from './format.ts';

/** A draft whose bytes are known by their hash, before any subject. */
export interface PreparedSource {
  draft: Draft;
  /** Hash of the file, or of the manifest. */
  blob: string;
  /** Bytes of the manifest, when the source is made of several files. */
  manifest: Uint8Array | undefined;
  members: { file: InputFile; sha256: string }[];
}

/** Hash of the file that the source is about; it stays when an image gets a sidecar or a table its mapping. */
export function mainFile({ members }: PreparedSource): string {
  return members[0]!.sha256;
}

/** SHA-256 of files, each read once. */
export function fileHasher(): (file: InputFile) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (file) => {
    const hash = known.get(file.diskPath) ?? hashFile(file);
    known.set(file.diskPath, hash);
    return hash;
  };
}

async function hashFile(file: InputFile): Promise<string> {
  if (file.bytes <= file.head.length) return sha256(file.head);
  if (file.bytes <= 2 ** 22) return sha256(await file.read(0, file.bytes));
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file.diskPath, { highWaterMark: 2 ** 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** Hashes the files of a draft. Paths in the manifest begin at the folder that its files share, so that it can be moved. */
export async function prepareSource(
  draft: Draft,
  files: ReadonlyMap<string, InputFile>,
  hash: (file: InputFile) => Promise<string>,
): Promise<PreparedSource> {
  const members: PreparedSource['members'] = [];
  for (const path of draft.files) {
    const file = files.get(path);
    if (file === undefined) throw new TypeError(`a draft names ${path}, which was not read`);
    members.push({ file, sha256: await hash(file).catch((cause) => gone(path, cause)) });
  }
  if (members.length === 1) return { draft, blob: members[0]!.sha256, manifest: undefined, members };
  const shared = sharedFolder(draft.files);
  const manifest: Manifest = {
    manifest: 1,
    members: members.map(({ file, sha256 }) => ({ path: file.path.slice(shared), sha256, bytes: file.bytes })),
  };
  const bytes = new TextEncoder().encode(canonicalJson(manifest));
  return { draft, blob: sha256(bytes), manifest: bytes, members };
}

function gone(path: string, cause: unknown): never {
  const remedy = 'See that the medium is connected, then import again.';
  throw new IdiographError('not-found', `${path} could not be read any more`, { path, cause, remedy });
}

/** Length of the common folder of several paths, its slash included. */
function sharedFolder(paths: readonly string[]): number {
  let length = paths[0]!.lastIndexOf('/') + 1;
  for (const path of paths) {
    while (!path.startsWith(paths[0]!.slice(0, length))) length = paths[0]!.lastIndexOf('/', length - 2) + 1;
  }
  return length;
}
