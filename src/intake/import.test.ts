import { appendFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../dossier/canonical.ts';
import type { Reader, Store } from '../dossier/store.ts';
import { openStore } from '../store/open.ts';
import { type ImportOptions, importFolder } from './import.ts';
import type { ImportReport } from './importReport.ts';
import { writeNifti } from './nifti/write.ts';
import { openImage, openTable } from './open.ts';
import { folderOf, zipOf } from './testing.ts';

const affineRas = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const image = (value: number) =>
  writeNifti({ shape: [2, 2, 2, 1], affineRas }, new Float32Array(8).fill(value), { datatype: 'float32' });
const sidecar = (id: string) => JSON.stringify({ EchoTime: 0.03, PatientID: id });
const answers = 'instrument,item,answer,date\nPHQ-9,1,2,2024-05-01\nPHQ-9,9,1,2024-05-01\n';

async function newStore(): Promise<Store> {
  const store = await openStore({ engine: 'sqlite', directory: join(folderOf({}), 'data') });
  onTestFinished(() => store.close());
  return store;
}

let day = 0;
function run(folder: string, store: Store, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  day += 1;
  const at = `2025-01-01T00:${String(day).padStart(2, '0')}:00Z`;
  return importFolder([folder], store, { actor: 'test', at, threads: 1, ...options });
}

function reading(store: Store): Reader {
  return store.reading({ purpose: 'care', actor: 'test' });
}

describe('importFolder', () => {
  it('brings a mixture to one patient and keeps the originals byte for byte', async () => {
    const store = await newStore();
    const picture = image(3);
    const folder = folderOf({
      'a_T1w.nii': picture,
      'a_T1w.json': sidecar('P1'),
      'forms/answers.csv': answers,
      README: 'nothing',
      'broken.nii': picture.subarray(0, 360),
    });
    const report = await run(folder, store);
    expect(report.subjects).toHaveLength(1);
    const [{ subject, added, facts, issues }] = report.subjects as [ImportReport['subjects'][0]];
    expect([added.length, facts, issues.map(({ code }) => code)]).toEqual([2, 1, ['nifti-truncated']]);
    expect(report.files).toMatchObject([
      { path: 'README', ignored: { code: 'format-unknown' } },
      { path: 'a_T1w.json', format: 'nifti' },
      { path: 'a_T1w.nii', format: 'nifti' },
      { path: 'broken.nii', refused: { code: 'nifti-truncated', place: 'broken.nii' } },
      { path: 'forms/answers.csv', format: 'answers' },
    ]);
    const reader = reading(store);
    const dossier = await reader.dossier(subject);
    const source = dossier.sources.find(({ format }) => format === 'nifti')!;
    const blobs = { bytes: (hash: string) => reader.blob(subject, hash) };
    expect(Buffer.from(await blobs.bytes(sha256(picture)))).toEqual(Buffer.from(picture));
    expect([...(await (await openImage(source, blobs)).readVolume())]).toEqual(new Array(8).fill(3));
    const table = await openTable(dossier.sources.find(({ format }) => format === 'answers')!, blobs);
    expect(await Array.fromAsync(table.rows())).toHaveLength(2);
    const identities = await reader.list(subject, 'identity');
    expect(identities.map(({ system, basis }) => `${system} ${basis}`).sort()).toEqual([
      'content attached',
      'dicom:PatientID claimed',
    ]);
  });

  it('says that answers are dated after the day of their import, with the place', async () => {
    const store = await newStore();
    const late = 'instrument,item,answer,date\nPHQ-9,1,2,2025-01-02\nGAD-7,1,1,2031-05-01\n';
    const report = await run(folderOf({ 'a.json': sidecar('P1'), 'a.nii': image(1), 'late.csv': late }), store);
    expect(report.subjects[0]!.issues).toMatchObject([
      { code: 'response-future', severity: 'error', place: 'late.csv, line 3' },
    ]);
    const facts = await reading(store).list(report.subjects[0]!.subject, 'fact');
    const forms = facts.filter(({ type }) => type === 'response');
    expect(forms.map(({ at, statedAt, issues }) => [at, statedAt, issues.map(({ code }) => code)])).toEqual(
      expect.arrayContaining([
        [undefined, '2031-05-01', ['response-future']],
        ['2025-01-02', '2025-01-02', []],
      ]),
    );
  });

  it('takes no measurement from the future for the newest, and no day that the calendar lacks', async () => {
    const creatinine = (id: string, when: string, value: number) => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      subject: { reference: 'Patient/p' },
      code: { coding: [{ system: 'http://loinc.org', code: '2160-0' }] },
      effectiveDateTime: when,
      valueQuantity: { value, unit: 'mg/dL' },
    });
    const resources = [
      { resourceType: 'Patient', id: 'p', birthDate: '1950-02-30' },
      ...[creatinine('a', '2025-01-02', 2.4), creatinine('b', '2031-05-01', 0.8), creatinine('c', '2025-13-45', 0.9)],
    ];
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) };
    const store = await newStore();
    const report = await run(folderOf({ 'record.json': JSON.stringify(bundle) }), store);
    expect(report.subjects[0]!.issues.map(({ code }) => code)).toContain('observation-future');
    const { subject } = report.subjects[0]!;
    const facts = await reading(store).list(subject, 'fact');
    const values = facts.filter(({ type }) => type === 'observation');
    expect(
      values.map(({ value, at, issues }) => [
        value?.type === 'quantity' && value.value,
        at,
        issues.map(({ code }) => code),
      ]),
    ).toEqual(
      expect.arrayContaining([
        [2.4, '2025-01-02', []],
        [0.8, undefined, ['observation-future']],
        [0.9, undefined, ['date-invalid']],
      ]),
    );
    const [known] = await reading(store).list(subject, 'identity');
    expect(known).not.toHaveProperty('birthDate');
  });

  it('does not call a list of medicines fresh because a year in it is wrong', async () => {
    const list =
      'patient,drug,dose,unit,status,date\nP1,codeine,30,mg,active,2025-01-02\nP1,tramadol,50,mg,active,2031-05-01\n';
    const store = await newStore();
    const report = await run(folderOf({ 'list.csv': list }), store);
    expect(report.subjects[0]!.issues).toMatchObject([{ code: 'medication-future', place: 'list.csv, line 3' }]);
    const facts = await reading(store).list(report.subjects[0]!.subject, 'fact');
    expect(facts.map(({ code, statedAt }) => [code.display, statedAt]).toSorted()).toEqual([
      ['codeine', '2025-01-02'],
      ['tramadol', undefined],
    ]);
  });

  it('changes nothing when the same bytes come again, under other names and from an archive too', async () => {
    const store = await newStore();
    const files = { 'a.nii': image(1), 'a.json': sidecar('P1'), 'b.nii': image(2) };
    const folder = folderOf({ ...files, 'c/answers.csv': answers });
    const first = await run(folder, store);
    const reader = reading(store);
    const before = await reader.dossier(first.subjects[0]!.subject);
    renameSync(join(folder, 'b.nii'), join(folder, 'renamed.nii'));
    const again = await run(folder, store);
    expect(again.subjects).toMatchObject([{ created: false, added: [] }]);
    expect(again.subjects[0]!.duplicates).toHaveLength(3);
    const zip = folderOf({ 'all.zip': zipOf(Object.entries(files).map(([name, content]) => ({ name, content }))) });
    expect((await run(zip, store)).subjects).toMatchObject([{ created: false, added: [], facts: 0 }]);
    expect(await reader.subjects()).toHaveLength(1);
    expect(await reader.dossier(first.subjects[0]!.subject)).toEqual(before);
    expect(await reader.list(first.subjects[0]!.subject, 'import')).toHaveLength(1);
  });

  it('replaces an image by the same image with its sidecar, and not the other way round', async () => {
    const store = await newStore();
    const folder = folderOf({ 'a.nii': image(1) });
    const first = await run(folder, store);
    writeFileSync(join(folder, 'a.bval'), '0');
    writeFileSync(join(folder, 'a.bvec'), '0\n0\n0\n');
    const grown = await run(folder, store);
    const subject = first.subjects[0]!.subject;
    // Nobody is named: the image itself is what finds the subject again.
    expect(grown.subjects).toHaveLength(1);
    expect(grown.subjects[0]).toMatchObject({ subject, created: false, superseded: first.subjects[0]!.added });
    rmSync(join(folder, 'a.bval'));
    rmSync(join(folder, 'a.bvec'));
    const shrunk = await run(folder, store);
    expect(shrunk.subjects[0]).toMatchObject({ subject, added: [], duplicates: grown.subjects[0]!.added });
    expect((await reading(store).dossier(subject)).sources).toHaveLength(1);
  });

  it('keeps two identities apart until a patient.json joins them', async () => {
    const store = await newStore();
    const folder = folderOf({ 'a.nii': image(1), 'a.json': sidecar('P1'), 'b.nii': image(2), 'b.json': sidecar('P2') });
    const apart = await run(folder, store);
    expect(apart.subjects.map(({ claims, composite }) => [claims[0]!.value, composite])).toEqual([
      ['P1', false],
      ['P2', false],
    ]);
    for (const { issues } of apart.subjects) expect(issues[0]!.code).toBe('several-identities');

    writeFileSync(join(folder, 'patient.json'), '{"id": "X", "question": "Why?", "synthetic": true}');
    const joined = await run(folder, store);
    expect(joined.subjects).toMatchObject([{ label: 'X', created: true, composite: true, synthetic: true }]);
    const reader = reading(store);
    const [record] = (await reader.subjects()).filter(({ id }) => id === joined.subjects[0]!.subject);
    expect(record).toMatchObject({ question: 'Why?', composite: true, synthetic: true });
    const identities = await reader.list(record!.id, 'identity');
    expect(identities.map(({ system, value, basis }) => `${system} ${value} ${basis}`).sort()).toEqual([
      'dicom:PatientID P1 declared',
      'dicom:PatientID P2 declared',
      'patient.json X declared',
    ]);

    const again = await run(folder, store);
    expect(again.subjects).toMatchObject([{ subject: record!.id, created: false, added: [] }]);
    rmSync(join(folder, 'patient.json'));
    const undeclared = await run(folder, store);
    expect(undeclared.subjects.map(({ subject }) => subject)).toEqual(apart.subjects.map(({ subject }) => subject));
  });

  it('does not join when patient.json is broken, and says so', async () => {
    const folder = folderOf({
      'a.nii': image(1),
      'a.json': sidecar('P1'),
      'b.nii': image(2),
      'b.json': sidecar('P2'),
      'patient.json': '{"name": "X"}',
    });
    const report = await run(folder, await newStore());
    expect(report.subjects).toHaveLength(2);
    expect(report.issues.map(({ code }) => code)).toEqual(['patient-file-invalid']);
  });

  it('stops between batches and goes on where it was', async () => {
    const store = await newStore();
    const files: Record<string, Uint8Array | string> = { 'id.json': sidecar('P1'), 'id.nii': image(0) };
    for (let n = 1; n <= 120; n++) files[`${n}.nii`] = image(n);
    const folder = folderOf(files);
    const stop = new AbortController();
    const interrupted = run(folder, store, {
      signal: stop.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'keep' && done >= 100) stop.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'aborted' });
    const reader = reading(store);
    const [subject] = await reader.subjects();
    expect(await reader.list(subject!.id, 'source')).toHaveLength(100);
    const rest = await run(folder, store);
    expect(rest.subjects).toMatchObject([{ subject: subject!.id, created: false }]);
    expect([rest.subjects[0]!.added.length, rest.subjects[0]!.duplicates.length]).toEqual([21, 100]);
  });

  it('tells how far a long table is, and keeps nothing of it when it is ended midway', async () => {
    const hours = Array.from({ length: 6_000 }, (_, hour) => new Date(hour * 3_600_000).toISOString().slice(0, 19));
    const rows = hours.map((time, index) => `P1,${time},${index % 11},${(index * 3) % 11}`);
    const folder = folderOf({ 'diary.csv': ['participant,timestamp,diary_pain,diary_mood', ...rows].join('\n') });
    const store = await newStore();
    const stop = new AbortController();
    const told: number[] = [];
    let asked = 0;
    const interrupted = run(folder, store, {
      signal: stop.signal,
      onProgress: ({ stage, fraction }) => {
        if (stage !== 'keep' || fraction === undefined) return;
        told.push(fraction);
        stop.abort();
        asked = performance.now();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThan(1);
    const [subject] = await reading(store).subjects();
    expect(await reading(store).list(subject!.id, 'source')).toEqual([]);
    expect(await reading(store).list(subject!.id, 'fact')).toEqual([]);
  });

  it('leaves no file behind in the temporary folder, whatever happens', async () => {
    const temporaryFolder = folderOf({});
    const folder = folderOf({ 'a.zip': zipOf([{ name: 'a.nii', content: image(1) }]) });
    await run(folder, await newStore(), { temporaryFolder });
    const signal = AbortSignal.abort();
    await expect(run(folder, await newStore(), { temporaryFolder, signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(readdirSync(temporaryFolder)).toEqual([]);
    await expect(run(join(folder, 'gone'), await newStore())).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not bring strange files to a patient because they lie beside files that once did', async () => {
    const store = await newStore();
    const attached = { 'x.nii': image(7) };
    const first = await run(folderOf({ 'a.nii': image(1), 'a.json': sidecar('P1'), ...attached }), store);
    const alone = await run(folderOf(attached), store);
    expect(alone.subjects).toMatchObject([{ subject: first.subjects[0]!.subject, created: false, added: [] }]);
    const beside = folderOf({ ...attached, 'y.nii': image(8) });
    const other = await run(beside, store);
    expect(other.subjects).toMatchObject([{ created: true, issues: [{ code: 'identity-unknown' }] }]);
    expect((await run(beside, store)).subjects).toMatchObject([{ subject: other.subjects[0]!.subject, added: [] }]);
  });

  it('tells two folders of one name apart, and their declarations', async () => {
    const one = folderOf({ 'p/a.nii': image(1), 'p/patient.json': '{"id": "X"}' });
    const two = folderOf({ 'p/a.nii': image(2), 'p/patient.json': '{"id": "Y"}' });
    const options = { actor: 'test', at: '2024-02-01', threads: 1 };
    const report = await importFolder([join(one, 'p'), join(two, 'p')], await newStore(), options);
    expect(report.subjects.map(({ label, added }) => [label, added.length])).toEqual([
      ['X', 1],
      ['Y', 1],
    ]);
    expect(report.files.map(({ path }) => path)).toEqual([
      'p/a.nii',
      'p/patient.json',
      'p (2)/a.nii',
      'p (2)/patient.json',
    ]);
  });

  it('points at subjects that may be the same person', async () => {
    const store = await newStore();
    const form = (name: string) => `mrn,date,crea\n${name},2024-01-01,1.0\n`;
    const mapping = {
      mapping: 1,
      identity: { column: 'mrn', system: 'hospital' },
      date: { column: 'date' },
      measures: [
        { code: { system: 'LOINC', code: '2160-0', display: 'creatinine' }, value: { column: 'crea' }, unit: 'mg/dL' },
      ],
    };
    await run(folderOf({ 'a.nii': image(1), 'a.json': sidecar('MRN-4711') }), store);
    const folder = folderOf({ 'labs.csv': form('mrn-4711'), 'labs.mapping.json': JSON.stringify(mapping) });
    const report = await run(folder, store);
    expect(report.subjects).toMatchObject([{ created: true, facts: 1, issues: [{ code: 'identity-possible-match' }] }]);
    appendFileSync(join(folder, 'labs.csv'), 'other,2024-01-01,2.0\n');
    expect((await run(folder, store)).subjects.map(({ created }) => created)).toEqual([false, true]);
  });
});
