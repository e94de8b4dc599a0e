import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleFile, type ExamplePatient, exampleDay } from '../../examples/patient.ts';
import type { Issue } from '../../src/dossier/issue.ts';
import { badCases, recordOfTwo } from './badCases.ts';
import { idiograph, type Outcome } from './cli.ts';

interface Findings {
  subjects: { id: string; label: string }[];
  findings: { subject: string; measure: { code: string }; value: unknown; issues: Issue[] }[];
  issues: (Issue & { subject?: string })[];
}

const top = mkdtempSync(join(tmpdir(), 'idiograph-bad-'));
const out = join(top, 'out');
let run: Outcome;
let document: Findings;
afterAll(() => rmSync(top, { recursive: true, force: true }));

const patientOf = (index: number): ExamplePatient => ({
  id: `SYN-BAD-${index}`,
  dicomName: `SYNTHETIC^BAD${index}`,
  sex: 'female',
  birthDate: '1980-05-14',
  ageYears: 46,
  weightKg: 74,
  heightM: 1.67,
});

function write(folder: string, files: readonly ExampleFile[]): void {
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

const findingsOf = (folder: string): Findings => JSON.parse(readFileSync(join(folder, 'findings.json'), 'utf8'));

// All patients in one folder and one run: what is wrong with one must not touch another.
beforeAll(async () => {
  for (const [index, { name, files, declaration }] of badCases.entries()) {
    const patient = patientOf(index);
    const declared = declaration ?? JSON.stringify({ id: patient.id, label: name, synthetic: true });
    write(join(top, 'in', name), [...files(patient), { path: 'patient.json', bytes: Buffer.from(declared) }]);
  }
  run = await idiograph('run', join(top, 'in'), '--out', out, '--as-of', exampleDay);
  document = findingsOf(out);
}, 120_000);

it('ends well, without a stack trace and without a failed analysis', () => {
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).not.toMatch(/\n\s+at /);
  expect(run.stdout).not.toMatch(/\d failed/);
  expect(document.issues.filter(({ code }) => /crashed|internal/.test(code))).toEqual([]);
});

it('gives every warning and error a remedy and every error a place', () => {
  for (const issue of document.issues) {
    if (issue.severity === 'info') continue;
    expect(issue.remedy, `${issue.code}: ${issue.message}`).toBeTruthy();
    if (issue.severity === 'error') expect(issue.place, `${issue.code}: ${issue.message}`).toBeTruthy();
  }
});

describe.each(badCases)('$name', ({ name, says, goesOn, never }) => {
  it('is said with a remedy, in findings.json and in the report; the rest goes on', () => {
    const subject = document.subjects.find(({ label }) => label === name)?.id;
    const findings = document.findings.filter((finding) => finding.subject === subject);
    const issues = [
      ...document.issues.filter((issue) => issue.subject === subject || issue.place?.startsWith(`${name}/`)),
      ...findings.flatMap((finding) => finding.issues),
    ];
    const pages = readdirSync(out).filter((file) => file.endsWith('.html'));
    const text = pages.map((file) => plainText(readFileSync(join(out, file), 'utf8'))).join('\n');
    for (const code of says) {
      const said = issues.find((issue) => issue.code === code);
      expect(said, `${code} among ${issues.map((issue) => issue.code).join(', ')}`).toBeDefined();
      expect(said?.remedy).toBeTruthy();
      expect(text.includes(said!.message), `the report says: ${said!.message}`).toBe(true);
    }
    const measured = findings.filter(({ value }) => value !== null).map(({ measure }) => measure.code);
    if (goesOn !== undefined) expect(measured).toContain(goesOn);
    if (never !== undefined) expect(measured).not.toContain(never);
  });
});

it('two people in one file become two subjects with a banner and no joined line', async () => {
  const folder = join(top, 'two');
  write(folder, recordOfTwo(patientOf(100)));
  const both = await idiograph('run', folder, '--out', join(top, 'two-out'), '--as-of', exampleDay);
  expect(both.code, both.stderr).toBe(0);
  const { subjects, issues } = findingsOf(join(top, 'two-out'));
  expect(subjects).toHaveLength(2);
  const banners = issues.filter(({ code }) => code === 'several-identities');
  expect(new Set(banners.map(({ subject }) => subject)).size).toBe(2);
  for (const banner of banners) expect(banner.remedy).toBeTruthy();
  expect(both.stdout).not.toMatch(/tramadol together with clonazepam/i);
}, 30_000);

function plainText(html: string): string {
  return html
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
