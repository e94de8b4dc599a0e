/**
 * Load generators for the API: h2load of the Debian package nghttp2-client (compiled, so that it takes little of the
 * processors it measures on), or autocannon. Both send the requests of all connections in bursts.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';

export interface Load {
  url: string;
  cookie: string;
  /** Paths, asked one after the other. */
  mix: readonly string[];
  connections: number;
  perSecond: number;
  seconds: number;
}

export interface LoadResult {
  p50Ms: number;
  p99Ms: number;
  mostMs: number;
  /** Answers by status code; 0: none came. */
  byStatus: Record<string, number>;
}

export type Generator = (load: Load) => Promise<LoadResult>;

/** The name of the generator that is here, and how to run it. */
export function loadGenerator(): { name: string; run: Generator } {
  try {
    const [name = 'h2load'] = execFileSync('h2load', ['--version'], { encoding: 'utf8' }).trim().split('\n');
    return { name, run: h2load };
  } catch {
    return { name: 'autocannon (h2load of the package nghttp2-client is not installed)', run: withAutocannon };
  }
}

async function h2load({ url, cookie, mix, connections, perSecond, seconds }: Load): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), 'idiograph-load-'));
  try {
    const [list, log] = [join(directory, 'urls.txt'), join(directory, 'log.tsv')];
    writeFileSync(list, mix.map((path) => `${url}${path}\n`).join(''));
    const child = spawn(
      'h2load',
      [
        '--h1',
        ...['-c', `${connections}`, '-t', '1', '-D', `${seconds}`, '--warm-up-time', '1'],
        ...[`--rps=${perSecond / connections}`, '-i', list, '-H', `cookie: ${cookie}`, `--log-file=${log}`],
      ],
      { stdio: 'ignore' },
    );
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`h2load ended with ${code}`);
    // Start of the request, status, microseconds to the end of the answer.
    const rows = readFileSync(log, 'utf8').trim().split('\n');
    const answers = rows.map((row) => row.split('\t').map(Number) as [number, number, number]);
    const timesMs = answers.map(([, , us]) => us / 1000).sort((a, b) => a - b);
    const byStatus: Record<string, number> = {};
    for (const [, status] of answers) byStatus[status] = (byStatus[status] ?? 0) + 1;
    const share = (part: number) => timesMs[Math.floor(part * timesMs.length)]!;
    return { p50Ms: share(0.5), p99Ms: share(0.99), mostMs: timesMs.at(-1)!, byStatus };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function withAutocannon({ url, cookie, mix, connections, perSecond, seconds }: Load): Promise<LoadResult> {
  const { latency, errors, statusCodeStats } = await autocannon({
    url,
    connections,
    overallRate: perSecond,
    duration: seconds,
    headers: { cookie },
    requests: mix.map((path) => ({ method: 'GET', path })),
  });
  const byStatus = Object.fromEntries(Object.entries(statusCodeStats).map(([code, { count }]) => [code, count]));
  return {
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    mostMs: latency.max,
    byStatus: errors > 0 ? { ...byStatus, 0: errors } : byStatus,
  };
}
