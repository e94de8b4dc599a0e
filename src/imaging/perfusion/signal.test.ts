import { describe, expect, it } from 'vitest';
import {
  degrees,
  fraction,
  fromMilliseconds,
  fromMinutes,
  fromPerMillisecond,
  fromPerMinute,
  perMillimolarSecond,
  perMinute,
  perSecond,
  type Seconds,
  seconds,
} from '../../kinetics/units.ts';
import { baselineOf, concentrations, deltaR2, spoiledSignal } from './signal.ts';
import { t1Fitter } from './t1.ts';

const sequence = { repetitionTime: seconds(0.005), flipAngle: degrees(15) };

describe('units', () => {
  it('turn into each other without a factor on the way', () => {
    expect(fromMilliseconds(1400)).toBeCloseTo(1.4, 15);
    expect(fromPerMillisecond(0.0005)).toBeCloseTo(0.5, 15);
    expect(perMinute(fromPerMinute(0.25))).toBeCloseTo(0.25, 15);
    expect(fromMinutes(5)).toBe(300);
  });

  it('do not take the place of one another', () => {
    // @ts-expect-error a rate is no time
    const wrong: Seconds = perSecond(1);
    // @ts-expect-error neither is a bare number
    const bare: Seconds = 1.4;
    expect([wrong, bare]).toEqual([1, 1.4]);
    expect(() => fraction(42)).toThrow('no fraction');
  });
});

describe('concentration from signal', () => {
  it('gives back what changed R1', () => {
    const r10 = perSecond(1 / 1.4);
    const truth = [0, 0, 0.1, 1, 3];
    const signal = truth.map((c) => 700 * spoiledSignal(perSecond(r10 + 4.5 * c), sequence));
    const out = new Float64Array(5);
    concentrations(signal, { ...sequence, r10, relaxivity: perMillimolarSecond(4.5), baseline: signal[0]! }, out);
    for (const [at, c] of truth.entries()) expect(out[at]).toBeCloseTo(c, 10);
  });

  it('skips the first sample of the baseline, which is not in the steady state', () => {
    const signal = [200, 100, 102, 98, 300];
    expect(baselineOf(signal, 1, 4)).toBe(100);
    expect(baselineOf(signal, 0, 4)).toBe(125);
  });

  it('gives no number beyond saturation instead of a clipped one', () => {
    const out = new Float64Array(2);
    concentrations(
      [100, 5000],
      { ...sequence, r10: perSecond(0.7), relaxivity: perMillimolarSecond(4.5), baseline: 100 },
      out,
    );
    expect(out[0]).toBeCloseTo(0, 12);
    expect(out[1]).toBeNaN();
  });

  it('has no dR2* where a signal is not positive', () => {
    const out = new Float64Array(3);
    deltaR2([100, 50, 0], 100, seconds(0.03), out);
    expect(out[1]).toBeCloseTo(Math.log(2) / 0.03, 10);
    expect(out[2]).toBeNaN();
  });
});

describe('T1 from flip angles', () => {
  const flipAngles = [2, 5, 12].map(degrees);
  const signal = (t1: number, b1 = 1): number[] =>
    flipAngles.map((angle) => 1e4 * spoiledSignal(perSecond(1 / t1), { ...sequence, flipAngle: degrees(angle * b1) }));
  const fitted = t1Fitter({ flipAngles, repetitionTime: sequence.repetitionTime });

  it('is exact without noise, whatever the gain', () => {
    for (const t1 of [0.25, 1.1, 4]) {
      expect(fitted(signal(t1)).t1).toBeCloseTo(t1, 6);
      expect(fitted(signal(t1).map((s) => s * 1e6)).t1).toBeCloseTo(t1, 6);
    }
  });

  it('differs from the linear form when there is noise', () => {
    const [a, b, c] = signal(1.1) as [number, number, number];
    const found = fitted([a * 1.02, b * 0.99, c * 1.01]);
    expect(Math.abs(found.linearR1 / found.r1 - 1)).toBeGreaterThan(0.005);
    expect(found.r1StandardError).toBeGreaterThan(0);
  });

  it('takes B1 as a share: 0.8 of the nominal angle', () => {
    expect(fitted(signal(1.1, 0.8), 0.8).t1).toBeCloseTo(1.1, 6);
    expect(fitted(signal(1.1, 0.8)).t1).toBeLessThan(0.8);
  });

  it('has no number for a signal of zero or none', () => {
    expect(fitted([100, 0, 50]).t1).toBeNaN();
    expect(fitted([100, Number.NaN, 50]).t1).toBeNaN();
    expect(() => t1Fitter({ flipAngles: [degrees(5)], repetitionTime: seconds(0.005) })).toThrow('two flip angles');
  });
});
