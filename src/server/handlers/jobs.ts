import type { jobs } from '../api/jobs.ts';
import type { Handlers, Who } from '../call.ts';
import { sessionToken } from '../http/cookies.ts';
import { Refusal } from '../http/problem.ts';
import type { JobRecord } from '../jobs/job.ts';
import { viewOfJob } from '../jobs/view.ts';
import type { Workspace } from '../workspace.ts';

export const jobHandlers: Handlers<typeof jobs> = {
  'jobs.list': async ({ who, workspace }) => {
    const all = (await workspace.jobs.list()).filter((job) => isVisible(job, who));
    return { jobs: all.map((job) => view(job, who, workspace)) };
  },
  'jobs.get': async ({ params, who, workspace, about }) => {
    const job = await find(params.job, who, workspace);
    about({ record: job.id, ...(job.subject !== undefined && { subject: job.subject }) });
    return {
      ...view(job, who, workspace),
      ...(job.imported && who.can('identity:read') && { imported: job.imported }),
      ...(job.result && { worked: job.result }),
    };
  },
  'jobs.files': async ({ params, query, who, workspace, about }) => {
    const job = await find(params.job, who, workspace);
    about({ record: job.id });
    return workspace.jobs.files(job.id, query.outcome, query.from, query.count);
  },
  'jobs.cancel': async ({ params, who, workspace, about }) => {
    const job = await find(params.job, who, workspace);
    about({ record: job.id, ...(job.subject !== undefined && { subject: job.subject }) });
    await workspace.jobs.cancel(job.id);
    return view(await find(job.id, who, workspace), who, workspace);
  },
  'jobs.workup': async ({ params: { subject }, who, purpose, reader, workspace, about }) => {
    const known = (await reader.overview([subject]))[0]?.subject;
    if (known === undefined || known.mergedInto !== undefined)
      throw new Refusal(404, { code: 'not-found', message: 'There is no such patient.' });
    const job = await workspace.jobs.startWorkup(who, purpose, subject);
    about({ record: job.id });
    return view(job, who, workspace);
  },
  'events.stream': async ({ who, workspace, request }) => {
    const token = sessionToken(request) ?? '';
    const { accounts, jobs } = workspace;
    const roles = who.roles.join(' ');
    const current = (await jobs.list()).filter(({ state }) => ['queued', 'running', 'stopping'].includes(state));
    return jobs.events.stream(
      {
        account: who.id,
        session: who.session,
        allJobs: who.can('imports:write'),
        patients: who.can('patients:list'),
      },
      {
        lastEventId: request.headers.get('last-event-id') ?? undefined,
        first: current.map((job) => () => {
          return isVisible(job, who) ? { type: 'job', data: view(job, who, workspace) } : undefined;
        }),
        mayStay: async () => {
          const found = await accounts.livingSession(token);
          return found?.id === who.session && found.account.roles.join(' ') === roles;
        },
      },
    );
  },
};

/** The own ones; all of them for who may import. Researchers see no file names, and none of others' imports. */
function isVisible(job: JobRecord, who: Who): boolean {
  return job.account === who.id || who.can('imports:write');
}

function view(job: JobRecord, who: Who, workspace: Workspace) {
  return viewOfJob(job, who.id, workspace.jobs.progressOf(job.id), who.can('identity:read'));
}

async function find(id: string, who: Who, workspace: Workspace): Promise<JobRecord> {
  const job = await workspace.jobs.get(id);
  if (job === undefined || !isVisible(job, who))
    throw new Refusal(404, { code: 'not-found', message: 'There is no such job.' });
  return job;
}
