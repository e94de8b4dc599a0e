import { expect, it } from 'vitest';
import type { ImageHandle } from '../../dossier/image.ts';
import { apply } from '../../voxels/affine.ts';
import { readPlaces } from './places.ts';

it('takes a target into the T1 and finds the affine behind the places', async () => {
  const shape: [number, number, number, number] = [12, 14, 10, 3];
  const affineRas = [4, 0, 0, -24, 0, 4, 0, -28, 0, 0, 4, -20, 0, 0, 0, 1];
  const truth = [0.9, 0.05, 0, 3, -0.04, 0.95, 0.02, -7, 0, 0.01, 1.1, 12, 0, 0, 0, 1];
  const volume = (axis: number): Float32Array =>
    Float32Array.from(
      { length: 12 * 14 * 10 },
      (_, at) => apply(truth, apply(affineRas, [at % 12, Math.floor(at / 12) % 14, Math.floor(at / 168)]))[axis]!,
    );
  const image = { grid: { shape, affineRas }, readVolume: async (t = 0) => volume(t) } as unknown as ImageHandle;
  const places = await readPlaces(image);
  const native = places.at([-11, 5, 3])!;
  for (const [axis, one] of apply(truth, [-11, 5, 3]).entries()) expect(native[axis]).toBeCloseTo(one, 4);
  for (const [at, one] of places.affine.entries()) expect(one).toBeCloseTo(truth[at]!, 4);
  expect(places.at([90, 0, 0])).toBeUndefined();
});
