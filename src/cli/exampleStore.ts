import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTinySegmenter } from '../../examples/tiny-segmenter/install.ts';
import { planOfDay } from '../plan/keepPlan.ts';
import { openStore } from '../store/open.ts';
import type { Terminal } from './command.ts';
import { type DemoPatient, demoPatients } from './demoPatients.ts';
import { importPaths, workUp } from './pipeline.ts';

/** Where the tiny network of the example patients lies. A folder that has it is served with it. */
export function examplePacks(directory: string): string {
  return join(directory, 'packs');
}

/** Fills an empty data folder with the example patients, worked up. A folder that holds anybody is left as it is. */
export async function fillWithExamples(
  directory: string,
  terminal: Terminal,
  made?: { patients: readonly DemoPatient[] },
): Promise<void> {
  const store = await openStore({ engine: 'sqlite', directory });
  const folder = await mkdtemp(join(tmpdir(), 'idiograph-examples-'));
  try {
    const access = { purpose: 'demonstration' as const, actor: terminal.actor };
    if ((await store.reading(access).subjects()).length > 0) return;
    const { patients } = made ?? (await demoPatients(folder, terminal));
    // Kept beside the store: later work-ups of the same patients need it too.
    const packsDirectory = examplePacks(directory);
    await installTinySegmenter(packsDirectory);
    for (const { folder: files } of patients) {
      const { subjects } = await importPaths(store, [files], terminal, { asOnePatient: false });
      for (const { subject } of subjects) {
        await workUp(store, subject, terminal, { access, packsDirectory });
        await planOfDay(store, subject, terminal.now().slice(0, 10), access, terminal.now());
      }
    }
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
