import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import type { Access, Store, StoreConfig } from '../dossier/store.ts';
import { safePath } from './exportSubject.ts';
import { backup, doctor, exportSubject, restore } from './maintenance.ts';
import { openStore } from './open.ts';
import { sampleFact, sampleFinding, sampleImport, sampleRun, sampleSource, sampleSubject } from './samples.ts';

const keeper: Access = { purpose: 'maintenance', actor: 'keeper' };
const order = { actor: 'keeper', reason: 'asked for', at: '2026-11-24T12:00:00Z' };
let top: string;
let config: StoreConfig;
let store: Store;
let subject: string;

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'idiograph-maintenance-'));
  config = { engine: 'sqlite', directory: join(top, 'data') };
  store = await openStore(config);
  subject = await store.nextSubjectId();
});
afterEach(async () => {
  await store.close();
  await rm(top, { recursive: true, force: true });
});

/** A subject with a series of two files, a table, a fact and a finding with its history. */
async function fill(id: string): Promise<{ source: string; finding: string; table: string }> {
  const put = (text: string) => store.putBlob(id, Buffer.from(text), 'application/octet-stream');
  const members = [
    { path: 'scan/1.dcm', ...(await put(`${id} slice 1`)) },
    { path: 'scan/2.dcm', ...(await put(`${id} slice 2`)) },
  ].map(({ path, sha256, bytes }) => ({ path, sha256, bytes }));
  const manifest = await put(canonicalJson({ manifest: 1, members }));
  const table = await put(`${id} table`);
  const series = sampleSource(id, manifest.sha256, { format: 'dicom-series', path: 'scan' });
  const source = sampleSource(id, table.sha256, { path: '../../etc/table.csv' });
  const fact = sampleFact(source, 1.1);
  const [older, newer] = [1, 2].map((value) =>
    sampleFinding(id, `run-${id}-${value}`, 'volume', value, [series.id, fact.id]),
  );
  await store.write([sampleSubject(id), sampleImport(id, 3), series, source, fact]);
  await store.write([sampleRun(id, older!.run, [series.id], [older!]), older!]);
  await store.write([sampleRun(id, newer!.run, [series.id], [newer!]), newer!]);
  return { source: series.id, finding: newer!.id, table: table.sha256 };
}

const blobPath = (hash: string) => join(config.directory, 'blobs', subject, hash.slice(0, 2), hash);
const codes = async (deep = false) => (await doctor(config, { deep })).issues.map(({ code }) => code);

test('a backup made while others write is restored to the same state', async () => {
  await fill(subject);
  const reader = store.reading(keeper);
  const before = await reader.dossier(subject);
  const directory = join(top, 'backup');
  let writing = true;
  const others = (async () => {
    for (let n = 0; writing; n++) {
      await store.putBlob(subject, Buffer.from(`later ${n}`), 'text/plain');
      await store.write([sampleFinding(subject, 'run-later', `m${n}`, n)]);
    }
  })();
  const report = await backup(store, directory, keeper, { clock: () => '2026-11-24T12:00:00Z' });
  writing = false;
  await others;
  expect(report.issues).toEqual([]);
  expect(report.blobs).toBeGreaterThanOrEqual(4);
  expect((await store.accessLog('*')).at(-1)).toMatchObject({ purpose: 'maintenance', what: 'backup' });

  const restored: StoreConfig = { engine: 'sqlite', directory: join(top, 'restored') };
  expect(await restore(directory, restored)).toEqual({ blobs: report.blobs, others: 0, bytes: report.bytes });
  expect((await doctor(restored, { deep: true })).healthy).toBe(true);
  const copy = await openStore(restored);
  const after = await copy.reading(keeper).dossier(subject);
  expect(after.sources).toEqual(before.sources);
  expect(after.findings).toEqual(expect.arrayContaining([...before.findings]));
  expect((await copy.reading(keeper).history(before.findings[0]!.slot)).length).toBe(2);
  expect(await copy.nextSubjectId()).not.toBe(subject);
  await copy.close();
});

