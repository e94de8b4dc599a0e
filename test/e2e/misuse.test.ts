import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { idiograph } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-misuse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = (name: string, content: Record<string, string>) => {
  const path = join(folder, name);
  for (const [file, text] of Object.entries(content)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
};

describe('broken use ends with code 2, a reason and a remedy, never a stack trace', () => {
  it.each([
    [['fly']],
    [['run']],
    [['run', join(folder, 'absent'), '--out', join(folder, 'out')]],
    [['run', folder]],
    [['run', folder, '--out', join(folder, 'out'), '--as-of', 'yesterday']],
    [['run', folder, '--out', join(folder, 'out'), '--as-of', '2026-02-31']],
    [['run', '', '--out', join(folder, 'out')]],
    [['run', folder, '--out', '']],
    [['import', folder, '--data', '']],
    [['audit', 'list', '--from', '03/04/2026', '--data', folder]],
    [['constructor']],
    [['run', folder, '--out', join(folder, 'out'), '--colour', 'red']],
    [['why', 'find-0', '--data', join(folder, 'absent')]],
    [['packs', 'add', 'meshnet-18']],
    [['erase', 'S0001', '--data', join(folder, 'absent')]],
  ])('%j', async (args) => {
    const { code, stderr, stdout } = await idiograph(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/idiograph/);
    expect(stderr + stdout).not.toMatch(/\n\s+at /);
  });
});

it('verify of files that are no outputs is broken use, whatever they hold', async () => {
  for (const text of ['no JSON', '{}', '{"findings": [null]}']) {
    const out = files('no-output', { 'findings.json': text, 'plan.json': '{}' });
    const { code, stderr } = await idiograph('verify', out);
    expect(code).toBe(2);
    expect(stderr).toMatch(/findings\.json cannot be read as an output/);
  }
});

it('with --json an error is one document on standard output', async () => {
  const { code, stdout } = await idiograph('why', 'find-0', '--data', join(folder, 'absent'), '--json');
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-found', remedy: expect.any(String) } });
});

describe('data that cannot be read', () => {
  it('a folder with nothing in it that is known ends with code 3 and a reason per file', async () => {
    const path = files('nothing', { 'notes.txt': 'hello', 'picture.jpg': '\u00ff\u00d8 no picture' });
    const { code, stderr } = await idiograph('run', path, '--out', join(folder, 'nothing-out'));
    expect(code).toBe(3);
    expect(stderr).toContain('Remedy');
  });

  it('one broken file does not keep the rest from a report', async () => {
    const path = files('mixed', {
      'answers.csv': 'instrument,item,answer,date\nPHQ-9,1,1,2026-01-05\nPHQ-9,9,2,2026-01-05\n',
      'broken.json': '{"resourceType":"Bundle","entry":[',
      'broken.vcf': '##fileformat=VCFv4.2\nno header line\n',
    });
    const { code, stdout, stderr } = await idiograph(
      'run',
      path,
      '--out',
      join(folder, 'mixed-out'),
      '--as-of',
      '2026-01-06',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const document = JSON.parse(stdout) as { issues: { code: string; place?: string; remedy?: string }[] };
    const refused = document.issues.filter((one) => one.place?.startsWith('broken'));
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const one of refused) expect(one.remedy, one.code).toBeTruthy();
  });

  it('two people in one folder give two reports, a banner and no joined line', async () => {
    const patient = (id: string, drug: string) =>
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
          {
            resource: {
              resourceType: 'Patient',
              id,
              identifier: [{ system: 'urn:test', value: id }],
              gender: 'female',
              birthDate: '1980-01-01',
            },
          },
          {
            resource: {
              resourceType: 'MedicationStatement',
              id: `${id}-m`,
              status: 'active',
              subject: { reference: `Patient/${id}` },
              medicationCodeableConcept: { text: drug },
              dateAsserted: '2026-01-01',
            },
          },
        ],
      });
    const path = files('two', { 'a.json': patient('one', 'tramadol'), 'b.json': patient('two', 'clonazepam') });
    const out = join(folder, 'two-out');
    const { code, stdout, stderr } = await idiograph('run', path, '--out', out, '--as-of', '2026-01-06', '--json');
    expect(code, stderr).toBe(0);
    const document = JSON.parse(stdout) as { subjects: { subject: { composite: boolean } }[] };
    expect(document.subjects).toHaveLength(2);
    expect(stderr).toContain('2 identities');
    const joined = await idiograph(
      'run',
      path,
      '--out',
      join(folder, 'joined-out'),
      '--as-of',
      '2026-01-06',
      '--as-one-patient',
      '--json',
    );
    expect(JSON.parse(joined.stdout).subjects).toMatchObject([{ subject: { composite: true } }]);
    expect(stderr).not.toMatch(/tramadol together with clonazepam/i);
    expect(joined.stderr).toMatch(/tramadol together with clonazepam/i);
  }, 60_000);
});
