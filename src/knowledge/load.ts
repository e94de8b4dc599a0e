import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';

/** What each file under knowledge/ says of itself before it says anything else. */
export const KnowledgeHeader = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  version: z.string().min(1),
  /** Date of the facts, not of the file. */
  date: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/),
  /** Licence of this file as we ship it. */
  licence: z.string().min(1),
  sources: z
    .array(
      z.object({
        title: z.string().min(1),
        reference: z.string().min(1),
        licence: z.string().min(1),
        date: z.string().optional(),
      }),
    )
    .min(1),
});
export type KnowledgeHeader = z.infer<typeof KnowledgeHeader>;

export interface KnowledgeFile {
  /** Relative to knowledge/, always `/`: `psychosocial/phq-9.json`. */
  path: string;
  header: KnowledgeHeader;
  /** The parsed file, header included. */
  data: unknown;
  sha256: string;
}

export const knowledgeDirectory = join(import.meta.dirname, '..', '..', 'knowledge');
const loaded = new Map<string, KnowledgeFile>();

/**
 * One file of knowledge with its hash. A directory of a site goes before what ships: what it does not hold is taken from
 * there. Throws `knowledge-invalid` when the file is absent, broken or does not name its sources.
 */
export function loadKnowledge(path: string, directory = knowledgeDirectory): KnowledgeFile {
  const key = join(directory, path);
  const known = loaded.get(key);
  if (known) return known;
  let bytes: Buffer;
  try {
    bytes = readFileSync(key);
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent && directory !== knowledgeDirectory) return loadKnowledge(path);
    throw new IdiographError('knowledge-invalid', `knowledge/${path} cannot be read`, { path, cause });
  }
  let data: unknown;
  try {
    data = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new IdiographError('knowledge-invalid', `knowledge/${path} is not JSON`, { path, cause });
  }
  const header = KnowledgeHeader.safeParse(data);
  if (!header.success) {
    throw new IdiographError('knowledge-invalid', `knowledge/${path}: ${z.prettifyError(header.error)}`, { path });
  }
  const file = { path, header: header.data, data, sha256: sha256(bytes) };
  loaded.set(key, file);
  return file;
}
