import { loadavg } from 'node:os';

/** Best of several runs, in seconds. */
export interface Best {
  cpu: number;
  wall: number;
  /** CPU time of the calling thread or of all others together, whichever is more: what the work would take on free cores. */
  busiest: number;
}

/**
 * The same work on one thread and on two, in turn, so that other load falls on both; the best of each after a first run.
 * The second ratio holds on a busy machine too: it compares the CPU time of the thread that had more to do.
 */
export async function inTurn(
  work: (threads: number) => Promise<void>,
  rounds = 5,
): Promise<{ one: Best; two: Best; says: string }> {
  const none = Number.POSITIVE_INFINITY;
  const best = [1, 2].map((): Best => ({ cpu: none, wall: none, busiest: none }));
  // Code gets optimised in each thread.
  for (const threads of [1, 2, 2]) await work(threads);
  for (let round = 0; round < rounds; round++)
    for (const [at, threads] of [1, 2].entries()) {
      const [all, own, start] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()];
      await work(threads);
      const wall = (performance.now() - start) / 1000;
      const [cpu, mine] = [seconds(process.cpuUsage(all)), seconds(process.threadCpuUsage(own))];
      const busiest = Math.max(mine, cpu - mine);
      const now = best[at]!;
      best[at] = {
        cpu: Math.min(now.cpu, cpu),
        wall: Math.min(now.wall, wall),
        busiest: Math.min(now.busiest, busiest),
      };
    }
  const [one, two] = best as [Best, Best];
  const load = loadavg()[0]!.toFixed(1);
  const says = `${one.wall.toFixed(3)} s on one thread, ${two.wall.toFixed(3)} s on two: ratio ${(one.wall / two.wall).toFixed(2)}, by CPU time ${(one.busiest / two.busiest).toFixed(2)}, load ${load}`;
  return { one, two, says };
}

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}
