import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Access, Purpose, Store } from '../../dossier/store.ts';
import { importFolder } from '../../intake/import.ts';
import { planOfDay } from '../../plan/keepPlan.ts';
import { workup } from '../../workup/workup.ts';
import { stateQuestion } from '../question.ts';
import type { Imported, JobFile, JobProgress, WorkedSubject } from './job.ts';
import { summariseImport, summariseWorkup } from './summary.ts';

/** A job as plain data, for the process that does it. */
export interface JobOrder {
  id: string;
  actor: string;
  purpose: Purpose;
  /** When it was asked for, ISO 8601: the time of the import, the same when it is gone on with. */
  at: string;
  /** Folder of the upload; undefined for a work-up, and when the import is over. */
  folder?: string | undefined;
  asOnePatient: boolean;
  /** The clinical question that came with the files. */
  question?: string | undefined;
  /** Subjects that are to be worked up; those of the import come to it. */
  subjects: string[];
  places: { packsDirectory?: string | undefined; knowledgeDirectory?: string | undefined };
  temporaryFolder: string;
  workers: number;
  /** Module with the analyses; undefined: all rooms. */
  registry?: string | undefined;
}

export interface WorkLine {
  signal: AbortSignal;
  now(): string;
  progress(progress: JobProgress): void;
  /** Resolves when it is on disk. */
  imported(imported: Imported, files: readonly JobFile[]): Promise<void>;
}

/**
 * Does a job from where it stands: import, then work-up and plan of each subject. Each step can be repeated without harm.
 * Throws `aborted` when the signal says so; what was acknowledged stays.
 */
export async function doJob(store: Store, order: JobOrder, line: WorkLine): Promise<WorkedSubject[]> {
  const access: Access = { purpose: order.purpose, actor: order.actor };
  const subjects = [...order.subjects];
  if (order.folder !== undefined) {
    const report = await importFolder([await rootOf(order.folder)], store, {
      asOnePatient: order.asOnePatient,
      actor: order.actor,
      at: order.at,
      purpose: order.purpose,
      temporaryFolder: await madeFolder(order.temporaryFolder),
      threads: order.workers,
      signal: line.signal,
      onProgress: ({ path, ...progress }) => line.progress({ ...progress, doing: path }),
    });
    stopIfAborted(line.signal);
    const issues = await keepQuestion(store, access, order, report.subjects, line.signal);
    const { imported, files } = summariseImport({ ...report, issues: [...report.issues, ...issues] });
    await line.imported(imported, files);
    subjects.push(...imported.subjects.map(({ subject }) => subject));
  }
  const worked: WorkedSubject[] = [];
  for (const [index, subject] of subjects.entries()) {
    stopIfAborted(line.signal);
    const which = { subject, subjectNumber: index + 1, subjects: subjects.length };
    const { packsDirectory, knowledgeDirectory } = order.places;
    const report = await workup(store, subject, {
      access,
      clock: line.now,
      signal: line.signal,
      workers: order.workers,
      ...(packsDirectory !== undefined && { packsDirectory }),
      ...(knowledgeDirectory !== undefined && { knowledgeDirectory }),
      ...(order.registry !== undefined && { registry: order.registry }),
      onProgress: (event) => {
        const { done, total, fraction, secondsLeft } = event.overall;
        const doing = event.type === 'progress' && event.doing ? `${event.title}: ${event.doing}` : event.title;
        const left = secondsLeft === undefined ? {} : { secondsLeft };
        line.progress({ stage: 'workup', done, total, fraction, ...left, doing, ...which });
      },
    });
    stopIfAborted(line.signal);
    line.progress({ stage: 'plan', done: 0, ...which });
    const now = line.now();
    const plan = await planOfDay(store, subject, now.slice(0, 10), access, now, knowledgeDirectory);
    worked.push(summariseWorkup(report, plan));
  }
  return worked;
}

/** With the one patient whom the files are of; with several nobody can know whom it is about. */
async function keepQuestion(
  store: Store,
  access: Access,
  { question }: JobOrder,
  subjects: readonly { subject: string }[],
  signal: AbortSignal,
): Promise<Issue[]> {
  if (question === undefined) return [];
  const [only, ...others] = subjects;
  if (only !== undefined && others.length === 0) {
    await stateQuestion(store, access, only.subject, question, { signal });
    return [];
  }
  const message = `The files are of ${subjects.length} patients: the question was kept with none of them.`;
  return [issue('warning', 'question-not-kept', message, { remedy: 'State it beside the patient whom it is about.' })];
}

/** The one folder that was sent, so that paths are as they would be for the folder itself; else all that was sent. */
async function rootOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const [only] = entries;
  return entries.length === 1 && only?.isDirectory() ? join(folder, only.name) : folder;
}

async function madeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new IdiographError('aborted', 'stopped; what was acknowledged stays');
}
