import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affine } from '../dossier/grid.ts';
import { apply, determinant, invert, multiply, obliquenessDeg, orientationCode, spacingMm } from './affine.ts';
import { boundingBox, grow } from './box.ts';
import { largestComponent } from './components.ts';
import { conform, conformedGrid, histogramRange } from './conform.ts';
import { dilate, erode, squaredDistance } from './distance.ts';
import { drawSlice } from './picture.ts';
import { encodePng } from './png.ts';
import { countLabels } from './regionStatistics.ts';
import { resample } from './resample.ts';

const upright = (
  spacing: number,
  shape: [number, number, number],
): { shape: [number, number, number, number]; affineRas: Affine } => ({
  shape: [...shape, 1],
  affineRas: [spacing, 0, 0, 10, 0, spacing, 0, -20, 0, 0, spacing, 5, 0, 0, 0, 1],
});

describe('affine', () => {
  const oblique: Affine = [-0.9, 0.1, 0.2, 30, 0.2, -0.1, 1.1, -12, 0.1, -0.95, 0.1, 8, 0, 0, 0, 1];

  it('inverts', () => {
    const back = apply(multiply(invert(oblique), oblique), [3, 5, 7]);
    expect(back.map((one) => Number(one.toFixed(12)))).toEqual([3, 5, 7]);
  });

  it('refuses an affine that flattens space', () => {
    expect(() => invert([1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toThrow(RangeError);
  });

  it('names axes, also oblique ones, without naming a line twice', () => {
    expect(orientationCode(oblique)).toBe('LIA');
    expect(orientationCode([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBe('RAS');
    const half = Math.SQRT1_2;
    expect(new Set(orientationCode([half, -half, 0, 0, half, half, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]))).toHaveProperty(
      'size',
      3,
    );
  });

  it('measures spacing, handedness and tilt', () => {
    const tilted: Affine = [
      2,
      0,
      0,
      0,
      0,
      Math.cos(0.1),
      -Math.sin(0.1),
      0,
      0,
      Math.sin(0.1),
      Math.cos(0.1),
      0,
      0,
      0,
      0,
      1,
    ];
    expect(spacingMm(tilted).map((one) => Number(one.toFixed(9)))).toEqual([2, 1, 1]);
    expect(determinant(tilted)).toBeCloseTo(2, 12);
    expect(obliquenessDeg(tilted)).toBeCloseTo((0.1 * 180) / Math.PI, 9);
  });
});

describe('resample', () => {
  it('reproduces a linear ramp to float32 between voxel centres', () => {
    const source = upright(2, [6, 7, 8]);
    const data = Float32Array.from({ length: 6 * 7 * 8 }, (_, at) => {
      const [x, y, z] = apply(source.affineRas, [at % 6, Math.floor(at / 6) % 7, Math.floor(at / 42)]);
      return 3 * x - 2 * y + z;
    });
    const target = {
      shape: [5, 5, 5, 1] as [number, number, number, number],
      affineRas: [0.7, 0.1, 0, 12.3, -0.1, 0.8, 0, -17, 0, 0, 0.9, 8, 0, 0, 0, 1],
    };
    const values = resample(data, source, target, { interpolation: 'trilinear' });
    const [x, y, z] = apply(target.affineRas, [2, 3, 4]);
    expect(values[2 + 5 * (3 + 5 * 4)]).toBeCloseTo(3 * x - 2 * y + z, 4);
  });

  it('keeps labels whole with nearest and gives `outside` beyond the outer face', () => {
    const source = upright(1, [2, 2, 2]);
    const target = {
      shape: [4, 1, 1, 1] as [number, number, number, number],
      affineRas: [0.6, 0, 0, 9, 0, 1, 0, -20, 0, 0, 1, 5, 0, 0, 0, 1],
    };
    expect([...resample([4, 9, 4, 9, 4, 9, 4, 9], source, target, { interpolation: 'nearest', outside: -1 })]).toEqual([
      -1, 4, 4, 9,
    ]);
  });
});

describe('conform', () => {
  it('puts the middle of the source at the middle of a 256 mm cube, LIA', () => {
    const source = upright(1.2, [160, 200, 180]);
    const grid = conformedGrid(source);
    expect(grid.shape).toEqual([256, 256, 256, 1]);
    expect(orientationCode(grid.affineRas)).toBe('LIA');
    const middle = apply(grid.affineRas, [128, 128, 128]);
    expect(middle).toEqual(apply(source.affineRas, [80, 100, 90]));
  });

  it('grows with the field of view, within bounds', () => {
    expect(conformedGrid(upright(1, [180, 300, 256])).shape[0]).toBe(300);
    expect(conformedGrid(upright(3, [64, 64, 400])).shape[0]).toBe(384);
  });

  it('returns a volume that is conformed already, voxel for voxel', () => {
    const grid = conformedGrid(upright(1, [256, 256, 256]));
    const data = new Float32Array(256 ** 3);
    for (let at = 0; at < data.length; at += 977) data[at] = at % 256;
    const again = conform(data, grid, { keepIntensities: true });
    expect(again.grid).toEqual(grid);
    expect(again.data.every((value, at) => value === data[at])).toBe(true);
  });

  it('scales so that one in a thousand of the non-zero voxels is clipped, and zeros outside stay 0', () => {
    const source = upright(1, [40, 40, 40]);
    const data = Float32Array.from({ length: 40 ** 3 }, (_, at) => (at < 32_000 ? 0 : 1 + (at % 1000)));
    const [low, high] = histogramRange(data, 0.999);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(997);
    expect(high).toBeLessThanOrEqual(1000);
    const { data: scaled } = conform(data, source);
    expect(scaled.reduce((most, value) => Math.max(most, value), 0)).toBe(255);
    expect(scaled[0]).toBe(0);
  });
});

describe('components and boxes', () => {
  it('finds the largest set joined by faces, not by edges', () => {
    // Two voxels joined by an edge only, and three in a row.
    const mask = [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1];
    const found = largestComponent(mask, [3, 4, 1]);
    expect(found.voxels).toBe(3);
    expect([...found.mask]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(boundingBox(found.mask, [3, 4, 1], (value) => value > 0)).toEqual({ low: [0, 3, 0], high: [3, 4, 1] });
  });

  it('says so when nothing is there', () => {
    expect(largestComponent([0, 0], [2, 1, 1]).voxels).toBe(0);
    expect(boundingBox([0, 0], [2, 1, 1], (value) => value > 0)).toBeUndefined();
  });

  it('grows a box up to the border', () => {
    expect(grow({ low: [1, 5, 0], high: [3, 6, 9] }, 2, [10, 7, 10])).toEqual({ low: [0, 3, 0], high: [5, 7, 10] });
  });

  it('counts labels and leaves out what is no label', () => {
    expect(countLabels([0, 2, 2, 7], 3)).toEqual([1, 0, 2]);
  });
});

describe('distance', () => {
  it('is the exact Euclidean distance to the nearest voxel, for any mask', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 60, maxLength: 60 }), (mask) => {
        const size = [5, 4, 3] as const;
        const found = squaredDistance(mask, size);
        const at = (index: number): number[] => [index % 5, Math.floor(index / 5) % 4, Math.floor(index / 20)];
        const set = mask.flatMap((value, index) => (value ? [at(index)] : []));
        for (let index = 0; index < 60; index++) {
          const p = at(index);
          const nearest = Math.min(...set.map((q) => q.reduce((sum, value, axis) => sum + (value - p[axis]!) ** 2, 0)));
          expect(found[index]).toBe(nearest);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('closes a gap and gives back the outline', () => {
    const line = [0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0];
    expect([...erode(dilate(line, [11, 1, 1], 1), [11, 1, 1], 1)]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
  });
});

describe('pictures', () => {
  it("shows the patient's right on the left and the front on top of an axial slice", () => {
    const grid = {
      shape: [2, 2, 1, 1] as [number, number, number, number],
      affineRas: [10, 0, 0, -5, 0, 10, 0, -5, 0, 0, 10, 0, 0, 0, 0, 1],
    };
    // x grows to the right, y to the front: right front is 40.
    const rgb = drawSlice(
      { grid, image: [10, 20, 30, 40], window: [0, 255] },
      { plane: 'axial', centreRas: [0, 0, 0], heightMm: 20, width: 2, height: 2 },
    );
    expect([0, 3, 6, 9].map((at) => rgb[at])).toEqual([40, 30, 20, 10]);
  });

  it('mixes the colour of a label into the grey value', () => {
    const grid = {
      shape: [1, 1, 1, 1] as [number, number, number, number],
      affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    };
    const layers = {
      grid,
      image: [100],
      window: [0, 255] as const,
      labels: [1],
      colors: [undefined, '#ff0000'],
      opacity: 0.5,
    };
    expect([
      ...drawSlice(layers, { plane: 'coronal', centreRas: [0, 0, 0], heightMm: 1, width: 1, height: 1 }),
    ]).toEqual([178, 50, 50]);
  });

  it('writes a PNG that holds the pixels', () => {
    const png = Buffer.from(encodePng(Uint8Array.of(1, 2, 3, 4, 5, 6), 2, 1));
    expect(png.readUInt32BE(16)).toBe(2);
    const start = png.indexOf('IDAT') + 4;
    expect([...inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)))]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
