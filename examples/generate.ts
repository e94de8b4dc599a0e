import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { oncologyExample } from './patients/oncology.ts';
import { painExample } from './patients/pain.ts';
import { psychiatryExample } from './patients/psychiatry.ts';
import type { Example, ExampleTruth } from './truth.ts';

/** The makers of all examples; each is built only when its turn comes, so that one phantom at a time is in memory. */
const makers: readonly (() => Example)[] = [psychiatryExample, oncologyExample, painExample];

export interface GeneratedExample {
  /** `psychiatry`, `oncology`, `pain`. */
  patient: string;
  /** Absolute; holds the patient's files and nothing else. */
  folder: string;
  /** What the work-up must find. */
  truth: ExampleTruth;
  /** The same as a file, outside the patient's folder. */
  truthFile: string;
}

/**
 * Writes the synthetic patients under `directory/<patient>/` and their truth as `directory/truth/<patient>.json`.
 * Same bytes at every call. Folders of an earlier call are replaced.
 */
export async function generateExamples(directory: string): Promise<GeneratedExample[]> {
  const generated: GeneratedExample[] = [];
  await mkdir(join(directory, 'truth'), { recursive: true });
  for (const make of makers) {
    const { name, files, truth } = make();
    const folder = join(directory, name);
    await rm(folder, { recursive: true, force: true });
    const folders = new Set(files.map(({ path }) => dirname(join(folder, path))));
    for (const one of folders) await mkdir(one, { recursive: true });
    for (const { path, bytes } of files) await writeFile(join(folder, path), bytes);
    const truthFile = join(directory, 'truth', `${name}.json`);
    await writeFile(truthFile, `${JSON.stringify(truth, null, 1)}\n`);
    generated.push({ patient: name, folder, truth, truthFile });
  }
  return generated;
}
