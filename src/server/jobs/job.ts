import { z } from 'zod';
import { Issue } from '../../dossier/issue.ts';
import { IdentityClaim } from '../../dossier/subject.ts';

export const JobState = z.enum(['queued', 'running', 'stopping', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

/** How far a job has come. Of the work-up of one subject after the other where there are several. */
export const JobProgress = z.object({
  stage: z.enum(['read', 'hash', 'keep', 'workup', 'plan']),
  done: z.number(),
  total: z.number().optional(),
  /** 0..1 of the stage, when that is known. */
  fraction: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** File, or run of an analysis. */
  doing: z.string().optional(),
  subject: z.string().optional(),
  /** Of how many subjects this is which: from 1. */
  subjectNumber: z.number().optional(),
  subjects: z.number().optional(),
});
export type JobProgress = z.infer<typeof JobProgress>;

/** What an import did for one subject, without the ids of its sources. */
export const ImportedSubject = z.object({
  subject: z.string(),
  label: z.string(),
  created: z.boolean(),
  composite: z.boolean(),
  synthetic: z.boolean(),
  claims: z.array(IdentityClaim),
  added: z.number(),
  duplicates: z.number(),
  superseded: z.number(),
  facts: z.number(),
  regions: z.number(),
  /** Files that became sources, by format. */
  formats: z.array(z.object({ format: z.string(), files: z.number() })),
  issues: z.array(Issue),
});
export type ImportedSubject = z.infer<typeof ImportedSubject>;

export const Imported = z.object({
  files: z.object({ recognised: z.number(), refused: z.number(), ignored: z.number() }),
  subjects: z.array(ImportedSubject),
  /** Issues that belong to no subject and to no single file. */
  issues: z.array(Issue),
});
export type Imported = z.infer<typeof Imported>;

export const WorkedSubject = z.object({
  subject: z.string(),
  computed: z.number(),
  cached: z.number(),
  failed: z.number(),
  issues: z.array(Issue),
  planLines: z.number(),
  /** Checks and lines that ask to act today. */
  actNow: z.number(),
});
export type WorkedSubject = z.infer<typeof WorkedSubject>;

export const JobProblem = z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() });
export type JobProblem = z.infer<typeof JobProblem>;

/** A job as it is kept. */
export interface JobRecord {
  id: string;
  /** Order of asking. */
  number: number;
  type: 'import' | 'workup';
  state: JobState;
  account: string;
  actor: string;
  purpose: string;
  created: string;
  started?: string | undefined;
  finished?: string | undefined;
  upload?: string | undefined;
  subject?: string | undefined;
  asOnePatient: boolean;
  interruptions: number;
  crashes: number;
  stopWanted: boolean;
  imported?: Imported | undefined;
  result?: WorkedSubject[] | undefined;
  problem?: JobProblem | undefined;
}

export const FileOutcome = z.enum(['recognised', 'refused', 'ignored']);
export type FileOutcome = z.infer<typeof FileOutcome>;

/** What became of one file. */
export const JobFile = z.object({
  number: z.number(),
  outcome: FileOutcome,
  path: z.string(),
  format: z.string().optional(),
  subjects: z.array(z.string()).optional(),
  issue: Issue.optional(),
});
export type JobFile = z.infer<typeof JobFile>;
