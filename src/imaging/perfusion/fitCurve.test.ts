import { describe, expect, it } from 'vitest';
import { inputFunction, plasmaInput } from '../../kinetics/input.ts';
import { populationInput } from './aif.ts';
import { compareModels } from './compare.ts';
import { fitCurve, tracerFitter } from './fitCurve.ts';
import { type ModelId, modelIds } from './models.ts';

const timesS = Float64Array.from({ length: 150 }, (_, at) => 2 * at);
const input = plasmaInput(populationInput('parker', timesS, 20), 0.42);

/** C of the two-compartment exchange model by small steps of its differential equations: no convolution, no exponentials. */
function twoCompartments(of: { fp: number; ps: number; ve: number; vp: number }, delayS = 0): Float64Array {
  const [flow, exchange] = [of.fp / 6000, of.ps / 60];
  const step = 0.005;
  const plasma = (time: number): number => {
    const at = (time - delayS - input.timesS[0]!) / 0.5;
    const low = Math.floor(at);
    if (low < 0) return 0;
    const last = input.values.length - 1;
    if (low >= last) return input.values[last]!;
    return input.values[low]! + (at - low) * (input.values[low + 1]! - input.values[low]!);
  };
  let [cp, ce] = [0, 0];
  const out = new Float64Array(timesS.length);
  for (let at = 0, time = 0; at < timesS.length; at++) {
    for (; time < timesS[at]! - step / 2; time += step) {
      // Midpoint rule.
      const rate = (p: number, e: number, t: number): [number, number] => [
        (flow * (plasma(t) - p) - exchange * (p - e)) / of.vp,
        (exchange * (p - e)) / of.ve,
      ];
      const [p1, e1] = rate(cp, ce, time);
      const [p2, e2] = rate(cp + (p1 * step) / 2, ce + (e1 * step) / 2, time + step / 2);
      cp += step * p2;
      ce += step * e2;
    }
    out[at] = of.vp * cp + of.ve * ce;
  }
  return out;
}

const values = (id: ModelId, curve: ArrayLike<number>, delay?: 'fitted') => {
  const fit = fitCurve(id, tracerFitter(id, input, timesS, delay ? { delay } : {}), curve);
  return { fit, of: Object.fromEntries(fit.estimates.map(({ name, value }) => [name, value])) };
};

describe('tracer models', () => {
  const truth = { fp: 30, ps: 0.12, ve: 0.2, vp: 0.06 };

  it('give back the compartments that were stepped through time', () => {
    const { fit, of } = values('2cxm', twoCompartments(truth));
    for (const [name, value] of Object.entries(truth)) expect(of[name]! / value, name).toBeCloseTo(1, 3);
    expect(fit.status).toBe('fitted');
    expect(fit.r2).toBeGreaterThan(0.99999);
  });

  it('find the arrival too', () => {
    const { of } = values('2cxm', twoCompartments(truth, 6.3), 'fitted');
    expect(of['delay']).toBeCloseTo(6.3, 2);
    expect(of['ps']! / truth.ps).toBeCloseTo(1, 2);
  });

  it('report per minute what is fitted per second', () => {
    // One compartment: dC/dt = Ktrans cp - kep C, stepped; a plasma so small and fast that it does not count.
    const { of } = values('tofts', twoCompartments({ fp: 600, ps: 0.1, ve: 0.25, vp: 0.004 }));
    expect(of['ktrans']! / 0.1).toBeCloseTo(1, 0);
    expect(of['ktrans']! / of['ve']!).toBeCloseTo(of['kep']!, 10);
    expect(of['ve']! / 0.25).toBeCloseTo(1, 1);
  });

  it('have intervals that hold the truth about as often as they say', () => {
    let held = 0;
    const curve = twoCompartments(truth);
    const fitter = tracerFitter('2cxm', input, timesS);
    for (let run = 0; run < 100; run++) {
      const noisy = curve.map((value, at) => value + 0.01 * gauss(run * 1000 + at));
      const ps = fitCurve('2cxm', fitter, noisy).estimates.find(({ name }) => name === 'ps')!;
      if (Math.abs(ps.value - truth.ps) < 1.96 * ps.standardError) held++;
    }
    expect(held).toBeGreaterThanOrEqual(88);
    expect(held).toBeLessThanOrEqual(100);
  });

  it('say what became of a curve that they cannot fit', () => {
    const flat = timesS.map((_, at) => 0.01 * gauss(at));
    expect(values('extended-tofts', flat).fit.status).toBe('no-uptake');
    expect(
      values(
        'tofts',
        timesS.map(() => Number.NaN),
      ).fit.status,
    ).toBe('no-data');
    const steep = timesS.map((time) => (time < 20 ? 0 : (time - 20) / 20));
    expect(['not-physical', 'at-bound']).toContain(values('tofts', steep).fit.status);
    const { fit } = values(
      'patlak',
      input.values
        .filter((_, at) => at % 4 === 0)
        .slice(0, 150)
        .map((value) => 0.1 * value),
    );
    expect(fit.status).toBe('at-bound');
    expect(fit.bound).toEqual(['ps']);
  });

  it('are chosen by what the data can tell', () => {
    const curve = twoCompartments(truth).map((value, at) => value + 0.002 * gauss(at));
    const fits = modelIds.map((id) => values(id, curve).fit);
    const { chosen, compared } = compareModels(fits);
    expect(chosen).toBe('2cxm');
    expect(compared[0]!.against!.p).toBeLessThan(1e-6);
    expect(compared.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 10);
    const simple = values('patlak', curve).fit.fitted.map((value, at) => value + 0.01 * gauss(at + 5000));
    expect(compareModels(modelIds.map((id) => values(id, simple).fit)).chosen).toBe('patlak');
  });

  it('need an input whose times rise', () => {
    expect(() => inputFunction([0, 2, 2], [0, 1, 1])).toThrow('rise');
  });
});

/** A standard normal number that depends on `seed` alone. */
function gauss(seed: number): number {
  const share = (salt: number): number => {
    let x = Math.imul((seed + 1) ^ salt, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (((x ^ (x >>> 16)) >>> 0) + 0.5) / 2 ** 32;
  };
  return Math.sqrt(-2 * Math.log(share(17))) * Math.cos(2 * Math.PI * share(91));
}
