import { describe, expect, it } from 'vitest';
import type { Grid } from '../../dossier/grid.ts';
import { headOf, scalpPoint } from './headSurface.ts';

const grid: Grid = { shape: [65, 85, 70, 1], affineRas: [3, 0, 0, -96, 0, 3, 0, -126, 0, 0, 3, -78, 0, 0, 0, 1] };

/** An egg of 80 x 100 x 90 mm with a nose, or without. */
function phantom(hasNose: boolean): Float32Array {
  const [ni, nj, nk] = grid.shape;
  const values = new Float32Array(ni * nj * nk);
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const [x, y, z] = [-96 + 3 * i, -126 + 3 * j, -78 + 3 * k];
        const inEgg = (x / 80) ** 2 + ((y + 15) / 100) ** 2 + ((z - 10) / 88) ** 2 <= 1;
        const inNose = Math.abs(x) < 15 && Math.abs(z + 48) < 14 && y > 0 && y < 108;
        if (inEgg || (hasNose && inNose)) values[at] = 100;
      }
  return values;
}

describe('the scalp over a target', () => {
  it('is the nearest point of the surface, on the same side', () => {
    const found = scalpPoint(headOf(phantom(true), grid), [-41, 36, 36], 'sub-01_T1w.nii.gz');
    if ('refused' in found) throw new Error(found.refused.message);
    expect(found.xyzMm[0]).toBeLessThan(-41);
    expect(found.depthMm).toBeGreaterThan(5);
    expect(found.depthMm).toBeLessThan(30);
  });

  it('is not given on a head without a face, by its shape or by its name', () => {
    for (const [values, says] of [
      [phantom(false), 'sub-01_T1w.nii.gz'],
      [phantom(true), 'sub-01_desc-defaced_T1w.nii.gz'],
      [phantom(true), 'sub-01_desc-brain_T1w.nii.gz'],
    ] as const)
      expect(scalpPoint(headOf(values, grid), [-41, 36, 36], says)).toMatchObject({
        refused: { code: 'head-not-whole' },
      });
  });
});
