import { join } from 'node:path';
import type { Run } from '../dossier/run.ts';
import type { Access, Store } from '../dossier/store.ts';
import type { Wanted } from '../intake/format.ts';
import type { ImportReport } from '../intake/importReport.ts';
import { buildPlan, type Plan } from '../plan/buildPlan.ts';
import type { WorkupReport } from '../workup/workup.ts';
import type { Terminal } from './command.ts';

/** The steps that the commands share. Each loads its room when it is called, so that a short command stays short. */

export async function importPaths(
  store: Store,
  paths: readonly string[],
  terminal: Terminal,
  options: { asOnePatient: boolean; ownFolders?: readonly string[]; wanted?: Wanted },
): Promise<ImportReport> {
  const { importFolder } = await import('../intake/import.ts');
  return importFolder(paths, store, {
    asOnePatient: options.asOnePatient,
    ownFolders: options.ownFolders,
    wanted: options.wanted,
    actor: terminal.actor,
    at: terminal.now(),
    signal: terminal.signal,
    onProgress: ({ stage, done, total, path }) =>
      terminal.progress(
        `${{ read: 'reading', hash: 'hashing', keep: 'keeping' }[stage]} ${done}${total ? ` of ${total}` : ''}  ${path}`,
      ),
  });
}

export async function workUp(
  store: Store,
  subject: string,
  terminal: Terminal,
  options: {
    access: Access;
    packsDirectory?: string;
    knowledgeDirectory?: string | undefined;
    workers?: number;
    recompute?: boolean;
  },
): Promise<WorkupReport> {
  const { workup } = await import('../workup/workup.ts');
  const { knowledgeDirectory, ...rest } = options;
  const report = await workup(store, subject, {
    ...rest,
    ...(knowledgeDirectory === undefined ? {} : { knowledgeDirectory }),
    clock: terminal.now,
    signal: terminal.signal,
    onProgress: (event) => {
      const { done, total, fraction, secondsLeft } = event.overall;
      const left = secondsLeft === undefined ? '' : `, about ${Math.ceil(secondsLeft)} s left`;
      const doing = event.type === 'progress' && event.doing ? `: ${event.doing}` : '';
      terminal.progress(
        `${subject} ${Math.round(fraction * 100)} % (${done} of ${total}${left})  ${event.title}${doing}`,
      );
    },
  });
  for (const issue of report.issues)
    terminal.warn(`${issue.severity}: ${issue.message}${issue.remedy ? ` Remedy: ${issue.remedy}` : ''}`);
  return report;
}

/** Builds the plan of one subject as of a day and keeps it; an equal plan that is current already is left alone. */
export async function keepPlan(
  store: Store,
  subject: string,
  asOf: string,
  access: Access,
  now: string,
  knowledgeDirectory?: string,
): Promise<Plan> {
  const reader = store.reading(access);
  const plan = buildPlan(await reader.dossier(subject), { asOf, knowledgeDirectory });
  const earlier = (await reader.list(subject, 'run')).filter((run) => run.key.analysis === plan.run.key.analysis);
  if (earlier.some((run) => run.id === plan.run.id)) return plan;
  const run: Run = {
    kind: 'run',
    id: plan.run.id,
    subject,
    key: plan.run.key,
    title: `Plan as of ${plan.asOf}`,
    startedAt: now,
    seconds: 0,
    issues: [],
    findings: [],
    artifacts: [],
    supersedes: earlier.map((one) => one.id),
  };
  await store.write([run, ...plan.safetyChecks, ...plan.recommendations]);
  return plan;
}

/** Where `run` keeps the dossiers of an output folder. */
export function dataOf(outDirectory: string): string {
  return join(outDirectory, 'data');
}
