import { describe, expect, it } from 'vitest';
import { emptyStretches, timeScale } from './timeScale.ts';

const day = 86_400_000;
const year = 365.25 * day;

describe('a time axis with breaks', () => {
  it('shortens the pause before a dense year, and no pause within it', () => {
    const dense = Array.from({ length: 12 }, (_, month) => 20 * year + (month * year) / 12);
    const breaks = emptyStretches([0, ...dense]);
    expect(breaks).toHaveLength(1);
    expect(breaks[0]!.fromMs).toBeGreaterThan(0);
    expect(breaks[0]!.toMs).toBeLessThan(20 * year);
    expect(breaks[0]!.toMs - breaks[0]!.fromMs).toBeGreaterThan(19 * year);
  });

  it('leaves an even course and an empty one alone', () => {
    expect(emptyStretches([])).toEqual([]);
    expect(emptyStretches(Array.from({ length: 10 }, (_, i) => i * 2 * year))).toEqual([]);
  });

  it('keeps the order of time, runs true outside of the breaks and goes back', () => {
    const scale = timeScale([{ fromMs: 100, toMs: 900 }], 200, 0.1);
    expect([0, 100, 500, 900, 1000].map(scale.at)).toEqual([0, 100, 110, 120, 220]);
    for (const ms of [-50, 0, 99, 100, 437, 900, 1300]) expect(scale.msOf(scale.at(ms))).toBeCloseTo(ms, 6);
    const plain = timeScale([], 200, 0.1);
    expect([plain.at(7), plain.msOf(7)]).toEqual([7, 7]);
  });
});