test('restore refuses a full target and a damaged or unfinished backup, and leaves nothing behind', async () => {
  const { table } = await fill(subject);
  const good = join(top, 'backup');
  await backup(store, good, keeper);
  await expect(restore(good, config)).rejects.toMatchObject({ code: 'conflict' });
  await expect(backup(store, good, keeper)).rejects.toMatchObject({ code: 'conflict' });
  const target: StoreConfig = { engine: 'sqlite', directory: join(top, 'restored') };
  const damages: [string, (directory: string) => Promise<void>, string][] = [
    ['blob', (d) => writeFile(join(d, 'blobs', subject, table.slice(0, 2), table), `${subject} tabbe`), 'integrity'],
    ['blob-missing', (d) => rm(join(d, 'blobs', subject), { recursive: true }), 'integrity'],
    ['database', (d) => writeFile(join(d, 'store.sqlite'), 'x', { flag: 'a' }), 'integrity'],
    ['manifest', (d) => writeFile(join(d, 'backup.json'), '{"backup":1'), 'integrity'],
    ['unfinished', (d) => rm(join(d, 'backup.json')), 'not-found'],
  ];
  for (const [name, damage, code] of damages) {
    const bad = join(top, `backup-${name}`);
    await cp(good, bad, { recursive: true });
    await damage(bad);
    await expect(restore(bad, target), name).rejects.toMatchObject({ code });
    expect((await readdir(top)).filter((entry) => entry.includes('restoring'))).toEqual([]);
  }
  await restore(good, target);
});

test('a backup goes on past a damaged blob and says so', async () => {
  const { table } = await fill(subject);
  await writeFile(blobPath(table), `${subject} tabbe`);
  const report = await backup(store, join(top, 'backup'), keeper);
  expect(report.issues).toMatchObject([{ code: 'blob-damaged', severity: 'error' }]);
  expect(report.blobs).toBe(3);
});

