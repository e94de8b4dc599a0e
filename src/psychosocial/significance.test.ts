import { describe, expect, it } from 'vitest';
import { loadInstruments } from '../forms/instrument.ts';
import { normalShare } from './normalShare.ts';
import { standingsOf } from './references.ts';
import { clinicalLimits, limitOf, stateOf } from './significance.ts';

const scaleOf = (code: string) =>
  loadInstruments()
    .flatMap(({ scales }) => scales)
    .find((one) => one.code === code)!;

describe('clinicalLimits', () => {
  it('is that of Jacobson and Truax for both directions', () => {
    // Mean 15, SD 5 of patients, mean 3, SD 4 of others: a 5, b 11, c (4*15 + 5*3)/9.
    expect(clinicalLimits({ mean: 15, sd: 5 }, { mean: 3, sd: 4 }, 'higher')).toEqual({ a: 5, b: 11, c: 75 / 9 });
    expect(clinicalLimits({ mean: 20, sd: 5 }, { mean: 50, sd: 4 }, 'lower')).toEqual({ a: 30, b: 42, c: 330 / 9 });
  });
});

describe('stateOf', () => {
  const phq = scaleOf('phq-9.total');

  it('tells recovered, improved, unchanged and deteriorated apart at the limits', () => {
    // Smallest real change 6.1, caseness from 10.
    expect(
      [
        [16, 9],
        [17, 10],
        [16, 10],
        [9, 2],
        [2, 9],
        [9, 9],
      ].map(([a, b]) => stateOf(phq, a!, b!)?.code),
    ).toEqual(['recovered', 'improved', 'unchanged', 'improved', 'deteriorated', 'unchanged']);
  });

  it('says that recovery cannot be said where no limit is verified', () => {
    const tsk = scaleOf('tsk-11.total');
    expect(stateOf(tsk, 40, 20)).toMatchObject({
      code: 'improved',
      basis: expect.stringContaining('recovery is not said'),
    });
    expect(stateOf(scaleOf('peg.mean'), 8, 2)).toBeUndefined();
  });

  it('uses limit c only where both groups are verified', () => {
    const group = (name: 'clinical' | 'general-population', mean: number, verified: boolean) => ({
      statement: 's',
      source: 'x',
      group: name,
      mean,
      sd: 5,
      verified,
      reaching: [],
    });
    const tsk = scaleOf('tsk-11.total');
    const both = { ...tsk, references: [group('clinical', 30, true), group('general-population', 20, true)] };
    expect(limitOf(both)?.limit).toBe(25);
    expect(stateOf(both, 34, 22)?.code).toBe('recovered');
    expect(
      limitOf({ ...both, references: [group('clinical', 30, false), group('general-population', 20, true)] }),
    ).toBeUndefined();
  });
});

describe('standingsOf', () => {
  it('holds a score beside each verified group, with the share that reaches it as published', () => {
    expect(standingsOf(scaleOf('phq-9.total'), 12)).toMatchObject([
      {
        group: 'general-population',
        difference: expect.closeTo(9.1, 9),
        deviations: expect.closeTo(2.6, 9),
        reached: { percent: 5.6 },
      },
    ]);
    expect(standingsOf(scaleOf('gad-7.total'), 9)[0]).not.toHaveProperty('reached');
    expect(standingsOf(scaleOf('gad-7.total'), 15)[0]?.reached).toEqual({ from: 15, percent: 1 });
    expect(standingsOf(scaleOf('pcs.total'), 40)).toMatchObject([
      { group: 'pain-clinic', difference: expect.closeTo(10.2, 9) },
    ]);
    expect(standingsOf(scaleOf('pcs.total'), 40)[0]).not.toHaveProperty('deviations');
  });
});

describe('normalShare', () => {
  it('is the normal distribution', () => {
    // Abramowitz and Stegun, table 26.1.
    for (const [z, share] of [
      [0, 0.5],
      [1, 0.841344746068543],
      [1.96, 0.97500210485178],
      [-2, 0.022750131948179],
      [3, 0.99865010196837],
    ] as const) {
      expect(normalShare(z)).toBeCloseTo(share, 14);
    }
    expect([normalShare(-9), normalShare(9)]).toEqual([0, 1]);
  });
});
