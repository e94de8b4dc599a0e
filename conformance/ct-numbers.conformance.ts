import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreCalcium } from '../src/imaging/ct/calcium.ts';
import { inRange, lungDensity } from '../src/imaging/ct/densities.ts';
import { type CtKnowledge, ctFile } from '../src/imaging/ct/knowledge.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { boxed } from '../src/voxels/mask.ts';
import { axialGrid } from '../src/voxels/testImage.ts';
import type { Case, Conformance } from './method.ts';

/** Smooth waves from -1024 to 700 HU with noise of a linear congruence: lesions of every size and many that touch by corners. */
function phantom(count: number, [ni, nj]: readonly number[]): Float32Array {
  let seed = 12345;
  return Float32Array.from({ length: count }, (_, at) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const [i, j, k] = [at % ni!, Math.floor(at / ni!) % nj!, Math.floor(at / (ni! * nj!))];
    const wave = Math.sin(i / 3.1 + k) * Math.cos(j / 4.3) * Math.sin((i + j) / 7);
    return Math.round(Math.max(-1024, wave * 900 - 200 + (seed / 2 ** 32 - 0.5) * 300));
  });
}

async function run(): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-ct-'));
  try {
    const shape = [61, 47, 9] as const;
    const spacing = [0.48, 0.52, 2.5] as const;
    const count = shape[0] * shape[1] * shape[2];
    const values = phantom(count, shape);
    writeFileSync(join(folder, 'values.raw'), new Uint8Array(values.buffer));
    const script = join(import.meta.dirname, 'ct-oracle.py');
    const args = [script, join(folder, 'values.raw'), ...shape.map(String), ...spacing.map(String)];
    const theirs = JSON.parse(execFileSync('/usr/bin/python3', args, { encoding: 'utf8' })) as Record<string, number>;
    const { calcium, lung, tissues } = loadKnowledge(ctFile).data as unknown as CtKnowledge;
    const mask = boxed(new Uint8Array(count).fill(1), axialGrid([...shape], [...spacing]));
    const voxel = spacing[0] * spacing[1] * spacing[2];
    const scored = scoreCalcium(mask, values, spacing, calcium);
    const muscle = inRange(values, tissues.find(({ id }) => id === 'muscle')!.rangeHu, voxel);
    const density = lungDensity(values, voxel, lung);
    const ours: Record<string, number> = {
      agatston: scored.agatston,
      calciumMm3: scored.volumeMm3,
      muscleMl: muscle.volumeMl,
      muscleHu: muscle.meanHu!,
      laa: density.lowAttenuationPercent,
      perc15: density.percentileHu,
      mass: density.massG,
    };
    return Object.entries(theirs).map(([name, value]) => ({
      name: `${name} ${value.toPrecision(6)}`,
      error: Math.abs(ours[name]! - value) / Math.abs(value),
      tolerance: 1e-9,
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const conformance: Conformance = {
  id: 'ct-numbers',
  method: 'Agatston score, tissue by attenuation, lung density',
  oracle: 'numpy and scipy.ndimage (Debian) on a phantom made here',
  errorIs: 'relative',
  needs: [],
  // Of nibabel, whose package brings numpy and scipy.
  commands: ['nib-dicomfs'],
  run,
};

export default conformance;
