import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Purpose, Store, StoreConfig } from '../dossier/store.ts';
import type { ImportReport } from '../intake/importReport.ts';
import { keepPlan } from '../plan/keepPlan.ts';
import type { Terminal } from './command.ts';
import { distinctIssues, type Outputs, type Worked, writeOutputs, writeRefusals } from './outputs.ts';
import { dataOf, importPaths, workUp } from './pipeline.ts';
import { oneLine } from './terminal.ts';

export interface RunOptions {
  /** Undefined: in the output folder. */
  dataDirectory: string | undefined;
  asOnePatient: boolean;
  asOf: string;
  packsDirectory: string | undefined;
  /** The site's own knowledge, which goes before what ships. */
  knowledgeDirectory?: string | undefined;
  workers: number | undefined;
  purpose: Purpose;
  openStore(config: StoreConfig): Promise<Store>;
}

/** The whole way of one folder: import, work-up, plan, outputs. What it says goes to the terminal; exit 3 when nothing could be read. */
export async function runPipeline(
  paths: readonly string[],
  out: string,
  terminal: Terminal,
  options: RunOptions,
): Promise<{ exitCode: number; document: unknown; outputs?: Outputs }> {
  const directory = resolve(options.dataDirectory ?? dataOf(out));
  await makeOut(out);
  const store = await options.openStore({ engine: 'sqlite', directory });
  try {
    const access = { purpose: options.purpose, actor: terminal.actor };
    const imported = await importPaths(store, paths, terminal, { ...options, ownFolders: [out, directory] });
    sayImport(imported, terminal);
    if (imported.subjects.length === 0) {
      terminal.warn(
        'Nothing in it could be read as data of a patient.\nRemedy: findings.json names each file and what is wrong with it.',
      );
      const issues = issuesOfFiles(imported);
      if (issues.length === 0) {
        const remedy = 'Name the folder that holds the files.';
        issues.push(issue('error', 'nothing-found', 'There is no file to read.', { place: paths.join(', '), remedy }));
      }
      await writeRefusals(out, issues);
      return { exitCode: 3, document: { read: 0, files: imported.files, issues: imported.issues } };
    }
    const worked: Worked[] = [];
    const counts = { computed: 0, cached: 0, failed: 0 };
    for (const { subject } of imported.subjects) {
      const report = await workUp(store, subject, terminal, {
        access,
        packsDirectory: options.packsDirectory,
        knowledgeDirectory: options.knowledgeDirectory,
        workers: options.workers,
      });
      if (report.interrupted) throw new DOMException('interrupted', 'AbortError');
      for (const outcome of report.outcomes) if (outcome.state !== 'interrupted') counts[outcome.state]++;
      const plan = await keepPlan(store, subject, options.asOf, access, terminal.now(), options.knowledgeDirectory);
      worked.push({ subject, plan, missing: [...report.missing.map((one) => one.issue), ...report.issues] });
    }
    const fileIssues = issuesOfFiles(imported);
    const outputs = await writeOutputs(store, worked, out, { access, issues: fileIssues });
    terminal.say(
      `analyses: ${counts.computed} computed, ${counts.cached} as before${counts.failed > 0 ? `, ${counts.failed} failed` : ''}`,
    );
    for (const one of outputs.subjects) {
      terminal.say(
        `${one.subject.label} (${one.subject.id}${one.subject.composite ? ', composite' : ''}${one.subject.synthetic ? ', synthetic' : ''}): ${one.findings} findings, ${one.lines} plan lines`,
      );
    }
    sayUrgent(worked, terminal);
    terminal.say(`report: ${outputs.report}`);
    terminal.say(`trace any line: idiograph why ID --data ${directory}`);
    return {
      exitCode: 0,
      outputs,
      document: {
        out,
        data: directory,
        report: outputs.report,
        subjects: outputs.subjects,
        analyses: counts,
        files: imported.files,
        issues: fileIssues,
      },
    };
  } finally {
    await store.close();
  }
}

async function makeOut(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new IdiographError('usage', `--out ${out} cannot be a folder (${code})`, {
      cause,
      remedy: 'Name a folder that you may write in.',
    });
  }
}

const expected: ReadonlySet<string> = new Set(['hidden-file', 'patient-file', 'own-file']);

/** What became of files that were not read, each once: trouble first, then what was passed over as not meant for us. */
function issuesOfFiles(imported: ImportReport): Issue[] {
  const refused = imported.files.flatMap((file) => ('refused' in file ? [file.refused] : []));
  const ignored = imported.files.flatMap((file) => ('ignored' in file ? [file.ignored] : []));
  const worthKnowing = ignored.filter(({ code }) => !expected.has(code));
  return distinctIssues([...imported.issues, ...refused, ...worthKnowing]);
}

function sayImport(imported: ImportReport, terminal: Terminal): void {
  const read = imported.files.filter((file) => 'format' in file).length;
  const refused = imported.files.flatMap((file) => ('refused' in file ? [file.refused] : []));
  const ignored = imported.files.length - read - refused.length;
  const sources = imported.subjects.reduce((sum, one) => sum + one.added.length, 0);
  const known = imported.subjects.reduce((sum, one) => sum + one.duplicates.length, 0);
  terminal.say(
    `import: ${read} files read, ${refused.length} refused, ${ignored} ignored; ${sources} new sources, ${known} known`,
  );
  for (const one of refused.slice(0, 20))
    terminal.warn(oneLine(`  refused ${one.place ?? ''}: ${one.message}${one.remedy ? ` Remedy: ${one.remedy}` : ''}`));
  if (refused.length > 20) terminal.warn(`  and ${refused.length - 20} more; findings.json lists them all`);
  if (imported.subjects.length > 1)
    terminal.warn(
      `  ${imported.subjects.length} identities: each is worked up alone. Declare the join with patient.json or --as-one-patient if they are one person.`,
    );
}

function sayUrgent(worked: readonly Worked[], terminal: Terminal): void {
  for (const { subject, plan } of worked) {
    for (const check of plan.safetyChecks)
      if (check.urgency === 'now') terminal.say(`ACT NOW (${subject}) ${check.statement}`);
    for (const line of plan.recommendations)
      if (line.urgency === 'now') terminal.say(`ACT NOW (${subject}) ${line.action}`);
  }
}
