import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateExamples } from '../../examples/generate.ts';
import { importFolder } from '../../src/intake/import.ts';
import type { JobDetail, JobView } from '../../src/server/api/jobs.ts';
import { frame, part } from '../../src/server/uploads/testing.ts';
import { openStore } from '../../src/store/open.ts';
import { type ServedCaller, type ServingProcess, signInOver, startServing } from '../server/serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-kill-'));
const data = join(folder, 'data');
const access = { purpose: 'care', actor: 'test' } as const;
let server: ServingProcess | undefined;
let account: ServingProcess['account'];

beforeAll(async () => {
  await generateExamples(join(folder, 'examples'));
}, 120_000);
afterAll(async () => {
  await server?.stop('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<ServedCaller> {
  server = await startServing(data);
  account ??= server.account;
  return signInOver(server.url, account!);
}

/** Ids of all that the store has acknowledged of some kinds. */
async function acknowledged(
  directory: string,
  kinds = ['source', 'fact', 'run', 'finding'] as const,
): Promise<Set<string>> {
  const store = await openStore({ engine: 'sqlite', directory });
  try {
    const reader = store.reading(access);
    const ids = new Set<string>();
    for (const { id } of await reader.subjects())
      for (const kind of kinds) for (const record of await reader.list(id, kind, { history: true })) ids.add(record.id);
    return ids;
  } finally {
    await store.close();
  }
}

async function until(caller: ServedCaller, job: string, reached: (job: JobDetail) => boolean): Promise<JobDetail> {
  for (;;) {
    const now = await caller.json<JobDetail>(`/api/jobs/${job}`);
    if (reached(now) || ['done', 'failed', 'cancelled'].includes(now.state)) return now;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('a server that is killed during an upload, an import and a work-up goes on by itself and loses nothing', async () => {
  let caller = await start();
  const { id: upload } = await caller.json<{ id: string }>('/api/imports', { method: 'POST', json: {} });

  // Killed while a part arrives: what had been acknowledged is held, and the file goes on from there.
  const big = randomBytes(6_000_000);
  const head = { path: 'case/scan.bin', bytes: big.length };
  const sendPart = (offset: number, end: number) =>
    caller.fetch(`/api/imports/${upload}/part`, {
      method: 'PUT',
      body: part({ ...head, offset }, big.subarray(offset, end)),
    });
  expect((await sendPart(0, 2_000_000)).status).toBe(200);
  const lost = sendPart(2_000_000, 6_000_000).catch(() => undefined);
  await server!.stop('SIGKILL');
  await lost;
  caller = await start();
  const { files } = await caller.json<{ files: { path: string; held: number }[] }>(`/api/imports/${upload}/files`);
  const held = files.find(({ path }) => path === head.path)!.held;
  expect(held).toBeGreaterThanOrEqual(2_000_000);
  if (held < big.length) expect((await sendPart(held, big.length)).status).toBe(200);
  const onDisk = join(data, 'server', 'uploads', upload, 'uploaded', head.path);
  expect(readFileSync(onDisk).equals(big)).toBe(true);

  const sent = filesUnder(join(folder, 'examples', 'psychiatry'));
  for (let at = 0; at < sent.length; at += 50) {
    const frames = sent.slice(at, at + 50).map(({ path, disk }) => frame(`case/${path}`, readFileSync(disk)));
    const body = new Uint8Array(Buffer.concat(frames));
    await caller.json(`/api/imports/${upload}/batch`, { method: 'POST', body });
  }

  // Killed while the import keeps, then while the work-up computes.
  const { id } = await caller.json<JobView>(`/api/imports/${upload}/start`, { method: 'POST', json: {} });
  await until(caller, id, ({ progress }) => progress?.stage === 'keep' || progress?.stage === 'workup');
  await server!.stop('SIGKILL');
  const afterFirst = await acknowledged(data);
  caller = await start();
  const second = await until(caller, id, ({ progress }) => progress?.stage === 'workup' && progress.done > 0);
  expect(second.interruptions).toBe(1);
  await server!.stop('SIGKILL');
  const afterSecond = await acknowledged(data);
  for (const one of afterFirst) expect(afterSecond).toContain(one);

  const begun = performance.now();
  caller = await start();
  expect(performance.now() - begun).toBeLessThan(15_000);
  const done = await until(caller, id, () => false);
  expect(done).toMatchObject({ state: 'done', interruptions: 2 });
  expect(done.worked!.every(({ failed }) => failed === 0)).toBe(true);
  expect(readdirSync(join(data, 'server', 'uploads'))).toEqual([]);

  const atTheEnd = await acknowledged(data);
  for (const one of afterSecond) expect(atTheEnd).toContain(one);
  expect(await acknowledged(data, ['source'] as never)).toEqual(await sourcesOfOneGo());
}, 180_000);

/** Sources of the same files imported without any interruption. */
async function sourcesOfOneGo(): Promise<Set<string>> {
  const directory = join(folder, 'control');
  const store = await openStore({ engine: 'sqlite', directory });
  await importFolder([join(folder, 'examples', 'psychiatry')], store, { actor: 'test', at: new Date().toISOString() });
  await store.close();
  return acknowledged(directory, ['source'] as never);
}

function filesUnder(root: string): { path: string; disk: string }[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((disk) => ({ disk, path: relative(root, disk) }));
}
