/**
 * Damaged, hostile and odd DICOM files, each read the whole way to pixels and regions in a process of its own: read, or
 * refused with code, place and remedy; never a crash; under 2 s a file and 512 MB in all.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { untar } from './dicomFolder.ts';
import type { HostileResult } from './dicomHostileRun.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

/** Files that must be refused or warned about, with the code that says why. */
const expected: Record<string, string> = {
  'deflate_bomb_512MiB.dcm': 'inflation-limit',
  'nested_sq_20000.dcm': 'sequence-too-deep',
  'rows65535_short.dcm': 'image-too-large',
  'rle_bad_offset.dcm': 'rle-broken',
  'bits_0.dcm': 'pixel-data-short',
  'preamble_only.dcm': 'dicom-empty',
  'MR_truncated.dcm': 'pixel-data-short',
};

async function run(): Promise<Case[]> {
  const fo = untar(sharedData('imaging/dicom-malformed/fo-dicom.tar.gz')!);
  try {
    const folders = [
      sharedData('privacy/malformed/dicom')!,
      sharedData('privacy/malformed/dicomdir')!,
      sharedData('privacy/pydicom-test-files')!,
      fo.folder,
    ];
    const output = execFileSync(process.execPath, [join(import.meta.dirname, 'dicomHostileRun.ts'), ...folders], {
      maxBuffer: 2 ** 28,
      encoding: 'utf8',
    });
    const { results, maxRssMb } = JSON.parse(output) as { results: HostileResult[]; maxRssMb: number };
    const cases = results.flatMap((one) => casesOf(one));
    for (const [name, code] of Object.entries(expected)) {
      const found = results.find((one) => one.path.endsWith(`/${name}`));
      cases.push({
        name: `${name}: ${code}`,
        error: found?.refusals.some((issue) => issue.code === code) ? 0 : 1,
        tolerance: 0,
        note: JSON.stringify(found?.refusals),
      });
    }
    const climbing = results.find((one) => one.path.includes('traversal_backslash'));
    cases.push({
      name: 'DICOMDIR that climbs out: said and not followed',
      error: climbing?.note.includes('path-outside') ? 0 : 1,
      tolerance: 0,
    });
    cases.push({ name: 'largest memory of the whole run, MB', error: maxRssMb, tolerance: 512 });
    return cases;
  } finally {
    fo.remove();
  }
}

function casesOf(one: HostileResult): Case[] {
  const name = one.path.split('/').slice(-2).join('/');
  const complete = one.refusals.every((issue) => issue.code && issue.message && issue.place && issue.remedy);
  return [
    {
      name: `${name}: ${one.outcome}`,
      error: one.outcome === 'crashed' || !complete ? 1 : 0,
      tolerance: 0,
      note: `${one.note} ${JSON.stringify(one.refusals)}`,
    },
    { name: `${name}: seconds`, error: one.milliseconds / 1000, tolerance: 2 },
  ];
}

const conformance: Conformance = {
  id: 'dicom-hostile',
  method: 'Guards of the DICOM reader (src/intake/dicom)',
  oracle:
    'own damaged and hostile files, pydicom and fo-dicom regression files (MIT, MS-PL): read or refused with a reason',
  errorIs: 'verdict, s or MB',
  needs: [
    'privacy/malformed/dicom',
    'privacy/malformed/dicomdir',
    'privacy/pydicom-test-files',
    'imaging/dicom-malformed/fo-dicom.tar.gz',
  ],
  commands: ['tar'],
  run,
};

export default conformance;
