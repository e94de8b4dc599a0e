import { z } from 'zod';
import { FileOutcome, Imported, JobFile, JobProblem, JobProgress, JobState, WorkedSubject } from '../jobs/job.ts';
import { Subject } from './params.ts';
import type { Specs } from './spec.ts';

const One = z.object({ job: z.string().regex(/^j[0-9a-f]{32}$/) });

export const JobView = z.object({
  id: z.string(),
  type: z.enum(['import', 'workup']),
  state: JobState,
  mine: z.boolean(),
  /** Name of the account that asked for it. */
  by: z.string(),
  createdAt: z.string(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  upload: z.string().optional(),
  subject: z.string().optional(),
  asOnePatient: z.boolean(),
  /** How often the end of the server cut it off; it went on by itself. */
  interruptions: z.number(),
  progress: JobProgress.optional(),
  problem: JobProblem.optional(),
});
export type JobView = z.infer<typeof JobView>;

export const JobDetail = JobView.extend({
  imported: Imported.optional(),
  worked: z.array(WorkedSubject).optional(),
});
export type JobDetail = z.infer<typeof JobDetail>;

export const jobs = {
  'jobs.list': {
    method: 'GET',
    path: '/api/jobs',
    summary: 'Imports and work-ups of the last weeks, newest first: the own ones; all of them for clinicians',
    permission: 'workup:run',
    response: z.object({ jobs: z.array(JobView) }),
  },
  'jobs.get': {
    method: 'GET',
    path: '/api/jobs/:job',
    summary: 'One job: how far it is, what it recognised and what it computed',
    permission: 'workup:run',
    params: One,
    response: JobDetail,
  },
  'jobs.files': {
    method: 'GET',
    path: '/api/jobs/:job/files',
    summary: 'What became of each file of an import',
    permission: 'imports:write',
    params: One,
    query: z.object({
      outcome: FileOutcome,
      from: z.coerce.number().int().nonnegative().default(0),
      count: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.object({ files: z.array(JobFile), total: z.number() }),
  },
  'jobs.cancel': {
    method: 'DELETE',
    path: '/api/jobs/:job',
    summary: 'Stop a job; what was acknowledged stays',
    permission: 'workup:run',
    params: One,
    response: JobView,
  },
  'jobs.workup': {
    method: 'POST',
    path: '/api/patients/:subject/workup',
    summary: 'Work a patient up again: what has been computed already is not computed twice',
    permission: 'workup:run',
    params: Subject,
    response: JobView,
    action: 'execute',
  },
  'events.stream': {
    method: 'GET',
    path: '/api/events',
    summary: 'What happens: jobs as they go on (`job`), patients of whom something was acknowledged (`changed`)',
    permission: 'session',
    response: 'events',
  },
} as const satisfies Specs;
