import { describe, expect, it } from 'vitest';
import { centredAxis, corneredAxis, regrid } from './regrid.ts';

const whole = (counts: [number, number, number]) => ({ low: [0, 0, 0], high: counts }) as Parameters<typeof regrid>[3];

describe('new grids', () => {
  it('cover the old one and share its middle', () => {
    const axis = centredAxis(60, 3, 2);
    expect(axis.count).toBe(90);
    expect(axis.first + (axis.step * 89) / 2).toBeCloseTo(59 / 2, 9);
    expect(centredAxis(204, 0.9765625, 2).count).toBe(100);
    expect(centredAxis(5, 2, 2)).toEqual({ count: 5, first: 0, step: 1 });
  });

  it('or its corner', () => {
    expect(corneredAxis(10, 1, 2)).toEqual({ count: 5, first: 0.5, step: 2 });
  });
});

describe('values on a new grid', () => {
  const size = [9, 8, 7] as const;
  const ramp = Float32Array.from(
    { length: 504 },
    (_, at) => (at % 9) + 2 * (Math.floor(at / 9) % 8) - Math.floor(at / 72),
  );

  it('keep a slope when linear, up to the border', () => {
    const axes = [
      { count: 16, first: 0, step: 0.5 },
      { count: 8, first: 0, step: 1 },
      { count: 3, first: 0.25, step: 2 },
    ] as const;
    const values = regrid(ramp, size, axes, whole([16, 8, 3]), 'linear');
    expect(values[0]).toBeCloseTo(-0.25, 6);
    expect(values[(1 * 8 + 3) * 16 + 5]).toBeCloseTo(2.5 + 6 - 2.25, 6);
  });

  it('pass through the old values when cubic', () => {
    const noise = Float32Array.from({ length: 504 }, (_, at) => Math.sin(at * at));
    const axes = [
      { count: 17, first: 0, step: 0.5 },
      { count: 8, first: 0, step: 1 },
      { count: 7, first: 0, step: 1 },
    ] as const;
    const values = regrid(noise, size, axes, whole([17, 8, 7]), 'cubic');
    for (let row = 0; row < 56; row++)
      for (let x = 0; x < 9; x++) expect(values[row * 17 + 2 * x]).toBeCloseTo(noise[row * 9 + x]!, 5);
  });

  it('are the same in a part as in the whole', () => {
    const axes = [centredAxis(9, 1, 0.7), centredAxis(8, 1, 1.3), centredAxis(7, 1, 0.9)] as const;
    const [a, b, c] = axes.map(({ count }) => count) as [number, number, number];
    const all = regrid(ramp, size, axes, whole([a, b, c]), 'cubic');
    const part = regrid(ramp, size, axes, { low: [2, 1, 3], high: [5, 4, 5] }, 'cubic');
    for (let z = 0; z < 2; z++)
      for (let y = 0; y < 3; y++)
        for (let x = 0; x < 3; x++) expect(part[(z * 3 + y) * 3 + x]).toBe(all[((z + 3) * b + y + 1) * a + x + 2]);
  });
});
