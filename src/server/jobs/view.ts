import type { JobView } from '../api/jobs.ts';
import type { JobProgress, JobRecord } from './job.ts';

/**
 * A job as an account sees it. `names`: the account may see names; without it neither files nor titles of series are shown.
 */
export function viewOfJob(job: JobRecord, account: string, progress: JobProgress | undefined, names: boolean): JobView {
  const { doing, ...rest } = progress ?? { doing: undefined };
  return {
    id: job.id,
    type: job.type,
    state: job.state,
    mine: job.account === account,
    by: job.actor,
    createdAt: job.created,
    ...(job.started !== undefined && { startedAt: job.started }),
    ...(job.finished !== undefined && { finishedAt: job.finished }),
    ...(job.upload !== undefined && { upload: job.upload }),
    ...(job.subject !== undefined && { subject: job.subject }),
    asOnePatient: job.asOnePatient,
    interruptions: job.interruptions,
    ...(progress && { progress: { ...(rest as JobProgress), ...(names && doing !== undefined && { doing }) } }),
    ...(job.problem && { problem: job.problem }),
  };
}
