import { describe, expect, it } from 'vitest';
import { decayFigure } from './decayFigure.ts';

const b = [0, 10, 20, 50, 100, 200, 400, 600, 800, 800, 1000, 1000, 1000];
const logs = (signal: (b: number) => number) => b.map((one) => Math.log(1000 * signal(one)));

describe('decay of a region over weighting', () => {
  it('gives back one exponential, as a straight line on the logarithmic axis', () => {
    const figure = decayFigure(
      'nodule',
      12,
      { b },
      logs((one) => Math.exp(-one * 1.2e-3)),
      noModels,
    )!;
    expect(figure.says).toContain('ADC by its fit 1.20 ×');
    const { y, series } = figure.panels[0]!;
    expect(y.log).toBe(true);
    const [singles, means, fit] = series;
    expect([singles!.x.length, means!.x.length, fit!.as]).toEqual([5, 10, 'line']);
    expect(fit!.y[0]).toBeCloseTo(1, 6);
    expect(fit!.y.at(-1)).toBeCloseTo(Math.exp(-1.2), 6);
  });

  it('gives back kurtosis and IVIM where their maps were made', () => {
    const bent = logs((one) => Math.exp(-one * 1e-3 + (one * 1e-3) ** 2 / 6));
    expect(decayFigure('x', 12, { b }, bent, { ...noModels, kurtosis: true })!.says).toMatch(/D 1\.00 .*K 1\.0/);
    const two = logs((one) => 0.2 * Math.exp(-one * 20e-3) + 0.8 * Math.exp(-one * 1e-3));
    expect(decayFigure('x', 12, { b }, two, { ...noModels, ivim: true })!.says).toMatch(
      /IVIM D 1\.00 .* perfusion fraction 0\.20/,
    );
  });

  it('says what two b-values cannot tell, and draws nothing of one', () => {
    const says = decayFigure('x', 5, { b: [0, 1000] }, [7, 6], { kurtosis: true, ivim: true })!.says;
    expect(says).toContain('nothing to judge');
    expect(says).not.toContain('IVIM');
    expect(decayFigure('x', 5, { b: [0, 1000] }, [7, Number.NaN], noModels)).toBeUndefined();
  });
});

const noModels = { kurtosis: false, ivim: false };
