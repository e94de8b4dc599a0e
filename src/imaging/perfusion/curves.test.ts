import { expect, it } from 'vitest';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { baselineRange, curvesOf, foreground, meanCurve } from './curves.ts';

it.each([
  ['three samples: before, early, late', [100, 160, 150], [0, 1]],
  [
    'a first sample that is not in the steady state',
    [180, 100, 100, 101, 100, 99, 100, 100, 150, 300, 280, 260],
    [1, 7],
  ],
  ['contrast that begins below a tenth of the change', [100, 100, 100, 100, 100, 102, 150, 300, 250, 240], [1, 4]],
  ['loss of signal, as in susceptibility series', [100, 100, 101, 99, 100, 100, 60, 30, 70, 90], [1, 5]],
  ['contrast that is there at once', [100, 200, 300, 280, 260, 250, 240, 230, 220], [0, 2]],
])('baseline with %s', (_, mean, range) => {
  expect(baselineRange(mean)).toEqual(range);
});

it('curves come by slabs, voxel after voxel, and background is left out', async () => {
  const grid = axialGrid([2, 2, 3], [1, 1, 1]);
  const volumes = 4;
  const values = Float32Array.from(
    { length: 12 * volumes },
    (_, at) => (at % 12 < 4 ? 1 : 100 + (at % 12)) + Math.floor(at / 12),
  );
  const image = imageOf({ ...grid, shape: [2, 2, 3, volumes] }, values);
  const mask = await foreground(image);
  expect([...mask]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  const seen: number[] = [];
  for await (const { data, voxels } of curvesOf(image, mask))
    for (const [at, voxel] of voxels.entries()) {
      seen.push(voxel);
      expect([...data.subarray(at * volumes, (at + 1) * volumes)]).toEqual([0, 1, 2, 3].map((t) => 100 + voxel + t));
    }
  expect(seen).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  values[12 + 4] = Number.NaN;
  expect((await meanCurve(image, mask))[0]).toBeCloseTo(108, 10);
});
