import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { contentId } from '../dossier/canonical.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Reader, Store } from '../dossier/store.ts';
import { importFolder } from '../intake/import.ts';
import type { ImportReport } from '../intake/importReport.ts';
import { writeNifti } from '../intake/nifti/write.ts';
import { folderOf } from '../intake/testing.ts';
import { openStore } from '../store/open.ts';
import { sampleFinding, sampleRun } from '../store/samples.ts';

const affineRas = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

export function image(value: number): Uint8Array {
  return writeNifti({ shape: [2, 2, 2, 1], affineRas }, new Float32Array(8).fill(value), { datatype: 'float32' });
}

/** A sidecar that names somebody. */
export function sidecar(id: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ EchoTime: 0.03, PatientID: id, ...more });
}

export const answers = 'instrument,item,answer,date\nPHQ-9,1,2,2024-05-01\nPHQ-9,9,1,2024-05-01\n';

export interface TestBed {
  directory: string;
  store: Store;
  reader: Reader;
  take(files: Record<string, Uint8Array | string>): Promise<ImportReport>;
}

/** A store of its own, and a way to import into it. */
export async function testBed(): Promise<TestBed> {
  const directory = join(folderOf({}), 'data');
  const store = await openStore({ engine: 'sqlite', directory });
  onTestFinished(() => store.close());
  let minute = 0;
  return {
    directory,
    store,
    reader: store.reading({ purpose: 'care', actor: 'tester' }),
    take(files) {
      const at = `2024-01-01T00:${String(++minute).padStart(2, '0')}:00Z`;
      return importFolder([folderOf(files)], store, { actor: 'tester', at, threads: 1 });
    },
  };
}

/** A run on some inputs with one finding for each measure, as a work-up would leave it. */
export async function worked(
  store: Store,
  subject: string,
  inputs: string[],
  ...measures: string[]
): Promise<string[]> {
  const id = contentId('run', { subject, inputs, measures });
  const findings = measures.map((measure, index) => sampleFinding(subject, id, measure, index, inputs));
  await store.write([sampleRun(subject, id, inputs, findings), ...findings]);
  return findings.map((finding) => finding.id);
}

export async function said(
  store: Store,
  subject: string,
  more: Partial<Entry> & { targets: string[] },
): Promise<Entry> {
  const content = { subject, type: 'comment' as const, author: 'reader', role: 'clinician', at: '2024-02-01', ...more };
  const entry: Entry = { kind: 'entry', id: contentId('entry', content), ...content };
  await store.write([entry]);
  return entry;
}

export const order = { actor: 'tester', reason: 'one person, two numbers', at: '2024-03-01T10:00:00Z' };