test('an export holds every version, the originals at safe paths, and the purpose', async () => {
  const { finding } = await fill(subject);
  const other = await store.nextSubjectId();
  await fill(other);
  const directory = join(top, 'export');
  const access: Access = { purpose: 'patient-request', actor: 'keeper' };
  await exportSubject(store, subject, directory, access, { clock: () => '2026-11-24T12:00:00Z' });
  const manifest = JSON.parse(await readFile(join(directory, 'export.json'), 'utf8'));
  expect(manifest).toMatchObject({
    subject,
    purpose: 'patient-request',
    synthetic: true,
    records: { finding: 2, source: 2 },
  });
  const paths = manifest.files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(expect.arrayContaining(['files/scan/1.dcm', 'files/scan/2.dcm', 'files/__/__/etc/table.csv']));
  for (const { path, sha256: hash } of manifest.files) expect(sha256(await readFile(join(directory, path)))).toBe(hash);
  const text = await Promise.all(paths.map((path: string) => readFile(join(directory, path), 'utf8')));
  expect(text.join('\n')).not.toContain(other);
  const lines = (await readFile(join(directory, 'records', 'finding.ndjson'), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toContain(finding);
  expect(await store.accessLog(subject)).toContainEqual(
    expect.objectContaining({ purpose: 'patient-request', what: 'export' }),
  );
  await expect(exportSubject(store, subject, directory, access)).rejects.toMatchObject({ code: 'conflict' });
  await expect(exportSubject(store, 'S0099', join(top, 'x'), access)).rejects.toMatchObject({ code: 'not-found' });
});

test('two files that came under one path are both exported', async () => {
  const sources = [];
  for (const [path, text] of [
    ['a/x.csv', '1'],
    ['A/X.csv', '2'],
    ['a', '3'],
    ['a/x.csv/y', '4'],
  ] as const) {
    const { sha256: blob } = await store.putBlob(subject, Buffer.from(text), 'text/csv');
    sources.push(sampleSource(subject, blob, { path }));
  }
  await store.write([sampleSubject(subject), ...sources]);
  await exportSubject(store, subject, join(top, 'export'), keeper);
  const { files } = JSON.parse(await readFile(join(top, 'export', 'export.json'), 'utf8'));
  const hashes = files.map((file: { sha256: string }) => file.sha256);
  for (const text of ['1', '2', '3', '4']) expect(hashes).toContain(sha256(text));
});

test('no path leads out of an export', () => {
  for (const hostile of [
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\x',
    'a/./b',
    '..\\..\\x',
    '\u0000',
    '',
    '....',
    'x'.repeat(400),
  ]) {
    const safe = safePath(hostile);
    expect(safe).toMatch(/^[^/]/);
    expect(safe.split('/').some((part) => part === '' || part === '.' || part === '..' || part.length > 150)).toBe(
      false,
    );
  }
  expect(safePath('archive.zip!/scan/IM 1.dcm')).toBe('archive.zip!/scan/IM 1.dcm');
});

test('doctor finds a whole store healthy, also while it is open', async () => {
  await fill(subject);
  expect(await doctor(config, { deep: true })).toEqual({
    healthy: true,
    records: 9,
    links: 15,
    blobs: 4,
    bytes: expect.any(Number),
    deep: true,
    issues: [],
  });
  await expect(doctor({ engine: 'sqlite', directory: join(top, 'none') })).rejects.toMatchObject({ code: 'not-found' });
});

test('doctor names missing, damaged and changed blobs', async () => {
  const { table } = await fill(subject);
  await writeFile(blobPath(table), `${subject} tabbe`);
  expect(await codes()).toEqual([]);
  expect(await codes(true)).toEqual(['blob-damaged']);
  await writeFile(blobPath(table), 'short');
  expect(await codes()).toEqual(['blob-damaged']);
  await rm(blobPath(table));
  expect(await codes()).toEqual(['blob-missing']);
});

test('doctor names torn records, contested slots, dangling links and members that are absent', async () => {
  const { finding } = await fill(subject);
  const raw = new DatabaseSync(join(config.directory, 'store.sqlite'));
  raw.prepare(`update record set json = replace(json, '"value":2}', '"value":3}') where id = ?`).run(finding);
  raw.prepare(`update record set superseded_by = null where kind = 'finding'`).run();
  raw.prepare(`update record set json = substr(json, 1, 40) where kind = 'fact'`).run();
  raw.prepare(`delete from blob where sha256 = ?`).run(sha256(`${subject} slice 2`));
  raw.prepare(`insert into link (from_id, to_id, subject) values (?, 'fact-none', ?)`).run(finding, subject);
  raw.close();
  expect((await codes()).sort()).toEqual([
    'blob-missing',
    'link-dangling',
    'record-torn',
    'record-torn',
    'slot-contested',
  ]);
});

test('a damaged database is reported by doctor, and opening says what to do', async () => {
  await fill(subject);
  await store.close();
  const path = join(config.directory, 'store.sqlite');
  const bytes = await readFile(path);
  // The first page still tells that this is a database; the others do not hold what they should.
  await writeFile(path, bytes.fill(0x5a, 4096));
  expect(await doctor(config)).toMatchObject({ healthy: false, issues: [{ code: 'database-damaged' }] });
  await expect(openStore(config)).rejects.toMatchObject({
    code: 'store-corrupt',
    remedy: expect.stringContaining('backup'),
  });
  await rm(config.directory, { recursive: true });
  store = await openStore(config);
});

test('doctor removes the leavings of processes that are gone, and nothing that may still be wanted', async () => {
  const { table } = await fill(subject);
  const folder = dirname(blobPath(table));
  const stale = join(folder, '.0011.999999999.part');
  const live = join(folder, `.0022.${process.pid}.part`);
  for (const path of [stale, live]) await writeFile(path, 'half');
  const [old, fresh] = ['old', 'fresh'].map((text) => blobPath(sha256(text)));
  for (const path of [old!, fresh!]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'x');
  }
  await utimes(old!, new Date('2026-01-01'), new Date('2026-01-01'));
  await writeFile(join(folder, 'notes.txt'), 'x');
  expect((await codes()).sort()).toEqual(['file-foreign', 'orphan-removed', 'temporary-removed']);
  const left = (await readdir(join(config.directory, 'blobs'), { recursive: true })).join('\n');
  expect(left).toContain(`.0022.${process.pid}.part`);
  expect(left).toContain(sha256('fresh'));
  expect(left).not.toContain(sha256('old'));
  expect(left).not.toContain('.0011.');
});

test('an interrupted import leaves blobs that nobody names: said, kept, no fault', async () => {
  await store.putBlob(subject, Buffer.from('x'), 'text/plain');
  const report = await doctor(config);
  expect(report).toMatchObject({ healthy: true, issues: [{ code: 'blob-unnamed', severity: 'info' }] });
});

test('an erasure that was cut off after its first step is completed by the next opening', async () => {
  await fill(subject);
  await store.erase(subject, order);
  await store.close();
  // As a kill between the two steps leaves it: rows gone, files still there.
  const raw = new DatabaseSync(join(config.directory, 'store.sqlite'));
  raw.exec('update tombstone set finished = 0');
  raw.close();
  await mkdir(join(config.directory, 'blobs', subject), { recursive: true });
  await writeFile(join(config.directory, 'blobs', subject, 'left'), 'bytes');
  store = await openStore(config);
  expect(await readdir(join(config.directory, 'blobs'))).toEqual([]);
  expect(await codes()).toEqual([]);
});

test('a process that keeps reading delays the end of an erasure, and nothing else', async () => {
  await fill(subject);
  await store.erase(subject, order);
  const raw = new DatabaseSync(join(config.directory, 'store.sqlite'));
  raw.exec('update tombstone set finished = 0; begin');
  raw.prepare('select * from record').all();
  await store.nextSubjectId();
  const second = await openStore(config);
  await second.close();
  expect(await codes()).toEqual(['erasure-unfinished']);
  raw.exec('commit');
  raw.close();
  expect(await codes()).toEqual([]);
});

test('nothing is left of a subject that is erased while another process writes files for it', async () => {
  const { table } = await fill(subject);
  const other = await openStore(config);
  const bytes = Array.from({ length: 200 }, (_, index) => Buffer.from(`late ${index}`));
  const late = Promise.allSettled(bytes.map((one) => other.putBlob(subject, one, 'text/plain')));
  await store.erase(subject, order);
  const refused = (await late).filter(({ status }) => status === 'rejected');
  await other.close();
  expect(refused.length).toBeGreaterThan(0);
  expect(await readdir(join(config.directory, 'blobs'))).toEqual([]);

  // A process that was killed just after it placed a file could not tidy up.
  const leave = async () => {
    await mkdir(dirname(blobPath(table)), { recursive: true });
    await writeFile(blobPath(table), 'left');
  };
  for (const visit of [() => doctor(config), async () => (await openStore(config)).close()]) {
    await leave();
    await visit();
    expect(await readdir(join(config.directory, 'blobs'))).toEqual([]);
  }
});

test('what rests on an erased subject elsewhere is flagged', async () => {
  const { finding } = await fill(subject);
  const cohort = await store.nextSubjectId();
  const mean = sampleFinding(cohort, 'run-mean', 'mean volume', 2, [finding]);
  const model = sampleFinding(cohort, 'run-model', 'model', 2, [mean.id]);
  await store.write([
    { ...sampleSubject(cohort), type: 'cohort' },
    sampleRun(cohort, 'run-mean', [finding], [mean]),
    sampleRun(cohort, 'run-model', [mean.id], [model]),
    mean,
    model,
  ]);
  await store.erase(subject, order);
  const report = await doctor(config);
  expect(report.healthy).toBe(false);
  expect(new Set(report.issues.map(({ code }) => code))).toEqual(new Set(['rests-on-erased']));
  expect(report.issues.map(({ place }) => place)).toEqual(expect.arrayContaining([mean.id, 'run-mean']));
});
