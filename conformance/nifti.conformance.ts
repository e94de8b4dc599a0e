import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sha256 } from '../src/dossier/canonical.ts';
import { openNifti } from '../src/intake/nifti/open.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const files = [
  ...['t1_crop', 'labels', 'avg152T1', 'avg152T1mask', 'mni2mm', 'fmri', 'dwi', 'T1_head_ext2'].map(
    (name) => `brain/img/${name}.nii.gz`,
  ),
  'imaging/dwi-uih/dti_tra_dir16_AP_9_134431.nii.gz',
  'misc/bids-ds003/sub-01/anat/sub-01_T1w.nii.gz',
  'misc/bids-ds003/sub-01/func/sub-01_task-rhymejudgment_bold.nii.gz',
  ...['T1', 'FL', 'T1_DLMUSE', 'FL_DLWMLS'].map((name) => `brain/nichart-sample1/sample1_${name}.nii.gz`),
];

/** Writes shape and affine as JSON on standard output and all values, i fastest, as float32 into a file. */
const script = `
import json, sys, nibabel, numpy
image = nibabel.load(sys.argv[1])
data = numpy.nan_to_num(numpy.asarray(image.dataobj, dtype=numpy.float64), nan=0, posinf=0, neginf=0)
data.astype(numpy.float32).ravel(order='F').tofile(sys.argv[2])
print(json.dumps({'shape': list(data.shape), 'affine': image.affine.ravel().tolist()}))
`;

function nibabelIsHere(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import nibabel'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const nifti: Conformance = {
  id: 'nifti-nibabel',
  method: 'NIfTI: shape, affine and every voxel after scaling',
  oracle: 'nibabel 5.0 (Debian, MIT) on 15 files: q/sform mixtures, scl_slope 0, label maps, 4D',
  errorIs: 'mm or value, absolute',
  needs: nibabelIsHere() ? files : [...files, 'python3-nibabel'],
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'idiograph-conformance-'));
    const cases: Case[] = [];
    try {
      for (const path of files) {
        const bytes = readFileSync(sharedData(path)!);
        const raw = join(folder, 'values');
        const told = execFileSync('/usr/bin/python3', ['-c', script, sharedData(path)!, raw], { encoding: 'utf8' });
        const { shape, affine } = JSON.parse(told) as { shape: number[]; affine: number[] };
        const image = await openNifti({ id: 'x', blob: sha256(bytes), path }, { bytes: async () => bytes });
        const name = `${basename(path)} ${sha256(bytes).slice(0, 8)}`;
        const padded = [...shape, 1, 1, 1].slice(0, 4);
        const same = padded.every((length, axis) => length === image.grid.shape[axis]);
        cases.push({ name: `${name} shape`, error: same ? 0 : 1, tolerance: 0, note: `${image.grid.shape}` });
        const affineError = Math.max(...affine.map((value, index) => Math.abs(value - image.grid.affineRas[index]!)));
        cases.push({ name: `${name} affine`, error: affineError, tolerance: 1e-6 });
        const values = new Float32Array(new Uint8Array(readFileSync(raw)).buffer);
        let error = 0;
        for (let t = 0, at = 0; t < image.grid.shape[3]; t++) {
          for (const value of await image.readVolume(t)) error = Math.max(error, Math.abs(value - values[at++]!));
        }
        cases.push({ name: `${name} values`, error, tolerance: 0 });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return cases;
  },
};

export default nifti;
