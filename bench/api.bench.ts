/**
 * The API under load, as the bar asks for it: 500 requests a second (open loop) over 100 connections from one signed-in
 * session on loopback, a mix of head, page, room, why and list over the example patients. Then twice the limit: what is
 * beyond it is 429 and nothing is 5xx. `IDIOGRAPH_BENCH_DATA` names a filled data folder, else one is made (a minute).
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccounts } from '../src/server/accounts/accounts.ts';
import { signInOver, startServing } from '../test/server/serving.ts';
import { loadGenerator } from './httpLoad.ts';

const seconds = Number(process.env.IDIOGRAPH_BENCH_SECONDS ?? 20);
const barMs = 50;
const given = process.env.IDIOGRAPH_BENCH_DATA;
const data = given ?? mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
const password = randomBytes(12).toString('base64url');

/** User and system seconds of a process so far (Linux). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** An account of its own, because the password of the first one is told only once. */
async function addAccount(): Promise<{ name: string; password: string }> {
  const now = () => new Date().toISOString();
  const accounts = await openAccounts(join(data, 'server'), { now, randomBytes });
  try {
    const name = `bench-${process.pid}`;
    const { account } = await accounts.addAccount({ name, roles: ['clinician'] }, { actor: 'bench' });
    await accounts.setPassword(account.id, password, { actor: 'bench' });
    return { name, password };
  } finally {
    await accounts.close();
  }
}

let failed = false;
const serving = await startServing(data, { args: ['--demo'] });
try {
  const caller = await signInOver(serving.url, await addAccount());
  const json = async <T>(path: string) => (await (await caller.fetch(path)).json()) as T;
  const { rows } = await json<{ rows: { subject: string }[] }>('/api/patients');
  const mix: string[] = [];
  for (const { subject } of rows.slice(0, 4)) {
    const at = `/api/patients/${subject}`;
    const { rooms } = await json<{ rooms: { room: string }[] }>(`${at}/head`);
    const { lines } = await json<{ lines: { id: string }[] }>(`${at}/plan`);
    mix.push(`${at}/head`, `${at}/page`, `${at}/plan`, '/api/patients?limit=100');
    mix.push(
      ...rooms.map(({ room }) => `${at}/rooms/${room}`),
      ...lines.slice(0, 2).map(({ id }) => `${at}/why/${id}`),
    );
  }
  const generator = loadGenerator();
  console.log(`load generator         ${generator.name}`);
  const run = async (what: string, perSecond: number) => {
    const pid = serving.child.pid!;
    const [cpuBefore, begun] = [cpuSeconds(pid), performance.now()];
    const load = { url: serving.url, cookie: caller.cookie, mix, connections: 100, perSecond, seconds };
    const result = await generator.run(load);
    const took = (performance.now() - begun) / 1000;
    const codes = Object.entries(result.byStatus).map(([code, count]) => `${code}: ${count}`);
    const cpu = (100 * (cpuSeconds(pid) - cpuBefore)) / took;
    console.log(
      `${what.padEnd(22)} p50 ${result.p50Ms.toFixed(1)} ms   p99 ${result.p99Ms.toFixed(1)} ms   most ${result.mostMs.toFixed(1)} ms   ${codes.join(', ')}   server ${cpu.toFixed(0)} % of one core   load of the machine ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()}`,
    );
    if (!Object.keys(result.byStatus).every((code) => /^[23]|^429$/.test(code))) failed = true;
    return result;
  };
  /** The same rate with requests evenly spaced: a generator sends those of all connections at once, five times a second. */
  const runSpaced = async (perSecond: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const times: number[] = [];
    // The first second warms this process: it is not counted.
    const uncounted = perSecond;
    const open: Promise<void>[] = [];
    let other = 0;
    const begun = performance.now();
    for (let sent = 0; sent < uncounted + perSecond * seconds; sent++) {
      const nth = sent;
      const due = begun + (1000 * nth) / perSecond;
      while (performance.now() < due) await sleep(1);
      open.push(
        new Promise((resolve) => {
          get(serving.url + mix[sent % mix.length], { agent, headers: { cookie: caller.cookie } }, (answer) => {
            answer.resume().once('end', () => {
              // From when it was due, whatever kept it from being sent.
              if (nth >= uncounted) times.push(performance.now() - due);
              if (answer.statusCode !== 200) other++;
              resolve();
            });
          }).once('error', () => {
            other++;
            resolve();
          });
        }),
      );
    }
    await Promise.all(open);
    agent.destroy();
    times.sort((a, b) => a - b);
    const share = (part: number) => times[Math.floor(part * times.length)]!.toFixed(1);
    console.log(
      `${`${perSecond} evenly spaced`.padEnd(22)} p50 ${share(0.5)} ms   p99 ${share(0.99)} ms   most ${times.at(-1)!.toFixed(1)} ms   not 200: ${other}`,
    );
  };
  await run('warm-up', 100);
  await runSpaced(500);
  const { p99Ms } = await run('500 a second', 500);
  if (p99Ms > barMs) {
    console.log(`above the bar of ${barMs} ms`);
    failed = true;
  }
  await run('twice the limit', 1200);
  console.log(`peak memory            ${(peakKiB(serving.child.pid!) / 1024).toFixed(0)} MiB of the server`);
} finally {
  await serving.stop();
  if (given === undefined) rmSync(data, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function peakKiB(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
