/**
 * A store of 20,000 patients (one of them with 10,000 findings): what the list, a page and an import wait for. Milliseconds,
 * median; the bars are those of the workspace. `PATIENTS=2000` makes it quick. No peer: nobody publishes such a figure.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFolder } from '../src/intake/import.ts';
import { openRoster } from '../src/server/roster/roster.ts';
import { openStore } from '../src/store/open.ts';
import {
  sampleFact,
  sampleFinding,
  sampleIdentity,
  sampleImport,
  sampleRun,
  sampleSource,
  sampleSubject,
} from '../src/store/samples.ts';

const patients = Number(process.env['PATIENTS'] ?? 20_000);
const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
const store = await openStore({ engine: 'sqlite', directory: join(folder, 'data') });
const access = { purpose: 'quality' as const, actor: 'bench' };
const reader = store.reading(access);

async function patient(index: number) {
  const subject = await store.nextSubjectId();
  const { sha256 } = await store.putBlob(subject, Buffer.from(`file ${index}`), 'text/csv');
  const name = `Müller${index % 997} Anna`;
  const birthDate = `19${10 + (index % 80)}-0${1 + (index % 9)}-1${index % 9}`;
  const source = sampleSource(subject, sha256, { modality: index % 2 ? 'MR' : 'genome', acquiredAt: '2024-05-01' });
  const findings = Array.from({ length: index === 0 ? 10_000 : 10 }, (_, measure) =>
    sampleFinding(subject, `run-${subject}`, `measure-${measure}`, measure, [source.id]),
  );
  return [
    sampleSubject(subject, name),
    sampleIdentity(subject, `MRN-${100_000 + index}`, { name, birthDate }),
    sampleImport(subject),
    source,
    ...Array.from({ length: 6 }, (_, value) => sampleFact(source, value)),
    sampleRun(subject, `run-${subject}`, [source.id], findings),
    ...findings,
  ];
}

async function report(what: string, barMs: number, work: () => Promise<unknown>, times = 15): Promise<void> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    all.push(performance.now() - start);
  }
  const median = all.sort((a, b) => a - b)[Math.floor(times / 2)]!;
  console.log(`${what.padEnd(44)} ${median.toFixed(2).padStart(9)} ms   bar ${barMs} ms`);
}

try {
  for (let start = 0; start < patients; start += 100) {
    const some = Array.from({ length: Math.min(100, patients - start) }, (_, i) => patient(start + i));
    await store.write((await Promise.all(some)).flat());
  }
  console.log(`${patients} patients, ${await reader.sequence()} records`);
  await report('has anything changed (sequence)', 1, () => reader.sequence(), 999);
  await report('all subjects', 200, () => reader.subjects());
  await report('a dossier of 10,000 findings', 100, () => reader.dossier('S0001'));
  await report('a dossier of 10 findings', 5, () => reader.dossier('S0002'));
  const roster = openRoster(store, access);
  const as = { access, identity: true };
  await report('the list is read for the first time', 3_000, () => roster.search({}, as), 1);
  await report('search by name', 20, () => roster.search({ text: 'mueller12 ann' }, as));
  await report('search by number', 20, () => roster.search({ text: 'mrn-1000' }, as));
  await report('the last page, by date of birth', 20, () => roster.search({ sort: 'born', offset: patients - 50 }, as));
  let changed = 0;
  await report('search after a change', 100, async () => {
    await store.write([sampleSubject('S0003', `changed ${++changed}`)]);
    await roster.search({ text: 'changed' }, as);
  });
  await report(
    'import of one new patient',
    1_000,
    async () => {
      writeFileSync(join(folder, 'patient.json'), JSON.stringify({ id: `new ${++changed}` }));
      writeFileSync(
        join(folder, 'answers.csv'),
        `instrument,item,answer,date\nPHQ-9,1,2,2024-05-01\nPHQ-9,${changed},1,\n`,
      );
      const paths = [join(folder, 'patient.json'), join(folder, 'answers.csv')];
      await importFolder(paths, store, { actor: 'bench', at: '2026-01-01T00:00:00Z', threads: 1 });
    },
    5,
  );
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
