import { join } from 'node:path';
import type { Access, Store } from '../dossier/store.ts';
import type { Wanted } from '../intake/format.ts';
import type { ImportReport } from '../intake/importReport.ts';
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
    onProgress: ({ stage, done, total, path, fraction }) => {
      const what = { read: 'reading', hash: 'hashing', keep: 'keeping' }[stage];
      // The count alone would stand still while one long table is kept.
      const share = stage === 'keep' && fraction !== undefined ? `, ${Math.floor(100 * fraction)} %` : '';
      terminal.progress(`${what} ${done}${total ? ` of ${total}` : ''}${share}  ${path}`);
    },
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

/** Where `run` keeps the dossiers of an output folder. */
export function dataOf(outDirectory: string): string {
  return join(outDirectory, 'data');
}
