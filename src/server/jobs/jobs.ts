import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Purpose, Store } from '../../dossier/store.ts';
import type { Audit } from '../../privacy/audit/audit.ts';
import type { Home } from '../home.ts';
import { Refusal } from '../http/problem.ts';
import type { SealOptions, Uploads } from '../uploads/uploads.ts';
import { type Events, openEvents } from './events.ts';
import type { FileOutcome, JobFile, JobProgress, JobRecord } from './job.ts';
import { openJobTable } from './jobTable.ts';
import { type Outcome, type RunningChild, runInChild } from './runChild.ts';
import { takeRunnerLock } from './runnerLock.ts';
import { viewOfJob } from './view.ts';

export interface JobsOptions {
  home: Home;
  store: Store;
  uploads: Uploads;
  audit: Pick<Audit, 'append'>;
  places: { packsDirectory?: string | undefined; knowledgeDirectory?: string | undefined };
  /** ISO 8601. */
  now(): string;
  /** Work-ups at once, besides the one import. */
  workups?: number;
  /** Threads of one job. */
  workers?: number;
  registry?: string;
}

/** Who asks. */
export interface Asker {
  id: string;
  name: string;
}

export interface Jobs {
  readonly events: Events;
  /** Seals the upload and imports it as soon as no other import is under way. The same job when it was asked for already. */
  startImport(who: Asker, purpose: Purpose, upload: string, options: SealOptions): Promise<JobRecord>;
  startWorkup(who: Asker, purpose: Purpose, subject: string): Promise<JobRecord>;
  /** Without what was recognised and computed. Newest first. */
  list(): Promise<JobRecord[]>;
  get(id: string): Promise<JobRecord | undefined>;
  progressOf(id: string): JobProgress | undefined;
  files(id: string, outcome: FileOutcome, from: number, count: number): Promise<{ files: JobFile[]; total: number }>;
  /** What was acknowledged stays. */
  cancel(id: string): Promise<void>;
  /** Stops the import of an upload and waits until nothing reads it any more. */
  cancelUpload(upload: string): Promise<void>;
  /** Stops and forgets every job that names one of these, with the upload that it read. */
  forgetSubjects(subjects: readonly string[]): Promise<void>;
  /** Uploads that a job reads or is going to. */
  busyUploads(): Set<string>;
  /** Stops what runs; the next start goes on with it. */
  close(): Promise<void>;
}

const stopGraceMs = 10_000;
const closeGraceMs = 3_000;
const sweepMs = 3_600_000;
/** A job whose process ends by itself so often is given up. */
const mostCrashes = 2;
/** What jobs did is shown so long. */
const shownMs = 30 * 24 * 3_600_000;
const isOver = ({ state }: JobRecord) => state === 'done' || state === 'failed' || state === 'cancelled';

