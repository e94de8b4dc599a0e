import type { Dossier } from '../dossier/analysis.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Reader } from '../dossier/store.ts';

/** A picture that a reader chose for the report, with their words. */
export interface KeyImage {
  entry: Entry;
  png: Uint8Array;
}

/** Statements whose content is a key image: `picture` names the PNG by its hash. */
function pictureOf({ type, content }: Entry): string | undefined {
  if (type !== 'comment' || typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const { kind, picture } = content as Record<string, unknown>;
  return kind === 'key-image' && typeof picture === 'string' ? picture : undefined;
}

/** The key images that were not taken back, oldest first. `bytes: false` leaves the pictures empty. */
export async function readKeyImages(
  reader: Reader,
  dossier: Dossier,
  options: { bytes?: boolean } = {},
): Promise<KeyImage[]> {
  const withdrawn = new Set(dossier.entries.flatMap(({ type, targets }) => (type === 'correction' ? targets : [])));
  const chosen = dossier.entries
    .filter((entry) => pictureOf(entry) !== undefined && !withdrawn.has(entry.id))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  return Promise.all(
    chosen.map(async (entry) => ({
      entry,
      png: options.bytes === false ? new Uint8Array() : await reader.blob(dossier.subject.id, pictureOf(entry)!),
    })),
  );
}
