import { expect, it } from 'vitest';
import { registrationQuality } from './quality.ts';
import type { Volume } from './shrink.ts';

const same = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** A ball with a spot on one side, centred at x = 0. */
function head(): Volume {
  const values = Float32Array.from({ length: 21 ** 3 }, (_, at) => {
    const [i, j, k] = [(at % 21) - 10, (Math.floor(at / 21) % 21) - 10, Math.floor(at / 441) - 10];
    return (Math.hypot(i, j, k) < 8 ? 100 : 0) + (Math.hypot(i - 4, j, k) < 3 ? 50 : 0);
  });
  return {
    grid: { shape: [21, 21, 21, 1], affineRas: [1, 0, 0, -10, 0, 1, 0, -10, 0, 0, 1, -10, 0, 0, 0, 1] },
    values,
  };
}

it('tells a fit, the overlap and the sides', () => {
  const found = registrationQuality(head(), head(), same);
  expect(found.ncc).toBeCloseTo(1, 9);
  expect(found.overlap).toBe(1);
  expect(found.mirroredNcc).toBeLessThan(0.99);
});

it('sees a shift as less overlap and less correlation', () => {
  const shifted = registrationQuality(head(), head(), [1, 0, 0, 7, ...same.slice(4)]);
  expect(shifted.overlap).toBeCloseTo(14 / 21, 9);
  expect(shifted.ncc).toBeLessThan(0.7);
  const flipped = registrationQuality(head(), head(), [-1, 0, 0, 0, ...same.slice(4)]);
  expect(flipped.mirroredNcc).toBeGreaterThan(flipped.ncc);
});
