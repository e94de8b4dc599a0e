import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issue } from '../src/dossier/issue.ts';
import type { Source } from '../src/dossier/source.ts';
import { dicomFormat } from '../src/intake/dicom/format.ts';
import type { DicomHeader } from '../src/intake/dicom/header.ts';
import { type BlobAccess, type Draft, defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';

export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Unpacks an archive into a folder of its own under the system's temporary folder. */
export function untar(archive: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-dicom-'));
  execFileSync('tar', ['xzf', archive, '-C', folder]);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Imported {
  drafts: Draft[];
  issues: Issue[];
  refused: { path: string; issue: Issue }[];
  /** A draft as the source that an import would make of it. */
  source(draft: Draft): Source;
  blobs: BlobAccess;
}

/** Reads a list of files as an import does, without a store: blobs are the files themselves. */
export async function importDicom(paths: string[]): Promise<Imported> {
  const pieces: { path: string; piece: DicomHeader }[] = [];
  const refused: Imported['refused'] = [];
  const issues: Issue[] = [];
  for (const path of paths) {
    const file = inputFile(path, path);
    if (!dicomFormat.sniff(file.head, file)) continue;
    const read = await dicomFormat.read(file, defaultLimits);
    if ('refused' in read) refused.push({ path, issue: read.refused });
    else {
      pieces.push({ path, piece: read.piece as DicomHeader });
      issues.push(...read.issues);
    }
  }
  const assembled = dicomFormat.assemble(pieces);
  const held = new Map<string, () => Uint8Array>();
  function keep(id: string, bytes: () => Uint8Array): string {
    const sha256 = createHash('sha256').update(id).digest('hex');
    held.set(sha256, bytes);
    return sha256;
  }
  return {
    drafts: assembled.drafts,
    issues: [...issues, ...assembled.issues],
    refused,
    source(draft) {
      const members = draft.files.map((path) => ({
        path,
        sha256: keep(path, () => readFileSync(path)),
        bytes: statSync(path).size,
      }));
      const manifest = new TextEncoder().encode(JSON.stringify({ manifest: 1, members }));
      const blob =
        members.length === 1 ? members[0]!.sha256 : keep(JSON.stringify(draft.source.locator), () => manifest);
      return {
        kind: 'source',
        id: `src-${blob.slice(0, 32)}`,
        subject: 'subject-1',
        blob,
        import: 'import-1',
        ...draft.source,
      };
    },
    blobs: {
      async bytes(sha256) {
        const bytes = held.get(sha256);
        if (bytes === undefined) throw new Error(`no blob ${sha256}`);
        return bytes();
      },
    },
  };
}
