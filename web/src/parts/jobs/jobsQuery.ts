import { type QueryClient, useQuery } from '@tanstack/react-query';
import type { JobView } from '../../../../src/server/api/jobs.ts';
import { call } from '../../api/client.ts';
import { useMay } from '../../app/session.tsx';

const key = ['jobs', 'list'] as const;

export const isRunning = ({ state }: Pick<JobView, 'state'>) =>
  state === 'queued' || state === 'running' || state === 'stopping';

/** Jobs that this account may see, newest first. Kept up to date by the events of the server. */
export function useJobs(): JobView[] | undefined {
  const may = useMay('workup:run');
  const { data } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await call('jobs.list', {}, { signal })).jobs,
    enabled: may,
    staleTime: 60_000,
    // Events come first; this is for those that were lost on the way.
    refetchInterval: ({ state }) => (state.data?.some(isRunning) ? 5_000 : false),
  });
  return data;
}

/** Takes a job as the server tells of it into what is shown. */
export function keepJob(client: QueryClient, job: JobView): void {
  const known = client.getQueryData<JobView[]>(key)?.find(({ id }) => id === job.id);
  client.setQueryData<JobView[]>(key, (jobs) => {
    if (jobs === undefined) return undefined;
    return jobs.some(({ id }) => id === job.id) ? jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...jobs];
  });
  // An answer that was under way may be older than this.
  if (known?.state !== job.state) void client.invalidateQueries({ queryKey: key });
  if (!isRunning(job)) void client.invalidateQueries({ queryKey: ['uploads'] });
  const shown = client.getQueryData<JobView>(['jobs', job.id]);
  if (shown === undefined) return;
  // What it recognised and computed is asked for when a step is over.
  const step = shown.state !== job.state || shown.progress?.stage !== job.progress?.stage;
  client.setQueryData(['jobs', job.id], { ...shown, ...job });
  if (step) void client.invalidateQueries({ queryKey: ['jobs', job.id] });
}
