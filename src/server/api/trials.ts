import { z } from 'zod';
import { TrialPlan } from '../../dossier/trial.ts';
import { Subject, SubjectRecord } from './params.ts';
import type { Specs } from './spec.ts';
import { TrialOut } from './views/trial.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** Single-patient trials: what a design can find, the frozen plan, its files, its end. */
export const trials = {
  'trials.list': {
    method: 'GET',
    path: '/api/patients/:subject/trials',
    summary: 'Trials of this patient: schedule, answers so far, result',
    permission: 'patients:read',
    params: Subject,
    response: z.object({ today: z.string(), trials: z.array(TrialOut) }),
  },
  'trials.power': {
    method: 'POST',
    path: '/api/trials/power',
    summary: 'Share of simulated trials of a design in which an effect is found',
    permission: 'plan:decide',
    body: z.object({
      plan: TrialPlan,
      truth: z.object({
        effect: z.number().min(-1000).max(1000),
        deviation: z.number().positive().max(1000),
        autocorrelation: z.number().min(-0.95).max(0.95),
        carryOver: z.number().min(0).max(0.95),
        missing: z.number().min(0).max(0.9),
        trend: z.number().min(-1000).max(1000),
      }),
      runs: z.int().min(10).max(500),
    }),
    response: z.object({
      runs: z.number(),
      /** Share found by the randomisation test, and by the model; the smallest p that the design can give. */
      test: z.number(),
      interval: z.number(),
      minimumP: z.number(),
      schedules: z.number(),
      days: z.number(),
    }),
    action: 'read',
    changes: false,
  },
  'trials.freeze': {
    method: 'POST',
    path: '/api/patients/:subject/trials',
    summary: 'Draw the schedule and freeze the plan before its first day',
    permission: 'plan:decide',
    params: Subject,
    body: z.object({ plan: TrialPlan, startDay: day }),
    response: z.object({ trial: z.string(), hash: z.string() }),
  },
  'trials.end': {
    method: 'POST',
    path: '/api/patients/:subject/trials/:record/end',
    summary: 'End a trial before its last day, with a reason; later answers do not count',
    permission: 'plan:decide',
    params: SubjectRecord,
    body: z.object({ day, reason: z.string().trim().min(1).max(400) }),
    response: z.object({ trial: z.string() }),
  },
  'trials.file': {
    method: 'GET',
    path: '/api/patients/:subject/trials/:record/file',
    summary: 'Schedule as a table or calendar, or the reporting checklist',
    permission: 'report:export',
    params: SubjectRecord,
    query: z.object({ type: z.enum(['csv', 'ics', 'checklist', 'plan']), blinded: z.enum(['yes', 'no']).optional() }),
    response: 'raw',
  },
} as const satisfies Specs;
