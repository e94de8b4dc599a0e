import { describe, expect, it } from 'vitest';
import { distance, type Point } from './point.ts';
import { pullOf } from './pull.ts';
import { radius95, widening } from './radius.ts';
import { normalFrom, randomFrom } from './random.ts';

const normal = normalFrom(randomFrom(5));
const cloud: Point[] = Array.from({ length: 4000 }, () => [normal(), normal(), normal()]);

describe('the radius', () => {
  it('is the 95 % radius of a normal cloud, wider with few blocks, and holds what edges pull', () => {
    // Square root of the 95 % limit of chi-squared with 3 degrees of freedom.
    expect(radius95(cloud, [0, 0, 0], 10_000, [0, 0, 0])).toBeCloseTo(2.795, 1);
    const line = cloud.map(([x]): Point => [x, 0, 0]);
    // One dimension, 10 blocks: Student's t with 9 degrees of freedom (2.262) over 1.960, and 10 / 9 of the variance.
    expect(widening(line, 10)).toBeCloseTo((2.262 / 1.96) * Math.sqrt(10 / 9), 2);
    expect(widening(cloud, 10)).toBeGreaterThan(1.05);
    expect(widening(cloud, 10)).toBeLessThan(widening(line, 10));
    const pulled = radius95(cloud, [0, 0, 0], 10_000, [4, 0, 0]);
    expect(pulled).toBeGreaterThan(5);
    expect(pulled).toBeLessThan(6.8);
  });

  it('finds the pull of an edge, and none in the middle', () => {
    // A slab of voxels of 3 mm that ends at x = 6; the rule: centroid of what is below -0.5, more weight to what is lower.
    const places: Point[] = [];
    for (let x = -36; x <= 6; x += 3)
      for (let y = -18; y <= 18; y += 3) for (let z = -18; z <= 18; z += 3) places.push([x, y, z]);
    const rule = (map: ArrayLike<number>): Point => {
      const least = Math.min(...Array.from(map));
      const sums = [0, 0, 0, 0];
      for (const [at, place] of places.entries()) {
        const weight = Math.max(0, 0.5 * least - map[at]!);
        place.forEach((mm, axis) => {
          sums[axis]! += weight * mm;
        });
        sums[3]! += weight;
      }
      return [sums[0]! / sums[3]!, sums[1]! / sums[3]!, sums[2]! / sums[3]!];
    };
    const spread = places.map(() => 1);
    for (const [x, most] of [
      [-15, 0.01],
      [3, -0.5],
    ] as const) {
      const correlation = places.map((place) => -0.4 * Math.exp(-(distance(place, [x, 0, 0]) ** 2) / (2 * 8 * 8)));
      const target = rule(correlation);
      const pull = pullOf(target, { places, correlation, spread }, rule);
      expect(pull[0]).toBeLessThan(most);
      expect(pull[0]).toBeCloseTo(target[0] - x, 1);
      expect(Math.hypot(pull[1], pull[2])).toBeLessThan(0.01);
    }
  });
});
