/**
 * What an audit line costs a request: 100 callers that each wait for their line (closed loop), 500 lines a second (open
 * loop), one caller alone; then the check of the whole chain. The peer is the same write with an fdatasync for each line.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAudit } from '../src/privacy/audit/audit.ts';
import type { AuditEntry } from '../src/privacy/audit/entry.ts';
import { readAudit } from '../src/privacy/audit/read.ts';
import { verifyAudit } from '../src/privacy/audit/verify.ts';

const top = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
const directory = join(top, 'audit');
const entry: AuditEntry = {
  actor: 'account-0123456789abcdef01234567',
  roles: ['clinician', 'administrator'],
  session: 'session-0123456789abcdef01234567',
  action: 'read',
  route: 'patients.get',
  subject: 'S0001',
  record: 'find-0123456789abcdef0123456789abcdef',
  outcome: 'ok',
  status: 200,
  remote: '127.0.0.1',
  purpose: 'care',
  requestId: '0123456789abcdef',
};

function share(times: number[], part: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `${sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(2)} ms`;
}

try {
  const audit = await openAudit(directory, { now: () => new Date().toISOString() });
  const timed = async (times: number[]) => {
    const start = performance.now();
    await audit.append(entry);
    times.push(performance.now() - start);
  };
  const callers = async (count: number, each: number) => {
    const times: number[] = [];
    const start = performance.now();
    await Promise.all(
      Array.from({ length: count }, async () => {
        for (let i = 0; i < each; i++) await timed(times);
      }),
    );
    return { times, perSecond: (1000 * times.length) / (performance.now() - start) };
  };
  await callers(100, 20);
  const many = await callers(100, 500);
  const one = await callers(1, 500);
  const paced: number[] = [];
  const waiting: Promise<void>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < 2500; ) {
    const due = Math.min(2500, Math.floor(((performance.now() - start) / 1000) * 500));
    for (; sent < due; sent++) waiting.push(timed(paced));
    await sleep(1);
  }
  await Promise.all(waiting);
  await audit.close();

  const peer = await open(join(top, 'peer'), 'w');
  const line = Buffer.from(`${JSON.stringify(entry)}${' '.repeat(150)}\n`);
  const peerStart = performance.now();
  for (let i = 0; i < 500; i++) {
    await peer.write(line);
    await peer.datasync();
  }
  const peerPerSecond = 500_000 / (performance.now() - peerStart);
  await peer.close();

  console.log(
    `100 callers    ${many.perSecond.toFixed(0)} lines/s   p50 ${share(many.times, 0.5)}   p99 ${share(many.times, 0.99)}   fdatasync for each ${peerPerSecond.toFixed(0)}/s   ratio ${(many.perSecond / peerPerSecond).toFixed(1)}`,
  );
  console.log(`one caller     p50 ${share(one.times, 0.5)}   p99 ${share(one.times, 0.99)}   bar 10 ms`);
  console.log(`500 a second   p50 ${share(paced, 0.5)}   p99 ${share(paced, 0.99)}   bar 10 ms`);
  const verifyStart = performance.now();
  const { lines, intact } = await verifyAudit(directory);
  const seconds = (performance.now() - verifyStart) / 1000;
  console.log(`verify         ${lines} lines in ${seconds.toFixed(2)} s, ${(lines / seconds).toFixed(0)} lines/s`);
  const readStart = performance.now();
  await readAudit(directory, { subject: 'nobody' });
  console.log(`read all       ${((performance.now() - readStart) / 1000).toFixed(2)} s to find that nobody is there`);
  const firstStart = performance.now();
  await readAudit(directory, { limit: 100 });
  console.log(`newest 100     ${(performance.now() - firstStart).toFixed(1)} ms`);
  if (!intact) process.exitCode = 1;
} finally {
  rmSync(top, { recursive: true, force: true });
}
