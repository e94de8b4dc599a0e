import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missesOf } from '../../examples/checkTruth.ts';
import type { ExampleTruth } from '../../examples/truth.ts';
import { openStore } from '../../src/store/open.ts';
import { validateFhir } from '../fhir-validator.ts';
import { idiograph, type Outcome } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-demo-'));
const out = join(folder, 'out');
let demo: Outcome;

const json = (...path: string[]) => JSON.parse(readFileSync(join(out, ...path), 'utf8'));

beforeAll(async () => {
  demo = await idiograph('demo', '--no-serve', '--out', out, '--json');
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it('ends well and prints one JSON document', () => {
    expect(demo.stderr).not.toMatch(/\bat .*\.ts:\d+/);
    expect(demo.code, demo.stderr).toBe(0);
    const { reports } = JSON.parse(demo.stdout) as { reports: { patient: string }[] };
    expect(reports.map((one) => one.patient).slice(0, 3)).toEqual(['psychiatry', 'oncology', 'pain']);
  });

  it.each(['psychiatry', 'oncology', 'pain'])('the truth of %s comes back', async (patient) => {
    const truth = json('patients', 'truth', `${patient}.json`) as ExampleTruth;
    const store = await openStore({ engine: 'sqlite', directory: join(out, patient, 'data') }, { readOnly: true });
    try {
      const reader = store.reading({ purpose: 'quality', actor: 'test' });
      const [subject] = await reader.subjects();
      const { findings, regions } = await reader.dossier(subject.id);
      const safetyChecks = await reader.list(subject.id, 'safety-check');
      const recommendations = await reader.list(subject.id, 'recommendation');
      expect(missesOf(truth, { findings, regions, safetyChecks, recommendations })).toEqual([]);
    } finally {
      await store.close();
    }
  });

  it.each([
    'psychiatry',
    'oncology',
    'pain',
  ])('%s: quantities are numbers, the label synthetic is everywhere', (patient) => {
    const { findings, subjects } = json(patient, 'findings.json');
    expect(findings.length).toBeGreaterThan(20);
    for (const finding of findings) if (finding.unit !== undefined) expect(typeof finding.value).toBe('number');
    expect(subjects).toMatchObject([{ synthetic: true }]);
    expect(readFileSync(join(out, patient, 'report.html'), 'utf8')).toContain('SYNTHETIC');
    expect(json(patient, 'plan.json').subjects).toMatchObject([{ synthetic: true }]);
  });

  it.each([
    'psychiatry',
    'oncology',
    'pain',
  ])('%s: the FHIR bundle is valid, required bindings included', async (patient) => {
    expect(await validateFhir(json(patient, 'bundle.fhir.json'))).toEqual([]);
  });

  it('the real series is kept, drawn and not segmented by the network of the phantoms', () => {
    const { findings, issues } = json('real-brain-series', 'findings.json');
    expect(findings.map((one: { measure: { code: string } }) => one.measure.code)).toContain('image-geometry');
    expect(findings.map((one: { measure: { code: string } }) => one.measure.code)).not.toContain(
      'intracranial-volume-estimate',
    );
    expect(issues.length).toBeGreaterThan(0);
  });
});

describe('a second run of one patient', () => {
  it('computes nothing and writes equal bytes', async () => {
    const files = ['report.html', 'findings.json', 'plan.json', 'bundle.fhir.json'];
    const before = files.map((name) => readFileSync(join(out, 'psychiatry', name), 'utf8'));
    const truth = json('patients', 'truth', 'psychiatry.json') as ExampleTruth;
    const again = await idiograph(
      'run',
      join(out, 'patients', 'psychiatry'),
      '--out',
      join(out, 'psychiatry'),
      '--as-of',
      truth.asOf,
      '--packs',
      join(out, 'packs'),
      '--purpose',
      'demonstration',
      '--json',
    );
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ analyses: { computed: 0, failed: 0 } });
    expect(files.map((name) => readFileSync(join(out, 'psychiatry', name), 'utf8'))).toEqual(before);
  }, 60_000);

  it('gives the same in a fresh data folder with another number of workers', async () => {
    const fresh = join(folder, 'fresh');
    const truth = json('patients', 'truth', 'oncology.json') as ExampleTruth;
    const args = ['--as-of', truth.asOf, '--packs', join(out, 'packs'), '--workers', '0', '--purpose', 'demonstration'];
    const run = await idiograph('run', join(out, 'patients', 'oncology'), '--out', fresh, ...args);
    expect(run.code, run.stderr).toBe(0);
    // FHIR demands the time at which a run was recorded; everything else is the same.
    const read = (path: string) => readFileSync(path, 'utf8').replace(/"recorded": "[^"]*"/g, '');
    for (const name of ['report.html', 'findings.json', 'plan.json', 'bundle.fhir.json']) {
      expect(read(join(fresh, name)) === read(join(out, 'oncology', name)), name).toBe(true);
    }
  }, 60_000);
});

