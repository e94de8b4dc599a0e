import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FileReport } from '../src/intake/importReport.ts';
import type { ChildResult } from './importChild.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

/** What must become of files whose fate is not a matter of taste. Others may be read or refused, with a reason. */
const fates: Record<string, string> = {
  'archive/zip_slip.zip': 'archive-path-unsafe',
  'archive/zip_bomb_1GiB.zip': 'archive-ratio',
  'nifti/bomb_1GiB.nii.gz': 'nifti-inflation',
  'nifti/dims_32767.nii.gz': 'nifti-too-large',
  'nifti/vox_huge.nii': 'nifti-offset-invalid',
  'nifti/datatype_999.nii': 'nifti-datatype-unsupported',
  'json/proto_pollution.fhir.json': 'json-forbidden-key',
  'vcf/no_header.vcf': 'format-unknown',
  'hl7/no_msh.hl7': 'format-unknown',
  'csv/formula_injection.csv': 'read',
  'dicom/empty.dcm': 'file-empty',
};

const child = join(import.meta.dirname, 'importChild.ts');

async function importApart(paths: string[]): Promise<ChildResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...paths], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as ChildResult;
}

/** Empty when the report of a file says what a person needs: read, or code, place and remedy. */
function lacks(report: FileReport | undefined): string {
  if (report === undefined) return 'not reported';
  if ('sources' in report) return report.sources.length > 0 ? '' : 'read, but no source';
  const issue = 'refused' in report ? report.refused : report.ignored;
  const stack = /\n\s+at |node:internal|\.ts:\d+/.test(issue.message);
  return [
    issue.code ? '' : 'no code',
    issue.place ? '' : 'no place',
    issue.remedy || issue.severity === 'info' ? '' : 'no remedy',
    stack ? 'a stack trace' : '',
  ]
    .filter((one) => one !== '')
    .join(', ');
}

function fateOf(report: FileReport | undefined): string {
  if (report === undefined) return 'not reported';
  if ('sources' in report) return 'read';
  return 'refused' in report ? report.refused.code : report.ignored.code;
}

function verdict(name: string, failed: boolean, note: string): Case {
  return { name, error: failed ? 1 : 0, tolerance: 0, note };
}

/** Does a reported path stand for this file: itself, or a member of it? */
function isOf(path: string, file: string): boolean {
  return path === file || path.startsWith(`${file}!/`);
}

const malformed: Conformance = {
  id: 'hostile-files',
  method: 'Import of damaged and hostile files: read or refused with code, place and remedy',
  oracle: 'INDEX.tsv of 100 malformed files (truncation, byte damage, bombs, traversal)',
  errorIs: 'verdict',
  needs: ['privacy/malformed/INDEX.tsv'],
  async run() {
    const folder = sharedData('privacy/malformed')!;
    const rows = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1);
    const names = rows.map((row) => row.split('\t')[0]!);
    const cases: Case[] = [];
    const all = await importApart([folder]);
    for (const name of names) {
      const reports = all.files.filter(({ path }) => isOf(path, name));
      const lack = reports.length === 0 ? 'not reported' : reports.map(lacks).find((one) => one !== '');
      cases.push(verdict(name, lack !== undefined, lack ?? reports.map(fateOf).join(', ')));
      const fate = fates[name];
      if (fate) {
        const got = reports.map(fateOf);
        cases.push(verdict(`${name}: ${fate}`, !got.includes(fate), got.join(', ')));
      }
    }
    cases.push(verdict('no temporary file stays', all.leftOver > 0, `${all.leftOver}`));
    cases.push(verdict('peak memory of all together < 512 MB', all.peakMemoryMb >= 512, `${all.peakMemoryMb} MB`));
    // Those that are not DICOM also one by one: time and memory of each.
    for (const name of names.filter((one) => !one.startsWith('dicom/'))) {
      const { milliseconds, peakMemoryMb } = await importApart([join(folder, name)]);
      const note = `${milliseconds.toFixed(0)} ms, ${peakMemoryMb.toFixed(0)} MB`;
      cases.push(verdict(`${name} alone < 2 s and < 512 MB`, milliseconds >= 2_000 || peakMemoryMb >= 512, note));
    }
    return cases;
  },
};

/** Collections in which nothing is promised but that every file is accounted for. */
function accounted(id: string, path: string, oracle: string): Conformance {
  return {
    id,
    method: 'Import of odd DICOM files: every file accounted for',
    oracle,
    errorIs: 'verdict',
    needs: [path],
    async run() {
      const folder = sharedData(path)!;
      const names = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
      const { files, peakMemoryMb } = await importApart([folder]);
      const cases = names.map((name) => {
        const reports = files.filter(({ path }) => isOf(path, name));
        const lack = reports.length === 0 ? 'not reported' : reports.map(lacks).find((one) => one !== '');
        return verdict(name, lack !== undefined, lack ?? reports.map(fateOf).slice(0, 5).join(', '));
      });
      return [...cases, verdict('peak memory < 512 MB', peakMemoryMb >= 512, `${peakMemoryMb} MB`)];
    },
  };
}

export default [
  malformed,
  accounted('hostile-pydicom', 'privacy/pydicom-test-files', 'pydicom test files (MIT)'),
  accounted('hostile-fo-dicom', 'imaging/dicom-malformed', 'fo-dicom files, one for each reported bug (MS-PL)'),
];
