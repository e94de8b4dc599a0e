import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../store/open.ts';
import type { JobRecord } from '../jobs/job.ts';
import { openJobTable } from '../jobs/jobTable.ts';
import { openWorkspace } from '../openWorkspace.ts';
import { openDiskCache } from '../volumes/diskCache.ts';
import { forgetOnDisk } from './erasures.ts';

const now = () => new Date().toISOString();
const secret = 'WordsOfOnePerson';
const upload = `u${'a'.repeat(32)}`;
const order = { actor: 'keeper', reason: 'asked for', at: '2026-11-24T12:00:00Z' };
let data: string;
let workspace: Awaited<ReturnType<typeof openWorkspace>>;
const open = () => openWorkspace({ data, version: '0.0.0', now });

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'idiograph-erase-'));
  workspace = await open();
  await workspace.store.write(
    ['s1', 's2'].map((id) => ({ kind: 'subject', id, type: 'patient', label: id, composite: false, synthetic: true })),
  );
  for (const subject of ['s1', 's2'])
    await workspace.drafts.save(
      { subject, instrument: 'phq-9', account: 'a' },
      { answers: { '1': 2 }, filledBy: 'patient', basedOn: 0, at: now() },
    );
  await workspace.close();
  // What an earlier server left: an import of both with its upload, a work-up, an image, a drawing.
  const table = await openJobTable(join(data, 'server', 'jobs'));
  const job: Omit<JobRecord, 'number'> = {
    id: 'j1',
    type: 'import',
    state: 'done',
    account: 'a',
    actor: 'ada',
    purpose: 'care',
    created: now(),
    upload,
    asOnePatient: false,
    interruptions: 0,
    crashes: 0,
    stopWanted: false,
  };
  await table.add(job);
  const imported = ['s1', 's2'].map((subject) => ({
    subject,
    label: `${secret} ${subject}`,
    created: true,
    composite: false,
    synthetic: true,
    claims: [],
    added: 1,
    duplicates: 0,
    superseded: 0,
    facts: 0,
    regions: 0,
    formats: [],
    issues: [],
  }));
  await table.keepImported('j1', { files: { recognised: 1, refused: 0, ignored: 0 }, subjects: imported, issues: [] }, [
    { number: 1, outcome: 'recognised', path: `${secret}.dcm` },
  ]);
  for (const [id, subject] of [
    ['j2', 's1'],
    ['j3', 's2'],
  ] as const)
    await table.add({ ...job, id, type: 'workup', subject, upload: undefined });
  await table.close();
  const folder = join(data, 'server', 'uploads', upload);
  await mkdir(folder, { recursive: true });
  const record = {
    id: upload,
    account: 'a',
    createdAt: now(),
    state: 'sealed',
    asOnePatient: false,
    keepUntil: '2999-01-01T00:00:00Z',
  };
  await writeFile(join(folder, 'upload.json'), JSON.stringify(record));
  await writeFile(join(folder, 'whole'), secret);
  for (const where of [join(data, 'server', 'cache', 'volumes'), join(data, 'server', 'drawings')])
    for (const subject of ['s1', 's2'])
      await writeFile(await openDiskCache(where, 1e9).place(subject, 'x'), `${secret} ${subject}`);
});
afterEach(async () => {
  await workspace.close().catch(() => undefined);
  await rm(data, { recursive: true, force: true });
});

/** Files of the data folder in which the words still stand. */
async function traces(): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'latin1').catch(() => '');
    if (text.includes(`${secret} s1`) || text.includes(`${secret}.dcm`) || text === secret) found.push(path);
  }
  return found;
}
const left = async () => {
  const table = await openJobTable(join(data, 'server', 'jobs'));
  const jobs = (await table.all()).map(({ id }) => id);
  await table.close();
  return { jobs, uploads: await readdir(join(data, 'server', 'uploads')) };
};

it('a running server forgets what another process erased: drafts, jobs, uploads, images, drawings', async () => {
  expect((await traces()).length).toBeGreaterThan(3);
  workspace = await open();
  const other = await openStore({ engine: 'sqlite', directory: data });
  await other.erase('s1', order);
  expect(await forgetOnDisk(workspace.home, ['s1'])).toBe(false);
  await other.close();
  for (let i = 0; i < 100 && (await traces()).length > 0; i++) await sleep(100);
  expect(await traces()).toEqual([]);
  expect(await left()).toEqual({ jobs: ['j3'], uploads: [] });
  expect(await workspace.drafts.list('s1', 'a')).toEqual([]);
  expect(await workspace.drafts.list('s2', 'a')).toHaveLength(1);
}, 30_000);

it('without a server the command does it itself', async () => {
  const store = await openStore({ engine: 'sqlite', directory: data });
  await store.erase('s1', order);
  await store.close();
  expect(await forgetOnDisk(workspace.home, ['s1'])).toBe(true);
  expect(await traces()).toEqual([]);
  expect(await left()).toEqual({ jobs: ['j3'], uploads: [] });
  workspace = await open();
  expect(await workspace.drafts.list('s1', 'a')).toEqual([]);
  expect(await workspace.drafts.list('s2', 'a')).toHaveLength(1);
});
