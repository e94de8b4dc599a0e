import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { boxed } from '../../voxels/mask.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { petSnapshot } from './snapshot.ts';

const grid = axialGrid([20, 20, 20], [10, 10, 10], [95, 95, -95]);

/** Pixels of one of our own PNG files: one IDAT, no filters. */
function pixelsOf(png: Uint8Array): {
  width: number;
  height: number;
  at(x: number, y: number): [number, number, number];
} {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const start = bytes.indexOf('IDAT') + 4;
  const rows = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)));
  return {
    width,
    height,
    at: (x, y) =>
      [...rows.subarray(y * (3 * width + 1) + 1 + 3 * x, y * (3 * width + 1) + 4 + 3 * x)] as [number, number, number],
  };
}

it('shows the patient’s right on the left, the head up, hot as dark', async () => {
  // One hot voxel at the right, upper front: i is to the left, so a small i lies at the right.
  const values = new Float32Array(8000);
  values[(15 * 20 + 4) * 20 + 4] = 9;
  const picture = pixelsOf((await petSnapshot(imageOf(grid, values), 1, [], [4, 4, 15]))!);
  expect([picture.width, picture.height]).toEqual([840, 420]);
  const voxel = 420 / 20;
  expect(picture.at(Math.round(4.5 * voxel), Math.round(4.5 * voxel))[0]).toBeLessThan(10);
  expect(picture.at(Math.round(15.5 * voxel), Math.round(4.5 * voxel))).toEqual([255, 255, 255]);
  expect(picture.at(Math.round(4.5 * voxel), Math.round(15.5 * voxel))).toEqual([255, 255, 255]);
  // The axial slice is centred on the hottest voxel.
  expect(picture.at(420 + 210, 210)[0]).toBeLessThan(10);
});

it('outlines regions and leaves their inside to be seen', async () => {
  const whole = new Uint8Array(8000);
  for (let k = 5; k < 15; k++)
    for (let j = 5; j < 15; j++) for (let i = 5; i < 15; i++) whole[(k * 20 + j) * 20 + i] = 1;
  const picture = pixelsOf(
    (await petSnapshot(imageOf(grid, new Float32Array(8000)), 1, [boxed(whole, grid)], [10, 10, 10]))!,
  );
  const voxel = 420 / 20;
  const [red, green] = picture.at(Math.round(5.5 * voxel), Math.round(10.5 * voxel));
  expect(red).toBeGreaterThan(green! + 80);
  expect(picture.at(Math.round(10.5 * voxel), Math.round(10.5 * voxel))).toEqual([255, 255, 255]);
});

it('is not drawn for slices that are not axial', async () => {
  const sagittal = { ...grid, affineRas: [0, 0, 10, 0, 10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 1] };
  expect(await petSnapshot(imageOf(sagittal, new Float32Array(8000)), 1, [], [0, 0, 0])).toBeUndefined();
});
