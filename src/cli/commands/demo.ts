import { join, resolve } from 'node:path';
import { openStore } from '../../store/open.ts';
import type { Command } from '../command.ts';
import { demoPatients } from '../demoPatients.ts';
import { runPipeline } from '../runPipeline.ts';

export const command: Command = {
  summary:
    'Generates three synthetic patients, works them up together with one real brain series from a development package, says where the reports are, and opens the workspace with them.',
  usage: 'idiograph demo [--out DIR] [--no-serve] [--port N] [--no-open] [--json]',
  options: {
    out: { type: 'string' },
    port: { type: 'string' },
    'no-serve': { type: 'boolean' },
    'no-open': { type: 'boolean' },
  },
  async run({ options }, terminal) {
    const start = performance.now();
    const out = resolve((options.out as string | undefined) ?? 'demo');
    const { patients, packsDirectory } = await demoPatients(out, terminal);
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
    const done = reports.length === patients.length ? 0 : 1;
    if (done !== 0 || options['no-serve'] === true) return done;
    const { examplePacks, fillWithExamples } = await import('../exampleStore.ts');
    const { portOf, serveUntilStopped } = await import('./serve.ts');
    const directory = join(out, 'workspace');
    await fillWithExamples(directory, terminal, { patients });
    const quiet = { ...terminal, document: () => {} };
    const open = options['no-open'] !== true && !terminal.json;
    const port = portOf(options.port as string | undefined);
    return serveUntilStopped(
      { ...onThisMachine, directory, packsDirectory: examplePacks(directory), port, open },
      quiet,
    );
  },
};

const onThisMachine = { host: '127.0.0.1', names: [], tls: undefined };
