import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Grid } from '../src/dossier/grid.ts';
import { writeParametricMap } from '../src/exchange/dicom/parametricMap.ts';
import { writeSegmentation } from '../src/exchange/dicom/segmentation.ts';
import { apply } from '../src/voxels/affine.ts';
import type { Case, Conformance } from './method.ts';

/** Anisotropic, oblique about two axes, an odd number of voxels a plane, so that frames begin inside bytes. */
function oblique(): Grid {
  const [a, b] = [0.31, -0.22];
  const rx = [1, 0, 0, 0, Math.cos(a), -Math.sin(a), 0, Math.sin(a), Math.cos(a)];
  const rz = [Math.cos(b), -Math.sin(b), 0, Math.sin(b), Math.cos(b), 0, 0, 0, 1];
  const spacing = [1.7, -0.9, 3.1];
  const turn = (r: number, c: number) => [0, 1, 2].reduce((sum, k) => sum + rz[r * 3 + k]! * rx[k * 3 + c]!, 0);
  const row = (r: number, shift: number) => [...[0, 1, 2].map((c) => turn(r, c) * spacing[c]!), shift];
  return { shape: [13, 9, 7, 1], affineRas: [...row(0, -31.5), ...row(1, 42.25), ...row(2, 7.125), 0, 0, 0, 1] };
}

interface Read {
  patient: string;
  study: string;
  frame: string;
  references: number;
  segments: string[];
  frames: { segment: number; sum: number; centre: [number, number, number] }[];
}

const from = {
  header: { PatientID: 'EXAMPLE-1', PatientName: 'Example^Größe', StudyInstanceUID: '2.25.1', StudyDate: '20260101' },
  frameOfReference: '2.25.2',
  instances: [3, 4].map((one) => ({
    sopClass: '1.2.840.10008.5.1.4.1.1.4',
    sopInstance: `2.25.${one}`,
    series: '2.25.5',
    study: '2.25.1',
  })),
};
const said = {
  identity: ['conformance'],
  title: 'Example',
  label: 'EXAMPLE',
  madeAt: '2026-01-02T03:04:05Z',
  method: 'example 1.0.0',
  program: '0',
  seriesNumber: 9000,
};

async function run(): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-derived-'));
  try {
    mkdirSync(folder, { recursive: true });
    const grid = oblique();
    const count = grid.shape[0] * grid.shape[1] * grid.shape[2];
    const labels = Uint8Array.from({ length: count }, (_, at) => [0, 3, 0, 7, 7, 0, 3][(at * 5 + (at >> 4)) % 7]!);
    const values = Float32Array.from({ length: count }, (_, at) => Math.sin(at * 0.37) + 2);
    values[5] = Number.NaN;
    const algorithm = { type: 'AUTOMATIC' as const, name: 'example' };
    const segments = [
      { label: 'first', value: 3, algorithm, color: '#ff8000' },
      { label: 'second', value: 7, algorithm },
    ];
    const kind = { modality: 'MR', quantity: 'Example', unit: '/min' };
    const paths = ['seg.dcm', 'map.dcm'].map((name) => join(folder, name));
    writeFileSync(paths[0]!, writeSegmentation(labels, grid, segments, from, said));
    writeFileSync(paths[1]!, writeParametricMap(values, grid, kind, from, said));
    for (const path of paths) execFileSync('dcmdump', ['-q', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    const script = join(import.meta.dirname, 'dicom-oracle.py');
    const [seg, map] = JSON.parse(execFileSync('/usr/bin/python3', [script, ...paths], { encoding: 'utf8' })) as [
      Read,
      Read,
    ];
    const labelled = (value: number) => (at: number) => (labels[at] === value ? 1 : 0);
    return [
      ...compare(
        'segment first',
        grid,
        labelled(3),
        seg.frames.filter((one) => one.segment === 1),
      ),
      ...compare(
        'segment second',
        grid,
        labelled(7),
        seg.frames.filter((one) => one.segment === 2),
      ),
      ...compare('map', grid, (at) => (Number.isFinite(values[at]!) ? values[at]! : 0), map.frames),
      verdict('names of segments', seg.segments.join() === 'first,second'),
      verdict(
        'patient, study, frame of reference and references',
        [seg, map].every(
          (one) =>
            one.patient === 'EXAMPLE-1' && one.study === '2.25.1' && one.frame === '2.25.2' && one.references === 2,
        ),
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function verdict(name: string, holds: boolean): Case {
  return { name, error: holds ? 0 : 1, tolerance: 0 };
}

/** Sum and centre in the patient of each plane, from our grid and from what the other reader found. */
function compare(name: string, grid: Grid, value: (at: number) => number, frames: Read['frames']): Case[] {
  const [ni, nj, nk] = grid.shape;
  let worst = frames.length === nk ? 0 : Infinity;
  for (let k = 0; k < Math.min(nk, frames.length); k++) {
    let sum = 0;
    let [ci, cj] = [0, 0];
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) {
        const here = value(i + ni * (j + nj * k));
        sum += here;
        ci += i * here;
        cj += j * here;
      }
    const [x, y, z] = apply(grid.affineRas, [ci / sum, cj / sum, k]);
    const { sum: theirs, centre } = frames[k]!;
    worst = Math.max(worst, Math.abs(sum - theirs) / sum);
    for (const [at, ours] of [-x, -y, z].entries()) worst = Math.max(worst, Math.abs(ours - centre[at]!));
  }
  return [{ name: `${name}: sums and centres of ${nk} planes`, error: worst, tolerance: 1e-5 }];
}

const conformance: Conformance = {
  id: 'dicom-derived',
  method: 'DICOM segmentations and parametric maps that we write',
  oracle: 'pydicom and dcmtk dcmdump (Debian), which read them',
  errorIs: 'mm of the centre and relative difference of the sum of a plane',
  needs: [],
  commands: ['dcmdump', 'pydicom'],
  run,
};

export default conformance;
