import { describe, expect, it } from 'vitest';
import { TrialDesign } from '../dossier/trial.ts';
import { randomOf } from './random.ts';
import {
  allSchedules,
  checkDesign,
  countSchedules,
  drawFrom,
  drawSchedule,
  isAdmissible,
  scheduleDays,
} from './schedules.ts';

const designs = [
  { type: 'pairs', cycles: 4, periodDays: 3, washoutDays: 2 },
  { type: 'phases', order: 'ABAB', days: 20, minimumDays: 3 },
  { type: 'phases', order: 'AB', days: 12, minimumDays: 4 },
  { type: 'baselines', tiers: ['a', 'b', 'c'], days: 20, firstStart: 4, windowDays: 2 },
].map((one) => TrialDesign.parse(one));

describe('schedules', () => {
  it.each(designs)('of $type: as many as are counted, all different, all admissible, all of one length', (design) => {
    const all = [...allSchedules(design)].map((lines) => lines.join('|'));
    expect(all).toHaveLength(countSchedules(design));
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) {
      expect(isAdmissible(design, one.split('|'))).toBe(true);
      for (const line of one.split('|')) expect(line).toHaveLength(scheduleDays(design));
    }
  });

  it.each(designs)('of $type: each is drawn about as often', (design) => {
    const random = randomOf('often');
    const counts = new Map<string, number>();
    const expected = 40;
    for (let i = 0; i < expected * countSchedules(design); i++) {
      const one = drawFrom(design, random).join('|');
      counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    expect(counts.size).toBe(countSchedules(design));
    const squares = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const degrees = counts.size - 1;
    expect(squares).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  });

  it('follow from the seed alone', () => {
    expect(drawSchedule(designs[0], 'x')).toEqual(drawSchedule(designs[0], 'x'));
    const others = new Set(Array.from({ length: 30 }, (_, seed) => drawSchedule(designs[0], String(seed))[0]));
    expect(others.size).toBeGreaterThan(5);
  });

  it('that no draw gives are none', () => {
    expect(isAdmissible(designs[0], ['AAA--AAA--BBB--AAA--AAA--BBB--AAA--BBB'])).toBe(false);
    expect(isAdmissible(designs[1], ['A'.repeat(10) + 'B'.repeat(10)])).toBe(false);
    expect(isAdmissible(designs[3], ['AAAABBBBBBBBBBBBBBBB', 'AAAABBBBBBBBBBBBBBBB', 'AAAAAAAABBBBBBBBBBBB'])).toBe(
      false,
    );
  });

  it.each([
    [{ type: 'pairs', cycles: 2, periodDays: 7 }, /three cycles/],
    [{ type: 'phases', order: 'ABAB', days: 20, minimumDays: 6 }, /do not fit/],
    [{ type: 'baselines', tiers: ['a', 'b'], days: 12, firstStart: 5, windowDays: 4 }, /at least 3 days/],
    [{ type: 'baselines', tiers: ['a', 'a'], days: 40, firstStart: 5, windowDays: 4 }, /one name/],
  ])('refuse what does not fit: %o', (design, message) => {
    expect(() => checkDesign(TrialDesign.parse(design))).toThrow(message);
  });
});
