import { describe, expect, it } from 'vitest';
import { bodySurfaceCm2, leanMassJamesKg, leanMassJanmahasatianKg, perBodyWeight } from './normalisation.ts';

describe('body measures of 75 kg and 1.85 m', () => {
  // calculate-suv's own tests (cornerstonejs, MIT).
  it('agrees with the peer', () => {
    expect(leanMassJamesKg(75, 1.85, 'male')).toBeCloseTo(62.77757487216947, 12);
    expect(leanMassJamesKg(75, 1.85, 'female')).toBeCloseTo(55.92567567567568, 12);
    expect(leanMassJanmahasatianKg(75, 1.85, 'male')).toBeCloseTo(60.91533588651974, 12);
    expect(leanMassJanmahasatianKg(75, 1.85, 'female')).toBeCloseTo(49.21437996837613, 12);
    expect(bodySurfaceCm2(75, 1.85)).toBeCloseTo(19813.758427117766, 8);
  });

  it('keeps the two James coefficients apart', () => {
    expect(leanMassJamesKg(75, 1.85, 'male', 120) - leanMassJamesKg(75, 1.85, 'male', 128)).toBeCloseTo(
      8 * (75 / 185) ** 2,
      12,
    );
    expect(leanMassJamesKg(75, 1.85, 'female', 128)).toBe(leanMassJamesKg(75, 1.85, 'female', 120));
  });

  it('gives no ratio where a formula leaves its sense', () => {
    expect(perBodyWeight('lbm-james-120', { weightKg: 250, heightM: 1.5, sex: 'female' })).toBeUndefined();
    expect(perBodyWeight('lbm-janmahasatian', { weightKg: 250, heightM: 1.5, sex: 'female' })).toBeGreaterThan(0);
  });
});
