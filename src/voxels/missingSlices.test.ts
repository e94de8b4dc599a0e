import { expect, it } from 'vitest';
import { missingSlices, withoutMissing } from './missingSlices.ts';
import { axialGrid, imageOf } from './testImage.ts';

it('turns the slices for which no file came into no numbers', async () => {
  const missing = missingSlices({ layout: { shape: [2, 1, 3, 1], member: [0, -1, 1] } });
  expect([...missing]).toEqual([1]);
  const image = withoutMissing(imageOf(axialGrid([2, 1, 3], [1, 1, 1]), Float32Array.of(1, 2, 3, 4, 5, 6)), missing);
  expect([...(await image.readSlab(1, 3))]).toEqual([Number.NaN, Number.NaN, 5, 6]);
  expect([...(await image.readVolume())]).toEqual([1, 2, Number.NaN, Number.NaN, 5, 6]);
});

it('leaves images without a layout, or without gaps, as they are', () => {
  const image = imageOf(axialGrid([2, 1, 1], [1, 1, 1]), Float32Array.of(1, 2));
  expect(withoutMissing(image, missingSlices({}))).toBe(image);
  expect(missingSlices({ layout: { shape: [2, 1, 2, 2], member: [0, 1, 2, -1] } }, 1)).toEqual(new Set([1]));
});
