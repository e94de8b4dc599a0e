import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../dossier/canonical.ts';
import type { Affine, Grid } from '../../dossier/grid.ts';
import { datatypes } from './datatypes.ts';
import { openNifti } from './open.ts';
import { determinant3, quaternionOfAffine } from './orientation.ts';
import { writeNifti } from './write.ts';

const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }));
const frames = fc.integer({ min: 1, max: 3 });

/** Rotations and reflections of axes with any spacing and offset: what scanners make, exactly representable in float32. */
const orthogonal = fc
  .tuple(
    fc.constantFrom([0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1]),
    fc.tuple(fc.constantFrom(1, -1), fc.constantFrom(1, -1), fc.constantFrom(1, -1)),
    fc.tuple(...([0, 1, 2] as const).map(() => fc.constantFrom(0.5, 0.75, 1, 2, 3.5))),
    fc.tuple(...([0, 1, 2] as const).map(() => fc.integer({ min: -200, max: 200 }))),
  )
  .map(([order, signs, spacing, offset]): Affine => {
    const affine = new Array<number>(16).fill(0);
    order.forEach((row, column) => {
      affine[row * 4 + column] = signs[column]! * spacing[column]!;
    });
    for (const row of [0, 1, 2] as const) affine[row * 4 + 3] = offset[row]!;
    affine[15] = 1;
    return affine;
  });

async function read(bytes: Uint8Array) {
  return openNifti({ id: 'x', blob: sha256(bytes), path: 'x.nii' }, { bytes: async () => bytes });
}

describe('NIfTI written and read again', () => {
  it('keeps grid and values of each datatype, packed or not, in slabs or whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        shape,
        frames,
        orthogonal,
        fc.constantFrom(...datatypes),
        fc.boolean(),
        fc.integer(),
        async ([ni, nj, nk], nt, affineRas, datatype, gzip, seed) => {
          const grid: Grid = { shape: [ni, nj, nk, nt], affineRas };
          const count = ni * nj * nk;
          const data = Array.from({ length: count * nt }, (_, index) => {
            const value = ((Math.abs(seed % 1000) + 1) * (index + 7)) % 251;
            return datatype.low < 0 && datatype.integer ? (value % 120) - 60 : value;
          });
          const image = await read(writeNifti(grid, data, { datatype: datatype.name, gzip }));
          expect(image.grid).toEqual(grid);
          for (let t = 0; t < nt; t++) {
            const volume = await image.readVolume(t);
            expect([...volume]).toEqual(data.slice(count * t, count * (t + 1)));
            const slab = await image.readSlab(nk - 1, nk, t);
            expect([...slab]).toEqual([...volume.subarray(ni * nj * (nk - 1))]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps scaled values to half a step', async () => {
    const slope = fc.double({ min: 0.001, max: 10, noNaN: true });
    await fc.assert(
      fc.asyncProperty(slope, fc.double({ min: -100, max: 100, noNaN: true }), async (slope, intercept) => {
        const grid: Grid = { shape: [4, 2, 1, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
        const data = [0, 1, 2, 3, 5, 8, 13, 21];
        const image = await read(writeNifti(grid, data, { datatype: 'int32', slope, intercept }));
        for (const [index, value] of (await image.readVolume()).entries()) {
          expect(Math.abs(value - data[index]!)).toBeLessThanOrEqual(slope / 2 + 1e-4);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('writes a qform that says the same as the sform, and none for sheared axes', () => {
    fc.assert(
      fc.property(orthogonal, (affine) => {
        expect(quaternionOfAffine(affine)?.qfac).toBe(determinant3(affine) < 0 ? -1 : 1);
      }),
    );
    expect(quaternionOfAffine([1, 0.3, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeUndefined();
  });
});
