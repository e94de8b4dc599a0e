import { describe, expect, it } from 'vitest';
import { maskSurface } from './maskSurface.ts';

describe('surface of a mask', () => {
  it('of one voxel is an octahedron', () => {
    const { areaMm2, volumeMm3, extremes } = maskSurface(Uint8Array.of(1), [1, 1, 1], [2, 2, 2]);
    expect(volumeMm3).toBeCloseTo(8 / 6, 12);
    expect(areaMm2).toBeCloseTo(4 * Math.sqrt(3), 12);
    expect(extremes.length / 3).toBe(6);
  });

  it('of a block grows with the edges of its voxels', () => {
    const volume = (edges: [number, number, number]) =>
      maskSurface(new Uint8Array(27).fill(1), [3, 3, 3], edges).volumeMm3;
    expect(volume([1, 2, 3])).toBeCloseTo(6 * volume([1, 1, 1]), 9);
    expect(volume([1, 1, 1])).toBeGreaterThan(22);
    expect(volume([1, 1, 1])).toBeLessThan(27);
  });

  it('is closed also where voxels touch by edges and corners: its volume does not depend on where it lies', () => {
    // Every second voxel, and noise: all the ambiguous faces there are.
    const size = [6, 6, 6] as const;
    let state = 7;
    const masks = [
      Uint8Array.from({ length: 216 }, (_, at) =>
        ((at % 6) + Math.floor(at / 6) + Math.floor(at / 36)) % 2 === 0 ? 1 : 0,
      ),
      Uint8Array.from({ length: 216 }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state >>> 31;
      }),
    ];
    for (const mask of masks) {
      const moved = new Uint8Array(9 * 6 * 6);
      for (let row = 0; row < 36; row++) moved.set(mask.subarray(6 * row, 6 * row + 6), 9 * row + 3);
      const here = maskSurface(mask, size, [1, 1, 1]);
      const there = maskSurface(moved, [9, 6, 6], [1, 1, 1]);
      expect(there.volumeMm3).toBeCloseTo(here.volumeMm3, 9);
      expect(here.volumeMm3).toBeGreaterThan(0);
      expect(here.volumeMm3).toBeLessThan(mask.reduce((sum, bit) => sum + bit, 0));
    }
  });
});
