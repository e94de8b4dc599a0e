import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { dicomFormat } from '../intake/dicom/format.ts';
import { type BlobAccess, type Draft, defaultLimits, type Format } from '../intake/format.ts';
import { inputFile } from '../intake/inputFile.ts';
import { niftiFormat } from '../intake/nifti/format.ts';

export interface ReadSources {
  sources: { draft: Draft; source: Source }[];
  issues: Issue[];
  blobs: BlobAccess;
}

/**
 * The files of a path, and of others that belong to it, as sources as an import would make them; blobs are the files
 * themselves.
 */
export async function readSources(path: string, ...beside: string[]): Promise<ReadSources> {
  const issues: Issue[] = [];
  const sources: ReadSources['sources'] = [];
  const held = new Map<string, () => Uint8Array>();
  const keep = (id: string, bytes: () => Uint8Array): string => {
    const key = createHash('sha256').update(id).digest('hex');
    held.set(key, bytes);
    return key;
  };
  const files = [...filesUnder(resolve(path)), ...beside.map((one) => resolve(one))];
  for (const format of [dicomFormat, niftiFormat] as Format[]) {
    const pieces: { path: string; piece: unknown }[] = [];
    for (const diskPath of files) {
      const file = inputFile(diskPath, diskPath);
      if (!format.sniff(file.head, file)) continue;
      const read = await format.read(file, defaultLimits);
      if ('refused' in read) issues.push(read.refused);
      else {
        pieces.push({ path: diskPath, piece: read.piece });
        issues.push(...read.issues);
      }
    }
    if (pieces.length === 0) continue;
    const assembled = format.assemble(pieces);
    issues.push(...assembled.issues);
    for (const draft of assembled.drafts) {
      const members = draft.files.map((of) => ({
        path: of,
        sha256: keep(of, () => readFileSync(of)),
        bytes: statSync(of).size,
      }));
      const manifest = new TextEncoder().encode(JSON.stringify({ manifest: 1, members }));
      const blob =
        members.length === 1
          ? members[0]!.sha256
          : keep(JSON.stringify([draft.source.path, draft.source.locator]), () => manifest);
      const id = `src-${sources.length}`;
      sources.push({ draft, source: { kind: 'source', id, subject: 'files', blob, import: 'files', ...draft.source } });
    }
  }
  const blobs: BlobAccess = {
    bytes: async (key) => {
      const bytes = held.get(key);
      if (!bytes) throw new IdiographError('not-found', `no blob ${key}`);
      return bytes();
    },
  };
  return { sources, issues, blobs };
}

function filesUnder(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch {
    throw new IdiographError('not-found', `${path} is not there`, { remedy: 'Check the path.' });
  }
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
