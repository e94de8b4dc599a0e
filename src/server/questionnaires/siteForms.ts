import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Source } from '../../dossier/source.ts';
import type { Reader } from '../../dossier/store.ts';
import type { Instrument } from '../../forms/instrument.ts';
import { readDocuments } from '../../intake/fhir/documents.ts';
import { defaultLimits } from '../../intake/format.ts';
import { inputFile } from '../../intake/inputFile.ts';
import { parseGuarded } from '../../intake/json.ts';
import { type SiteWording, wordingOf } from './siteWording.ts';

const mostBytes = 16 * 2 ** 20;

/** Forms of the site: FHIR Questionnaires under `forms/` of its knowledge folder. What cannot be read is left out. */
export function formsOfSite(directory: string | undefined, instruments: readonly Instrument[]): SiteWording[] {
  if (directory === undefined) return [];
  let names: string[];
  try {
    names = readdirSync(join(directory, 'forms')).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.sort().flatMap((name) => {
    const path = join(directory, 'forms', name);
    const parsed = parseGuarded(readFileSync(path, 'utf8'), defaultLimits.jsonDepth);
    const wording = 'value' in parsed ? wordingOf(parsed.value, relative(directory, path), instruments) : undefined;
    return wording ? [wording] : [];
  });
}

/** Forms that came with the record of one person. */
export async function formsOfDossier(
  reader: Reader,
  subject: string,
  sources: readonly Source[],
  instruments: readonly Instrument[],
): Promise<SiteWording[]> {
  const found: SiteWording[] = [];
  for (const source of sources) {
    const counts = source.metadata['resourceCounts'];
    if (source.format !== 'fhir' || typeof counts !== 'object' || counts === null || !('Questionnaire' in counts))
      continue;
    const file = inputFile(await reader.blobFile(subject, source.blob), source.path);
    if (file.bytes > mostBytes) continue;
    const read = await readDocuments(file, defaultLimits);
    if ('refused' in read) continue;
    for (const { resource } of read.piece.resources) {
      const wording = wordingOf(resource, source.path, instruments);
      if (wording) found.push(wording);
    }
  }
  return found;
}
