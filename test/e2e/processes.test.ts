import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { idiograph, launcher } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answers = `instrument,item,answer,date\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((item) => `PHQ-9,${item},1,2026-01-05\n`).join('')}`;
const input = join(folder, 'input');
mkdirSync(input);
writeFileSync(join(input, 'answers.csv'), answers);
const asOf = ['--as-of', '2026-01-06'];

describe('signals and pipes', () => {
  it('Ctrl-C while files are read ends with 130 and a sentence; the next run goes on', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let n = 0; n < 3000; n++) writeFileSync(join(many, `${n}.csv`), answers.replaceAll('2026-01-05', day(n)));
    const out = join(folder, 'many-out');
    const child = spawn(process.execPath, [launcher, 'run', many, '--out', out, ...asOf, '--json']);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    // The data folder appears when the program has started and reading begins.
    while (!there(join(out, 'data'))) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code, said).toBe(130);
    expect(said).toContain('interrupted');
    expect(said).not.toMatch(/\n\s+at /);
  }, 30_000);

  it('goes on when nobody reads what it says', async () => {
    const out = join(folder, 'piped-out');
    const child = spawn(process.execPath, [launcher, 'run', input, '--out', out, ...asOf]);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect(code, said).toBe(0);
    expect(said).not.toContain('EPIPE');
    expect(readdirSync(out)).toContain('report.html');
  }, 30_000);
});

describe('several at once on one data folder', () => {
  it('one new patient is one subject, whoever comes first', async () => {
    const data = join(folder, 'shared');
    const runs = await Promise.all([1, 2, 3].map(() => idiograph('import', input, '--data', data, '--json')));
    const ids = runs.map(({ code, stdout, stderr }) => {
      expect(code, stderr).toBe(0);
      return (JSON.parse(stdout) as { subjects: { subject: string }[] }).subjects.map(({ subject }) => subject);
    });
    expect(new Set(ids.flat())).toEqual(new Set(['S0001']));
    expect((await idiograph('doctor', '--deep', '--data', data)).code).toBe(0);
  }, 60_000);

  it('a backup and an erasure during a run leave whole stores', async () => {
    const out = join(folder, 'disturbed');
    const data = join(out, 'data');
    const running = idiograph('run', input, '--out', out, ...asOf);
    while (!there(join(data, 'blobs'))) await new Promise((resolve) => setTimeout(resolve, 5));
    const copy = await idiograph('backup', join(folder, 'copy'), '--data', data);
    const erased = await idiograph('erase', 'S0001', '--reason', 'asked', '--data', data);
    const { code, stdout, stderr } = await running;
    expect([copy.code, erased.code], copy.stderr + erased.stderr).toEqual([0, 0]);
    expect(stdout + stderr).not.toMatch(/error in the program|\n\s+at /);
    // Either the run was through before, or it says that the subject is gone.
    if (code !== 0) expect(stderr).toContain('S0001');
    for (const store of [join(folder, 'copy'), data]) {
      const { code: health, stderr: told } = await idiograph('doctor', '--deep', '--data', store);
      expect(health, told).toBe(0);
    }
    expect(there(join(data, 'blobs', 'S0001'))).toBe(false);
  }, 60_000);
});

describe('folders', () => {
  it('its own results and data are no input, even in the folder that is read', async () => {
    const here = join(folder, 'here');
    cpSync(input, here, { recursive: true });
    const inside = join(here, 'out');
    expect((await idiograph('run', here, '--out', inside, ...asOf)).code).toBe(0);
    const first = readFileSync(join(inside, 'findings.json'), 'utf8');
    const { stdout } = await idiograph('run', here, '--out', inside, ...asOf, '--json');
    const { files, analyses } = JSON.parse(stdout) as { files: { path: string; format?: string }[]; analyses: object };
    expect(files.filter((file) => file.format !== undefined).map((file) => file.path)).toEqual(['answers.csv']);
    expect(analyses).toMatchObject({ computed: 0, failed: 0 });
    expect(readFileSync(join(inside, 'findings.json'), 'utf8')).toBe(first);
  }, 30_000);

  it('a folder without a readable file ends with 3 and findings.json says why, file by file', async () => {
    const path = join(folder, 'unreadable');
    mkdirSync(path);
    writeFileSync(join(path, 'scan.dcm'), 'no DICOM');
    writeFileSync(join(path, 'empty.nii'), '');
    const out = join(folder, 'unreadable-out');
    expect((await idiograph('run', path, '--out', out, ...asOf)).code).toBe(3);
    const { subjects, findings, issues } = JSON.parse(readFileSync(join(out, 'findings.json'), 'utf8'));
    expect([subjects, findings]).toEqual([[], []]);
    expect(issues.map((issue: { place: string }) => issue.place).sort()).toEqual(['empty.nii', 'scan.dcm']);
    for (const issue of issues) expect(issue.remedy, issue.code).toBeTruthy();
  }, 30_000);

  it('takes away the reports of an earlier run that no longer hold, and nothing else', async () => {
    const two = join(folder, 'two');
    for (const name of ['a', 'b']) {
      mkdirSync(join(two, name), { recursive: true });
      writeFileSync(join(two, name, 'answers.csv'), answers.replaceAll(',1,', name === 'a' ? ',1,' : ',2,'));
    }
    const out = join(folder, 'two-out');
    expect((await idiograph('run', two, '--out', out, ...asOf)).code).toBe(0);
    expect(readdirSync(out)).toContain('report-S0002.html');
    writeFileSync(join(out, 'notes.txt'), 'mine');
    rmSync(join(out, 'data'), { recursive: true });
    expect((await idiograph('run', two, '--out', out, '--as-one-patient', ...asOf)).code).toBe(0);
    const names = readdirSync(out).filter((name) => name !== 'artifacts');
    expect(names.sort()).toEqual([
      'bundle.fhir.json',
      'data',
      'findings.json',
      'notes.txt',
      'plan.json',
      'report.html',
    ]);
  }, 60_000);
});

function day(n: number): string {
  return new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10);
}

function there(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}
