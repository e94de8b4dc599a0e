/**
 * Child process of the hostile-input conformance: reads every file under the folders given, alone, the whole way to
 * pixels and regions, and prints what became of each and what it cost, as JSON.
 */

import { isIdiographError } from '../src/dossier/errors.ts';
import type { Issue } from '../src/dossier/issue.ts';
import type { Region } from '../src/dossier/region.ts';
import { openDicomImage } from '../src/intake/dicom/openImage.ts';
import { openDicomRegion } from '../src/intake/dicom/regions.ts';
import { filesUnder, type Imported, importDicom } from './dicomFolder.ts';

export interface HostileResult {
  path: string;
  outcome: 'not-dicom' | 'read' | 'refused' | 'crashed';
  /** Issues of severity error that refused the file or a part of it. */
  refusals: Issue[];
  milliseconds: number;
  note: string;
}

/** Opens all that a file gave; refusals are collected, anything else is thrown on. */
async function openAll(imported: Imported): Promise<Issue[]> {
  const refusals: Issue[] = [];
  for (const draft of imported.drafts) {
    const source = imported.source(draft);
    const work: (() => Promise<unknown>)[] = [];
    if (source.metadata['layout'] !== undefined)
      work.push(async () => (await openDicomImage(source, imported.blobs)).readVolume());
    for (const region of draft.regions) {
      const whole: Region = { kind: 'region', id: 'region-1', subject: 'subject-1', source: source.id, ...region };
      work.push(() => openDicomRegion(whole, source, imported.blobs));
    }
    for (const one of work) {
      try {
        await one();
      } catch (error) {
        if (!isIdiographError(error)) throw error;
        const issue = error.fields['issue'] as Issue | undefined;
        refusals.push(
          issue ?? {
            code: error.code,
            severity: 'error',
            message: error.message,
            place: source.path,
            remedy: error.remedy ?? '',
          },
        );
      }
    }
  }
  return refusals;
}

const results: HostileResult[] = [];
for (const path of process.argv.slice(2).flatMap(filesUnder)) {
  const start = performance.now();
  let result: Omit<HostileResult, 'milliseconds'>;
  try {
    const imported = await importDicom([path]);
    const refusals = [
      ...imported.refused.map((one) => one.issue),
      ...imported.issues.filter((one) => one.severity === 'error'),
      ...(await openAll(imported)),
    ];
    const seen = imported.drafts.length + imported.refused.length + imported.issues.length > 0;
    result = {
      path,
      outcome: !seen ? 'not-dicom' : refusals.length > 0 ? 'refused' : 'read',
      refusals,
      note: imported.issues.map((one) => one.code).join(' '),
    };
  } catch (error) {
    result = {
      path,
      outcome: 'crashed',
      refusals: [],
      note: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  results.push({ ...result, milliseconds: performance.now() - start });
}
process.stdout.write(JSON.stringify({ results, maxRssMb: process.resourceUsage().maxRSS / 1024 }));
