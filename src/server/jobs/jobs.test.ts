import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Store } from '../../dossier/store.ts';
import { openStore } from '../../store/open.ts';
import { makeHome } from '../home.ts';
import { frame } from '../uploads/testing.ts';
import { openUploads, type Uploads } from '../uploads/uploads.ts';
import type { JobRecord } from './job.ts';
import { type Jobs, type JobsOptions, openJobs } from './jobs.ts';
import { openJobTable } from './jobTable.ts';

const who = { id: 'a1', name: 'ada' };
const never = new AbortController().signal;
const now = () => new Date().toISOString();
let data: string;
let store: Store;
let uploads: Uploads;
let jobs: Jobs | undefined;
let audited: string[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'idiograph-jobs-'));
  store = await openStore({ engine: 'sqlite', directory: data });
  uploads = await openUploads(join(data, 'server', 'uploads'), { now, randomBytes });
  audited = [];
});
afterEach(async () => {
  await jobs?.close();
  jobs = undefined;
  await store.close();
  await rm(data, { recursive: true, force: true });
});

async function open(more: Partial<JobsOptions> = {}): Promise<Jobs> {
  const home = await makeHome(data);
  const audit = {
    append: async (entry: { route: string; subject?: string }) => void audited.push(`${entry.route} ${entry.subject}`),
  };
  jobs = await openJobs({ home, store, uploads, audit, places: {}, now, ...more });
  return jobs;
}

/** Answers of one person, as an upload that is ready to be imported. */
async function uploaded(patient: string): Promise<string> {
  const header = `patient,date,${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((item) => `phq9_${item}`).join(',')}`;
  return uploadedTable(`${header}\n${patient},2024-01-02,1,1,1,1,1,1,1,1,0\n`);
}

async function uploadedTable(text: string): Promise<string> {
  const { id } = await uploads.create(who.id, { asOnePatient: false });
  await uploads.writeMany(who.id, id, new Blob([frame('answers.csv', text)]).stream(), never);
  return id;
}

const startImport = async (one: Jobs, upload: string) =>
  one.startImport(who, 'care', upload, { withoutPartial: false });
const stateOf = async (id: string) => (await jobs!.get(id))?.state;
const over = (id: string) =>
  vi.waitFor(async () => expect(['done', 'failed', 'cancelled']).toContain(await stateOf(id)), {
    timeout: 15_000,
    interval: 20,
  });

it('one import runs at a time, in the order in which they were asked for', async () => {
  const one = await open();
  const seen: string[] = [];
  const first = await startImport(one, await uploaded('P1'));
  const second = await startImport(one, await uploaded('P2'));
  await vi.waitFor(async () => expect(await stateOf(first.id)).toBe('running'));
  expect(await stateOf(second.id)).toBe('queued');
  await over(first.id);
  await over(second.id);
  for (const id of [first.id, second.id]) seen.push((await one.get(id))!.imported!.subjects[0]!.subject);
  expect(seen).toEqual(['S0001', 'S0002']);
  expect(audited).toEqual(['jobs.import S0001', 'jobs.import S0002']);
});

it('what waits is taken back at once, what runs is stopped, and both stay so after a restart', async () => {
  const one = await open();
  const running = await startImport(one, await uploaded('P1'));
  const waiting = await startImport(one, await uploaded('P2'));
  await one.cancel(waiting.id);
  expect(await stateOf(waiting.id)).toBe('cancelled');
  await one.cancel(running.id);
  await over(running.id);
  expect(await stateOf(running.id)).toBe('cancelled');
  await one.close();
  const two = await open();
  expect((await two.list()).map(({ state }) => state)).not.toContain('queued');
});

it('a long diary shows how much of it is kept, and none of it is there when it is stopped meanwhile', async () => {
  const hours = Array.from({ length: 30_000 }, (_, hour) => new Date(hour * 3_600_000).toISOString().slice(0, 19));
  const rows = hours.map((time, index) => `P1,${time},${index % 11}`);
  const one = await open();
  const job = await startImport(one, await uploadedTable(['participant,timestamp,diary_pain', ...rows].join('\n')));
  await vi.waitFor(() => expect(one.progressOf(job.id)).toMatchObject({ stage: 'keep', done: 0, total: 1 }), {
    timeout: 15_000,
    interval: 20,
  });
  expect(one.progressOf(job.id)!.fraction).toBeGreaterThan(0);
  await one.cancel(job.id);
  await over(job.id);
  expect(await stateOf(job.id)).toBe('cancelled');
  expect(await store.reading({ purpose: 'care', actor: 'test' }).all('fact')).toEqual([]);
});

it('a job that was cut off is queued again, one that was to be stopped is over', async () => {
  await makeHome(data);
  const upload = await uploaded('P1');
  await uploads.seal(who.id, upload, { withoutPartial: false });
  const table = await openJobTable(join(data, 'server', 'jobs'));
  const left: Omit<JobRecord, 'number' | 'id' | 'state'> = {
    type: 'import',
    account: who.id,
    actor: who.name,
    purpose: 'care',
    created: now(),
    asOnePatient: false,
    interruptions: 0,
    crashes: 0,
    stopWanted: false,
    upload,
  };
  await table.add({ ...left, id: 'j1', state: 'running' });
  await table.add({ ...left, id: 'j2', state: 'stopping', stopWanted: true });
  await table.add({ ...left, id: 'j3', state: 'queued', upload: 'u'.padEnd(33, '0') });
  await table.close();
  await open();
  await over('j1');
  await over('j3');
  expect(await jobs!.get('j1')).toMatchObject({ state: 'done', interruptions: 1 });
  expect(await stateOf('j2')).toBe('cancelled');
  expect(await jobs!.get('j3')).toMatchObject({ state: 'failed', problem: { code: 'upload-gone' } });
});

it('a work-up whose process ends by itself is tried once more and then given up', async () => {
  const one = await open();
  const imported = await startImport(one, await uploaded('P1'));
  await over(imported.id);
  await one.close();
  const registry = join(data, 'dying.ts');
  await writeFile(registry, 'process.exit(3);\nexport const analyses = [];\n');
  const two = await open({ registry: pathToFileURL(registry).href });
  const job = await two.startWorkup(who, 'care', 'S0001');
  expect((await two.startWorkup(who, 'care', 'S0001')).id).toBe(job.id);
  await over(job.id);
  expect(await two.get(job.id)).toMatchObject({ state: 'failed', crashes: 2, problem: { code: 'job-crashed' } });
});

it('a second server on the same folder starts no jobs', async () => {
  const one = await open();
  const home = await makeHome(data);
  const second = await openJobs({ home, store, uploads, audit: { append: async () => {} }, places: {}, now });
  const refused = startImport(second, await uploaded('P1'));
  await expect(refused).rejects.toMatchObject({ status: 503, problem: { code: 'other-server' } });
  await one.close();
  jobs = second;
  await expect(startImport(second, await uploaded('P2'))).resolves.toMatchObject({ state: 'queued' });
});

it('jobs of erased people are forgotten', async () => {
  const one = await open();
  const { id } = await startImport(one, await uploaded('P1'));
  await over(id);
  await store.erase('S0001', { actor: 'test', reason: 'test', at: now() });
  await one.close();
  await open();
  expect(await jobs!.get(id)).toBeUndefined();
});