describe('what a user asks next', () => {
  const data = () => join(out, 'pain', 'data');

  it('why walks a plan line back to files and a source forward to the plan', async () => {
    const [line] = json('pain', 'plan.json').recommendations;
    const back = await idiograph('why', line.id, '--data', data());
    expect(back.code).toBe(0);
    expect(back.stdout).toMatch(/record\/bundle\.json/);
    expect(back.stdout).toMatch(/[0-9a-f]{64}/);
    const { findings } = json('pain', 'findings.json');
    const finding = findings.find((one: { measure: { code: string } }) => one.measure.code === 'phq-9.item-9');
    const forward = await idiograph('why', finding.id, '--data', data(), '--json');
    expect(JSON.stringify(JSON.parse(forward.stdout).usedBy)).toContain('safe-');
  });

  it('verify finds all as kept, and names a line that was changed', async () => {
    const pain = join(out, 'pain');
    expect((await idiograph('verify', pain)).code).toBe(0);
    const changed = join(folder, 'changed');
    cpSync(pain, changed, { recursive: true });
    const findings = readFileSync(join(changed, 'findings.json'), 'utf8');
    writeFileSync(join(changed, 'findings.json'), findings.replace('"value": 7,', '"value": 6,'));
    const wrong = await idiograph('verify', changed, '--data', data());
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('says something else');
  });

  it('doctor, backup, restore, export and erase go through', async () => {
    expect((await idiograph('doctor', '--data', data(), '--deep')).code).toBe(0);
    expect((await idiograph('backup', join(folder, 'backup'), '--data', data())).code).toBe(0);
    const copy = join(folder, 'restored');
    expect((await idiograph('restore', join(folder, 'backup'), '--data', copy)).code).toBe(0);
    const exported = await idiograph(
      'export',
      '--data',
      copy,
      '--out',
      join(folder, 'export'),
      '--purpose',
      'patient-request',
      '--json',
    );
    expect(exported.code, exported.stderr).toBe(0);
    expect(JSON.parse(exported.stdout).files).toBeGreaterThan(0);
    expect((await idiograph('erase', 'S0001', '--data', copy, '--reason', 'asked for')).code).toBe(0);
    const gone = await idiograph('plan', '--data', copy);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toContain('no subject');
  }, 60_000);

  it('a recorded safety action closes a question once it is old, and never before', async () => {
    const copy = join(folder, 'noted');
    cpSync(data(), copy, { recursive: true });
    const check = json('pain', 'plan.json').safetyChecks.find((one: { check: string }) => one.check === 'suicidality');
    const plan = async (asOf: string) => {
      const { stdout } = await idiograph('plan', '--data', copy, '--as-of', asOf, '--json');
      const { safetyChecks } = JSON.parse(stdout) as {
        safetyChecks: { check: string; urgency: string; state: string }[];
      };
      return safetyChecks
        .filter((one) => one.check.startsWith('suicidality'))
        .map((one) => `${one.state} ${one.urgency}`);
    };
    expect(await plan('2027-03-01')).toContain('positive historic');
    const noted = await idiograph(
      'note',
      check.id,
      '--data',
      copy,
      '--type',
      'safety-action',
      '--text',
      'Spoke with the person',
      '--role',
      'clinician',
    );
    expect(noted.code, noted.stderr).toBe(0);
    expect(await plan('2027-03-01')).not.toContain('positive historic');
    expect((await idiograph('note', check.id, '--data', copy)).code).toBe(2);
  }, 60_000);

  it('reanalyse finds nothing to do without an update', async () => {
    const found = await idiograph('reanalyse', '--data', data(), '--packs', join(out, 'packs'), '--json');
    expect(JSON.parse(found.stdout)).toMatchObject([{ stale: [], changes: [] }]);
  });
});
