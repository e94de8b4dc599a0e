import { loadavg } from 'node:os';

/** Best of several runs. */
export interface Best {
  cpu: number;
  wall: number;
}

/** The same work on one thread and on two, in turn, so that other load falls on both; the best of each after a first run. */
export async function inTurn(
  work: (threads: number) => Promise<void>,
  rounds = 5,
): Promise<{ one: Best; two: Best; says: string }> {
  await work(1);
  const best = [1, 2].map((): Best => ({ cpu: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < rounds; round++)
    for (const [at, threads] of [1, 2].entries()) {
      const before = process.cpuUsage();
      const start = performance.now();
      await work(threads);
      const { user, system } = process.cpuUsage(before);
      best[at]!.wall = Math.min(best[at]!.wall, (performance.now() - start) / 1000);
      best[at]!.cpu = Math.min(best[at]!.cpu, (user + system) / 1e6);
    }
  const [one, two] = best as [Best, Best];
  const load = loadavg()[0]!.toFixed(1);
  const says = `${one.wall.toFixed(3)} s on one thread, ${two.wall.toFixed(3)} s on two: ratio ${(one.wall / two.wall).toFixed(2)}, load ${load}`;
  return { one, two, says };
}