/**
 * Imports and work-ups, each in a process of its own: one import at a time, a few work-ups beside it, in the order in which
 * they were asked for. What is asked for is on disk before it is acknowledged; what the end of the server cut off goes on
 * with its next start.
 */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { home, store, uploads, now } = options;
  const directory = join(home.server, 'jobs');
  const table = await openJobTable(directory);
  const events = await openEvents(store);
  const cores = availableParallelism();
  const workers = options.workers ?? Math.max(1, cores - 1);
  const mostWorkups = options.workups ?? Math.max(1, Math.floor(cores / 4));
  /** Not over yet, in the order in which they were asked for. */
  const active = new Map<string, JobRecord>();
  const running = new Map<string, RunningChild>();
  const progress = new Map<string, JobProgress>();
  const ends = new Map<string, Promise<void>>();
  let lock = takeRunnerLock(directory);
  let closing = false;

  function tell(job: JobRecord, kept: boolean): void {
    events.tell((listener) => {
      if (job.account !== listener.account && !listener.allJobs) return undefined;
      return { type: 'job', data: viewOfJob(job, listener.account, progress.get(job.id), listener.allJobs) };
    }, kept);
  }

  async function change(job: JobRecord, changes: Partial<JobRecord>): Promise<void> {
    await table.change(job.id, changes);
    Object.assign(job, changes);
    if (isOver(job)) active.delete(job.id);
    if (isOver(job) || job.state === 'queued') progress.delete(job.id);
    tell(job, true);
  }

  /** What an earlier process left is queued again, or over when it was to be stopped. */
  async function takeOver(): Promise<void> {
    for (const job of await table.all()) {
      if (isOver(job)) continue;
      active.set(job.id, job);
      if (job.stopWanted) await change(job, { state: 'cancelled', finished: now() });
      else if (job.state !== 'queued') await change(job, { state: 'queued', interruptions: job.interruptions + 1 });
    }
    await forget();
  }

  /** Old jobs, and those that tell of somebody who was erased. */
  async function forget(): Promise<void> {
    const there = new Set((await maintenance().subjects({ merged: true })).map(({ id }) => id));
    const oldest = new Date(Date.parse(now()) - shownMs).toISOString();
    const gone: string[] = [];
    for (const job of await table.all()) {
      if (!isOver(job)) continue;
      const whole = await table.get(job.id);
      const named = [job.subject ?? [], (whole?.imported?.subjects ?? []).map(({ subject }) => subject)].flat();
      if (job.created < oldest || named.some((subject) => !there.has(subject))) gone.push(job.id);
    }
    await table.remove(gone);
  }

  const maintenance = () => store.reading({ purpose: 'maintenance', actor: 'server' });

  function advance(): void {
    if (closing || lock === undefined) return;
    for (const job of [...active.values()].sort((a, b) => a.number - b.number)) {
      if (job.state !== 'queued' || running.has(job.id)) continue;
      const same = [...running.keys()].filter((id) => active.get(id)?.type === job.type).length;
      if (same >= (job.type === 'import' ? 1 : mostWorkups)) continue;
      const end = run(job).finally(() => {
        ends.delete(job.id);
        advance();
      });
      ends.set(job.id, end);
    }
  }

  async function run(job: JobRecord): Promise<void> {
    // Held from here on, so that nothing else begins it while its state is written.
    running.set(job.id, notYet);
    try {
      const imported = (await table.get(job.id))?.imported;
      const content = job.upload === undefined || imported ? undefined : uploads.contentOf(job.upload);
      if (job.type === 'import' && content === undefined && imported === undefined) {
        await change(job, { state: 'failed', finished: now(), problem: uploadGone });
        return;
      }
      if (job.stopWanted) {
        await change(job, { state: 'cancelled', finished: now() });
        return;
      }
      await change(job, { state: 'running', started: job.started ?? now() });
      if (closing) return;
      const child = runInChild(
        {
          id: job.id,
          actor: job.actor,
          purpose: job.purpose as Purpose,
          at: job.created,
          folder: content?.folder,
          question: content?.question,
          asOnePatient: job.asOnePatient,
          subjects: imported?.subjects.map(({ subject }) => subject) ?? (job.subject ? [job.subject] : []),
          places: options.places,
          temporaryFolder: join(home.cache, 'unpacked'),
          workers,
          registry: options.registry,
        },
        store.config,
        directory,
        {
          progress(one) {
            progress.set(job.id, one);
            tell(job, false);
          },
          imported: () => tell(job, true),
        },
      );
      running.set(job.id, child);
      if (job.stopWanted) child.stop(stopGraceMs);
      await settle(job, await child.outcome);
    } catch (error) {
      // Its state could not be written: it stays as it is, and the next start finds it.
      if (!closing) active.delete(job.id);
      process.emitWarning(`job ${job.id}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      running.delete(job.id);
    }
  }

  async function settle(job: JobRecord, outcome: Outcome): Promise<void> {
    const finished = now();
    const { imported } = (await table.get(job.id)) ?? {};
    await audit(job, imported?.subjects.map(({ subject }) => subject) ?? [], outcome);
    if (outcome.type === 'done') {
      if (job.upload !== undefined) await uploads.imported(job.upload);
      await change(job, { state: 'done', finished, result: outcome.worked });
    } else if (job.stopWanted) {
      await change(job, { state: 'cancelled', finished });
    } else if (outcome.type === 'failed') {
      await change(job, { state: 'failed', finished, problem: outcome.problem });
    } else if (closing || outcome.type === 'stopped') {
      // Left as running: the next start sees that it was cut off.
    } else if (job.crashes + 1 >= mostCrashes) {
      await change(job, { state: 'failed', finished, crashes: job.crashes + 1, problem: crashed(outcome.how) });
    } else await change(job, { state: 'queued', crashes: job.crashes + 1 });
  }

  /** The request that asked for it is in the chain already; this is whom it came to be about. */
  async function audit(job: JobRecord, subjects: readonly string[], outcome: Outcome): Promise<void> {
    if (outcome.type !== 'done' && subjects.length === 0) return;
    for (const subject of job.subject ? [job.subject] : subjects) {
      await options.audit.append({
        actor: job.account,
        action: job.type === 'import' ? 'create' : 'execute',
        route: `jobs.${job.type}`,
        subject,
        record: job.id,
        outcome: outcome.type === 'done' ? 'ok' : 'failed',
        purpose: job.purpose,
      });
    }
  }

  function assertRunner(): void {
    lock ??= takeRunnerLock(directory);
    if (lock !== undefined && !closing) return;
    throw new Refusal(503, {
      code: 'other-server',
      message: 'Another server works on this data folder and does its jobs.',
      remedy: 'Use that one, or end it first.',
    });
  }

  async function add(
    job: Pick<JobRecord, 'type' | 'upload' | 'subject' | 'asOnePatient'>,
    who: Asker,
    purpose: Purpose,
  ) {
    const added = await table.add({
      ...job,
      id: `j${randomBytes(16).toString('hex')}`,
      state: 'queued',
      account: who.id,
      actor: who.name,
      purpose,
      created: now(),
      interruptions: 0,
      crashes: 0,
      stopWanted: false,
    });
    active.set(added.id, added);
    tell(added, true);
    advance();
    return added;
  }

  async function cancel(id: string): Promise<void> {
    const job = active.get(id);
    if (job === undefined || job.stopWanted) return;
    const child = running.get(id);
    await change(job, child ? { stopWanted: true, state: 'stopping' } : { state: 'cancelled', finished: now() });
    running.get(id)?.stop(stopGraceMs);
  }

  const sweep = () => uploads.sweep(busyUploads()).then(forget);
  const busyUploads = () => new Set([...active.values()].flatMap(({ upload }) => upload ?? []));

  if (lock !== undefined) await takeOver();
  advance();
  void sweep().catch(() => {});
  const sweeping = setInterval(() => void sweep().catch(() => {}), sweepMs);
  sweeping.unref();

  return {
    events,
    busyUploads,
    async startImport(who, purpose, upload, options) {
      assertRunner();
      const known = [...active.values()].find((job) => job.upload === upload && job.account === who.id);
      if (known) return known;
      const sealed = await uploads.seal(who.id, upload, options);
      const meanwhile = [...active.values()].find((job) => job.upload === upload);
      return meanwhile ?? add({ type: 'import', upload, asOnePatient: sealed.asOnePatient }, who, purpose);
    },
    async startWorkup(who, purpose, subject) {
      assertRunner();
      const known = [...active.values()].find((job) => job.type === 'workup' && job.subject === subject);
      return known ?? add({ type: 'workup', subject, asOnePatient: false }, who, purpose);
    },
    async list() {
      return (await table.all()).map((job) => active.get(job.id) ?? job).reverse();
    },
    async get(id) {
      const whole = await table.get(id);
      return whole && { ...whole, ...active.get(id), imported: whole.imported, result: whole.result };
    },
    progressOf: (id) => progress.get(id),
    files: (id, outcome, from, count) => table.files(id, outcome, from, count),
    cancel,
    async cancelUpload(upload) {
      for (const job of [...active.values()].filter((one) => one.upload === upload)) {
        await cancel(job.id);
        await ends.get(job.id);
      }
    },
    async forgetSubjects(subjects) {
      // Another server that does the jobs of this folder forgets them as well.
      if (lock === undefined) return;
      for (const { id, upload } of await table.naming(subjects)) {
        await cancel(id);
        await ends.get(id);
        if (upload !== undefined) await uploads.forget(upload);
        await table.remove([id]);
      }
      table.emptyLog();
    },
    async close() {
      closing = true;
      clearInterval(sweeping);
      events.close();
      for (const child of running.values()) child.stop(closeGraceMs);
      await Promise.all(ends.values());
      await table.close();
      lock?.release();
    },
  };
}

/** Stands for a child that is about to be started. */
const notYet: RunningChild = { pid: undefined, outcome: new Promise(() => {}), stop: () => {} };

const uploadGone = {
  code: 'upload-gone',
  message: 'The files of this import are not there any more.',
  remedy: 'Send them again.',
};

function crashed(how: string) {
  return {
    code: 'job-crashed',
    message: `The process that did it ended by itself (${how}), more than once. What was acknowledged is kept.`,
    remedy: 'Import smaller parts, or on a machine with more memory; if it stays, report it with the version.',
  };
}
