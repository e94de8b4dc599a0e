import { describe, expect, it } from 'vitest';
import { lutOf } from './colormaps.ts';
import { drawPlane, type Layer, type Volume, valueAt } from './drawPlane.ts';
import { displayDefaults, robustWindow } from './windows.ts';

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const values = Float32Array.from({ length: 27 }, (_, at) => at);
const volume: Volume = { shape: [3, 3, 3], affineRas: identity, values, slope: 2, intercept: 10 };
const view = { right: [1, 0, 0], down: [0, 1, 0], origin: [0, 0, 1], mmPerPixel: 1, width: 3, height: 3 } as const;
const grey = { type: 'scalar', volume, window: [0, 100], lut: lutOf('grey'), opacity: 1, interpolate: true } as const;
const pixel = (rgba: ArrayLike<number>, x: number, y: number) => [0, 1, 2].map((c) => rgba[(y * 3 + x) * 4 + c]);

describe('drawing a plane', () => {
  it('scales, windows and interpolates like pen and paper', () => {
    const rgba = drawPlane([grey], view);
    // Voxel (1, 1, 1) holds 13: 36 of 100, level 92.
    expect(pixel(rgba, 1, 1)).toEqual([92, 92, 92]);
    const between = drawPlane([grey], { ...view, origin: [0.5, 0.25, 1.75] });
    // 9 * 1.75 + 3 * 0.25 + 0.5 = 17, times 2 plus 10 = 44: level 112.
    expect(pixel(between, 0, 0)).toEqual([112, 112, 112]);
  });

  it('draws nothing outside, below the threshold, or where there is no number', () => {
    expect(pixel(drawPlane([grey], { ...view, origin: [-2, 0, 1] }), 0, 0)).toEqual([0, 0, 0]);
    const over: Layer = { ...grey, lut: lutOf('hot'), opacity: 1, threshold: [40, Infinity] };
    const rgba = drawPlane([grey, over], view);
    expect(pixel(rgba, 1, 1)).toEqual([92, 92, 92]);
    expect(pixel(rgba, 2, 2)).not.toEqual(pixel(drawPlane([grey], view), 2, 2));
    const holes = { ...volume, values: values.map((one) => (one === 13 ? Number.NaN : one)) };
    expect(pixel(drawPlane([{ ...grey, volume: holes, interpolate: false }], view), 1, 1)).toEqual([0, 0, 0]);
  });

  it('lays labels over it, their borders when asked, the chosen one in white', () => {
    const labels = {
      ...volume,
      values: Uint8Array.from(values, (one) => (one === 13 ? 2 : 0)),
      slope: 1,
      intercept: 0,
    };
    const layer: Layer = {
      type: 'labels',
      volume: labels,
      colors: [undefined, undefined, [255, 0, 0]],
      opacity: 0.5,
      outline: false,
    };
    expect(pixel(drawPlane([layer], view), 1, 1)).toEqual([128, 0, 0]);
    expect(pixel(drawPlane([{ ...layer, highlighted: 2 }], view), 1, 1)).toEqual([255, 255, 255]);
    expect(pixel(drawPlane([{ ...layer, outline: true }], view), 1, 1)).toEqual([255, 0, 0]);
    expect(pixel(drawPlane([layer], view), 0, 0)).toEqual([0, 0, 0]);
  });

  it('reads the value of the nearest voxel', () => {
    expect(valueAt(volume, [1.4, 0.6, 0.9])).toEqual({ ijk: [1, 1, 1], value: 36 });
    expect(valueAt(volume, [2.6, 0, 0])).toBeUndefined();
  });
});

describe('windows', () => {
  it('are fixed where the unit fixes them', () => {
    expect(displayDefaults({ modality: 'CT', unit: "[hnsf'U]" }).window).toEqual([-160, 240]);
    expect(displayDefaults({ modality: 'PT', unit: 'g/mL' })).toMatchObject({
      window: [0, 7],
      colormap: 'grey inverted',
    });
    const becquerels = displayDefaults({ modality: 'PT', unit: 'Bq/mL', suvFactor: 5e-4 });
    expect(becquerels.window).toEqual([0, 14_000]);
    expect(displayDefaults({ modality: 'MR', unit: '1' }).window).toBeUndefined();
  });

  it('follow the values otherwise, without a background of one value', () => {
    const noise = Float32Array.from({ length: 10_000 }, (_, at) => (at % 10 === 0 ? 100 + (at % 997) : 0));
    const [low, high] = robustWindow(noise);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(1000);
    expect(robustWindow(new Uint8Array(10))).toEqual([0, 1]);
    expect(robustWindow(Float32Array.of(Number.NaN))).toEqual([0, 1]);
  });
});
