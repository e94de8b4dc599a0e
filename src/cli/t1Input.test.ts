import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../intake/nifti/write.ts';
import { axialGrid } from '../voxels/testImage.ts';
import { t1Input } from './t1Input.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-t1-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function codesOf(name: string, shape: [number, number, number], spacing: [number, number, number]) {
  const path = join(folder, name);
  const voxels = shape[0] * shape[1] * shape[2];
  writeFileSync(path, writeNifti(axialGrid(shape, spacing), new Float32Array(voxels), { datatype: 'float32' }));
  return (await t1Input(path)).issues.map(({ code }) => code);
}

describe('a file that is named as a T1', () => {
  it('is told why nothing can be labelled in it, whatever its name says of its contrast', async () => {
    expect(await codesOf('one.nii', [1, 1, 1], [1, 1, 1])).toContain('t1-unsuitable');
    expect(await codesOf('coarse_T1w.nii', [40, 40, 40], [5, 5, 5])).toContain('t1-unsuitable');
    expect(await codesOf('fine_T1w.nii', [60, 60, 60], [2, 2, 2])).not.toContain('t1-unsuitable');
  });
});
